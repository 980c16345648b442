import { API_ENDPOINTS } from '../contract/api-keys.contract.ts';
import type { ApiEndpoint } from '../contract/api-keys.contract.ts';
import { ApiError } from './api-error.ts';
import type { LimitState } from './quota-counters.ts';
import { localTime } from './quota-windows.ts';

/** Refusals of keys as OpenAI's API tells them, each with what the caller can do. The sentences are part of the wire protocol. */

const SECOND_MS = 1000;
/** Beyond this a program should not wait by itself; OpenAI's clients take the header and stop trying. */
const LONGEST_WAIT_SECONDS = 60;

export function keyUnknown(): ApiError {
  return new ApiError({ status: 401, code: 'invalid_api_key', message: 'The API key is not valid.', reason: 'NOT_SIGNED_IN' });
}

export function keyRevoked(atMs: number): ApiError {
  const message = `The API key was revoked on ${localTime(atMs)}. Ask whoever looks after this server for another one.`;
  return new ApiError({ status: 401, code: 'revoked_api_key', message, reason: 'KEY_REVOKED' });
}

export function keyExpired(atMs: number): ApiError {
  const message = `The API key expired on ${localTime(atMs)}. Ask whoever looks after this server to extend it or for another one.`;
  return new ApiError({ status: 401, code: 'expired_api_key', message, reason: 'KEY_EXPIRED' });
}

export function secretReplaced(atMs: number): ApiError {
  const message = `This secret of the API key was replaced and is no longer valid since ${localTime(atMs)}. Use the new one.`;
  return new ApiError({ status: 401, code: 'expired_api_key', message, reason: 'KEY_EXPIRED' });
}

export function endpointNotAllowed(wanted: ApiEndpoint, allowed: readonly ApiEndpoint[]): ApiError {
  const message = `The API key may not use the endpoint "${wanted}". It may use: ${API_ENDPOINTS.filter((each) => allowed.includes(each)).join(', ')}.`;
  return new ApiError({ status: 403, code: 'endpoint_not_allowed', message, reason: 'KEY_SCOPE' });
}

export function deploymentNotAllowed(wanted: string, allowed: readonly string[]): ApiError {
  const message = `The API key may not use the deployment "${wanted.slice(0, 64)}". It may use: ${allowed.join(', ')}.`;
  return new ApiError({ status: 403, code: 'model_not_allowed', param: 'model', message, reason: 'KEY_SCOPE' });
}

export function tooManyAtOnce(limit: number, headers: Record<string, string>): ApiError {
  const message = `The API key has ${limit} ${limit === 1 ? 'request' : 'requests'} running, the most it may have at once. Try again when one has ended.`;
  return new ApiError({ status: 429, code: 'rate_limit_exceeded', message, reason: 'KEY_BUSY', retryAfterSeconds: 1, headers });
}

/** The window that keeps the caller waiting longest is the one that is told. */
export function quotaUsedUp(exhausted: readonly LimitState[], nowMs: number, headers: Record<string, string> = {}): ApiError {
  const [last] = [...exhausted].sort((a, b) => b.resetsAtMs - a.resetsAtMs);
  if (last === undefined) throw new Error('no limit is used up');
  const retryAfterSeconds = Math.max(1, Math.ceil((last.resetsAtMs - nowMs) / SECOND_MS));
  const isRate = last.window === 'minute';
  const words = { minute: 'a minute', day: 'a day', month: 'a month' }[last.window];
  return new ApiError({
    status: 429,
    code: isRate ? 'rate_limit_exceeded' : 'insufficient_quota',
    message: `The API key has used its ${last.limit} ${last.unit} ${words} (${last.used} used). The quota resets at ${localTime(last.resetsAtMs)}, in ${retryAfterSeconds} s.`,
    reason: 'KEY_QUOTA',
    retryAfterSeconds,
    headers: { ...headers, ...(retryAfterSeconds > LONGEST_WAIT_SECONDS ? { 'x-should-retry': 'false' } : {}) },
  });
}

/**
 * `x-ratelimit-…` as OpenAI sends them (API reference, "Rate limits: headers"): of the limits of a unit the one with the least left, which
 * is the one that will refuse first. Times are written as Go does: "6m0s", "1s".
 */
export function rateLimitHeaders(limits: readonly LimitState[], nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const unit of ['requests', 'tokens'] as const) {
    const left = (state: LimitState): number => Math.max(0, state.limit - state.used);
    const [tightest] = limits.filter((state) => state.unit === unit).sort((a, b) => left(a) - left(b) || b.resetsAtMs - a.resetsAtMs);
    if (tightest === undefined) continue;
    headers[`x-ratelimit-limit-${unit}`] = String(tightest.limit);
    headers[`x-ratelimit-remaining-${unit}`] = String(left(tightest));
    headers[`x-ratelimit-reset-${unit}`] = goDuration(tightest.resetsAtMs - nowMs);
  }
  return headers;
}

/** 21_661_000 → "6h1m1s", rounded up to whole seconds. */
export function goDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / SECOND_MS));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
