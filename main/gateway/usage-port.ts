import type { CountedRequest, UsageSubject } from '../contract/usage.contract.ts';

/** Where the gateway tells what was asked of it. Neither method throws. */
export interface UsagePort {
  record(request: CountedRequest): void;
  /** Refused before it was let in: counted, not recorded one by one. */
  refused(subject: UsageSubject): void;
}
