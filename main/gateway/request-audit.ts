import type { AuditLog } from '../audit/index.ts';
import { endpointNameSchema } from '../contract/deployments.contract.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { newInteraction } from '../kernel/interaction.ts';
import type { ApiError } from './api-error.ts';

/** What the log keeps of a request: counts and names, never text. */
export interface ServedRequest {
  path: 'chat' | 'models';
  deploymentName: string;
  stream: boolean;
  status: number;
  promptTokens: number;
  outputTokens: number;
  totalMs: number;
  /** Null when the answer came to its end. */
  trouble: { result: 'failed' | 'cancelled'; reason: ErrorCode } | null;
}

export interface Caller {
  id: string;
  name: string;
}

/** Leaves the audit events of requests. Each method throws what the database throws. */
export interface RequestAudit {
  served(caller: Caller, address: string, request: ServedRequest): void;
  refused(caller: Caller | null, address: string, refusal: { path: string; deploymentName: string; error: ApiError }): void;
  /** Writes the count of refusals that were not written one by one. */
  flush(): void;
}

/** Refusals without a valid key written one by one: so many at once, and so many a second. */
const BURST = 20;
const PER_SECOND = 5;

/**
 * Every served request and every refused one is an event. Only refusals without a valid key are counted together once they
 * come faster than a person or a misconfigured program sends them: otherwise anybody on the machine could fill the log.
 */
export function createRequestAudit(audit: AuditLog, nowMs: () => number = () => performance.now()): RequestAudit {
  let tokens = BURST;
  let filledMs = nowMs();
  let suppressed = 0;

  const mayWrite = (): boolean => {
    const now = nowMs();
    tokens = Math.min(BURST, tokens + ((now - filledMs) / 1000) * PER_SECOND);
    filledMs = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const interactionOf = (caller: Caller | null, address: string) =>
    newInteraction(
      caller === null ? { kind: 'unknown', id: '', name: '', role: '' } : { kind: 'api-key', id: caller.id, name: caller.name, role: '' },
      { host: 'gateway', address },
    );
  /** What a caller wrote into `model` is only kept where it is a possible name: anything else could be anything. */
  const objectOf = (name: string) => {
    const known = endpointNameSchema.safeParse(name).success ? name : '';
    return { type: 'deployment', id: known, name: known };
  };

  return {
    served(caller, address, request) {
      audit.appendAlone(interactionOf(caller, address), {
        type: 'gateway.requestServed',
        object: objectOf(request.deploymentName),
        result: request.trouble?.result ?? 'done',
        reason: request.trouble?.reason ?? '',
        after: {
          path: request.path,
          stream: request.stream,
          status: request.status,
          promptTokens: request.promptTokens,
          outputTokens: request.outputTokens,
          totalMs: Math.round(request.totalMs),
        },
      });
    },
    refused(caller, address, { path, deploymentName, error }) {
      if (caller === null && !mayWrite()) {
        suppressed += 1;
        return;
      }
      const before = suppressed;
      suppressed = 0;
      audit.appendAlone(interactionOf(caller, address), {
        type: 'gateway.requestRefused',
        object: objectOf(deploymentName),
        result: 'refused',
        reason: error.reason,
        after: { path, status: error.status, code: error.code, param: error.param, ...(before > 0 ? { notListedBefore: before } : {}) },
      });
    },
    flush() {
      if (suppressed === 0) return;
      const count = suppressed;
      suppressed = 0;
      audit.appendAlone(interactionOf(null, ''), {
        type: 'gateway.requestRefused',
        object: { type: 'gateway', id: '', name: '' },
        result: 'refused',
        reason: 'NOT_SIGNED_IN',
        after: { notListedBefore: count },
      });
    },
  };
}
