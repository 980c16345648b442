import type { UsageOutcome } from '../contract/usage.contract.ts';

/** Whose request, of what. Fields that are not known are empty. */
export interface UsageSubject {
  keyId: string;
  keyName: string;
  department: string;
  deployment: string;
  versionId: string;
  modelName: string;
  versionNumber: number | null;
}

export interface UsageEntry extends UsageSubject {
  endedAtMs: number;
  endpoint: string;
  stream: boolean;
  outcome: UsageOutcome;
  status: number;
  /** Code of the error catalogue; empty where it came to its end. */
  reason: string;
  promptTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** Null where nothing waited or nothing was said. */
  queueMs: number | null;
  firstTokenMs: number | null;
  durationMs: number;
}

/** Where the gateway tells what was asked of it. Neither method throws. */
export interface UsagePort {
  record(entry: UsageEntry): void;
  /** Refused before it was let in: counted, not recorded one by one. */
  refused(subject: UsageSubject): void;
}
