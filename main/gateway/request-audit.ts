import type { AuditLog } from '../audit/index.ts';
import { endpointNameSchema } from '../contract/deployments.contract.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { newInteraction } from '../kernel/interaction.ts';
import type { Caller } from './admission.ts';
import type { EndpointName } from './api/endpoints.ts';
import type { ApiError } from './api-error.ts';
import { createRefusalLimiter } from './refusal-limiter.ts';

export type { Caller } from './admission.ts';

/** What the log keeps of a request: counts and names, never text. */
export interface ServedRequest {
  path: EndpointName;
  deploymentName: string;
  stream: boolean;
  status: number;
  promptTokens: number;
  outputTokens: number;
  totalMs: number;
  /** Null when the answer came to its end. */
  trouble: { result: 'failed' | 'cancelled'; reason: ErrorCode } | null;
}

/** Leaves the audit events of requests. Each method throws what the database throws. */
export interface RequestAudit {
  served(caller: Caller, address: string, request: ServedRequest): void;
  refused(caller: Caller | null, address: string, refusal: { path: string; deploymentName: string; error: ApiError }): void;
  /** Writes the count of refusals that were not written one by one. */
  flush(): void;
}

/** Refusals that say nothing new the hundredth time: no such key, not its scope, quota used up. */
const REPEATING: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * Every served request and every refused one is an event. Only refusals at the door are counted together, key by key, once they come
 * faster than a person or a misconfigured program sends them: otherwise anybody on the machine, or a program that tries again
 * and again after its quota is used up, could fill the log.
 */
export function createRequestAudit(audit: AuditLog, nowMs: () => number = () => performance.now()): RequestAudit {
  const limiter = createRefusalLimiter(nowMs);
  /** Whose refusals were left out, and why the last of them. */
  const leftOut = new Map<string, { caller: Caller | null; reason: ErrorCode }>();

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
      const name = caller?.id ?? '';
      const before = caller === null || REPEATING.has(error.status) ? limiter.pass(name) : 0;
      if (before === null) {
        leftOut.set(name, { caller, reason: error.reason });
        return;
      }
      audit.appendAlone(interactionOf(caller, address), {
        type: 'gateway.requestRefused',
        object: objectOf(deploymentName),
        result: 'refused',
        reason: error.reason,
        after: { path, status: error.status, code: error.code, param: error.param, ...(before > 0 ? { notListedBefore: before } : {}) },
      });
    },
    flush() {
      for (const { name, count } of limiter.takeLeftOut()) {
        const { caller, reason } = leftOut.get(name) ?? { caller: null, reason: 'NOT_SIGNED_IN' as const };
        audit.appendAlone(interactionOf(caller, ''), {
          type: 'gateway.requestRefused',
          object: { type: 'gateway', id: '', name: '' },
          result: 'refused',
          reason,
          after: { notListedBefore: count },
        });
      }
    },
  };
}
