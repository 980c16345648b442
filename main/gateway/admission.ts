import { QUOTA_WINDOWS } from '../contract/api-keys.contract.ts';
import type { ApiEndpoint } from '../contract/api-keys.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ApiError } from './api-error.ts';
import { deploymentNotAllowed, endpointNotAllowed, keyExpired, keyRevoked, keyUnknown, quotaUsedUp, rateLimitHeaders, secretReplaced, tooManyAtOnce } from './key-refusals.ts';
import type { LiveKey, LiveKeys, Running } from './live-keys.ts';
import type { LimitState } from './quota-counters.ts';

/** Whose request it is. `secretId` says with which of the key's secrets it came. */
export interface Caller {
  id: string;
  name: string;
  department: string;
  secretId: string;
}

export interface AdmissionRequest {
  caller: Caller;
  endpoint: ApiEndpoint;
  /** Null where no single deployment is asked, as for the list of them. */
  deploymentName: string | null;
}

/** A request that was let in, from here until `release`. */
export interface Grant {
  /** `x-ratelimit-…` for the answer; empty where nothing is limited. */
  readonly headers: Record<string, string>;
  /** Aborted at once when the key is revoked, its secret replaced without overlap, or its scope narrowed. Give it to the engine. */
  readonly signal: AbortSignal;
  /** Whether the key's scope has a deployment; for lists. */
  mayUse(deploymentName: string): boolean;
  /** Counts tokens of the prompt or of the answer. */
  addTokens(count: number): void;
  /** Why the answer must not go on, as the error it ends with; null while it may. Ask before each piece is sent. */
  whyEnded(): ApiError | null;
  /** Call once the answer is over, however it ended. Further calls do nothing. */
  release(): void;
}

/** The door of the gateway's routes: who is it, may they, is anything left, and may an answer go on. */
export interface Admission {
  /** The key behind a secret. `caller` is also told with a refusal where the key is known, for the audit event. */
  identify(secret: string): { caller: Caller; refusal: ApiError | null } | { caller: null; refusal: ApiError };
  /**
   * Lets one request in and counts it: it counts also when it then fails. Raises ApiError: 401 when the key has ended since
   * `identify`, 403 beyond its scope, 429 with Retry-After beyond its quotas or its number at once; nothing is counted then.
   */
  admit(request: AdmissionRequest): Grant;
}

export function createAdmission(keys: LiveKeys, clock: Clock): Admission {
  const validity = ({ record, secrets }: LiveKey, secretId: string, nowMs: number): ApiError | null => {
    if (record.revokedAtMs !== null) return keyRevoked(record.revokedAtMs);
    if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs) return keyExpired(record.expiresAtMs);
    const secret = secrets.find(({ id }) => id === secretId);
    if (secret === undefined) return keyUnknown();
    return secret.validUntilMs !== null && secret.validUntilMs <= nowMs ? secretReplaced(secret.validUntilMs) : null;
  };
  const scope = ({ record }: LiveKey, endpoint: ApiEndpoint, deploymentName: string | null): ApiError | null => {
    const { endpoints, deployments } = record.scopes;
    if (endpoints !== null && !endpoints.includes(endpoint)) return endpointNotAllowed(endpoint, endpoints);
    if (deploymentName === null || deployments === null || deployments.includes(deploymentName)) return null;
    return deploymentNotAllowed(deploymentName, deployments);
  };
  const limitsOf = ({ record }: LiveKey, nowMs: number): LimitState[] => keys.counters.limits(record.id, record.quotas, nowMs);

  return {
    identify(secret) {
      const found = keys.bySecret(secret);
      if (found === null) return { caller: null, refusal: keyUnknown() };
      const { id, name, department } = found.key.record;
      return { caller: { id, name, department, secretId: found.secret.id }, refusal: validity(found.key, found.secret.id, clock.nowMs()) };
    },
    admit({ caller, endpoint, deploymentName }) {
      const key = keys.get(caller.id);
      const nowMs = clock.nowMs();
      const refusal = key === undefined ? keyUnknown() : (validity(key, caller.secretId, nowMs) ?? scope(key, endpoint, deploymentName));
      if (key === undefined || refusal !== null) throw refusal ?? keyUnknown();
      const before = limitsOf(key, nowMs);
      const exhausted = before.filter(isUsedUp);
      if (exhausted.length > 0) throw quotaUsedUp(exhausted, nowMs, rateLimitHeaders(before, nowMs));
      const { maxConcurrent } = key.record;
      if (maxConcurrent !== null && key.running.size >= maxConcurrent) throw tooManyAtOnce(maxConcurrent, rateLimitHeaders(before, nowMs));
      keys.countRequest(key, caller.secretId);

      const ending = new AbortController();
      const endedBy = (atMs: number): ApiError | null => validity(key, caller.secretId, atMs) ?? scope(key, endpoint, deploymentName);
      const running: Running = {
        recheck: () => {
          if (endedBy(clock.nowMs()) !== null) ending.abort();
        },
      };
      key.running.add(running);
      return {
        headers: rateLimitHeaders(limitsOf(key, nowMs), nowMs),
        signal: ending.signal,
        mayUse: (name) => scope(key, endpoint, name) === null,
        addTokens: (count) => keys.countTokens(key, count),
        whyEnded() {
          const atMs = clock.nowMs();
          const ended = endedBy(atMs);
          if (ended !== null) return ended;
          // Requests are counted when they are let in: only tokens can run out in the middle of an answer.
          const { tokens } = key.record.quotas;
          const counters = keys.counters.current(key.record.id, atMs);
          // Asked with every token: nothing is made that is not needed.
          if (!QUOTA_WINDOWS.some((window) => counters[window].tokens >= (tokens[window] ?? Number.POSITIVE_INFINITY))) return null;
          return quotaUsedUp(limitsOf(key, atMs).filter((state) => state.unit === 'tokens' && isUsedUp(state)), atMs);
        },
        release: () => void key.running.delete(running),
      };
    },
  };
}

function isUsedUp({ used, limit }: LimitState): boolean {
  return used >= limit;
}
