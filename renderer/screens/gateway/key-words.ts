import { QUOTA_UNITS, QUOTA_WINDOWS } from '../../../main/contract/api-keys.contract.ts';
import type { ApiKey, QuotaUnit, QuotaWindow, Scopes } from '../../../main/contract/api-keys.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Tone } from '../../ui/status-badge.tsx';

type Texts = ReturnType<typeof useTexts>['t'];

const DAY_MS = 86_400_000;
/** From so many days before its end a key is shown as ending: time to ask, then time to act. */
const LOOK_DAYS = 30;
const ACT_DAYS = 7;
/** So many names are told in a list; more are counted. */
const MOST_NAMES = 2;

/** A limit with what was used of it. */
export interface UsedLimit {
  unit: QuotaUnit;
  window: QuotaWindow;
  used: number;
  limit: number;
  /** Of 1; more than 1 where the limit was lowered since. */
  share: number;
}

/** The limit of which the largest share is used; null where none is set. */
export function tightestLimit(apiKey: ApiKey): UsedLimit | null {
  const limits = QUOTA_UNITS.flatMap((unit) =>
    QUOTA_WINDOWS.flatMap((window): UsedLimit[] => {
      const limit = apiKey.quotas[unit][window];
      const used = apiKey.used[window][unit];
      return limit === null ? [] : [{ unit, window, used, limit, share: used / limit }];
    }),
  );
  return limits.sort((a, b) => b.share - a.share)[0] ?? null;
}

/** Green while there is room, amber when little is left, red when nothing is. */
export function toneOfShare(share: number): Extract<Tone, 'fine' | 'look' | 'act'> {
  if (share >= 1) return 'act';
  return share >= 0.8 ? 'look' : 'fine';
}

/** Days of the calendar from today to the last day; 0 on the last day. */
export function daysLeft(untilMs: number, nowMs: number): number {
  // Rounded: a day on which clocks are changed has 23 or 25 hours.
  return Math.round((new Date(untilMs - 1).setHours(0, 0, 0, 0) - new Date(nowMs).setHours(0, 0, 0, 0)) / DAY_MS);
}

/** "expires in 12 days", with the colour of what it asks for; null while the end is far or there is none. */
export function expiryNote({ expiresAtMs, state }: ApiKey, { t, format, nowMs }: { t: Texts; format: Formatter; nowMs: number }): { tone: Tone; text: string } | null {
  if (expiresAtMs === null || state === 'revoked') return null;
  if (state === 'expired') return { tone: 'act', text: t('apiKeys.expires.expired', { date: format.date(expiresAtMs) }) };
  const days = daysLeft(expiresAtMs, nowMs);
  if (days >= LOOK_DAYS) return null;
  return { tone: days < ACT_DAYS ? 'act' : 'look', text: days === 0 ? t('apiKeys.expires.today') : t('apiKeys.expires.inDays', { count: days }) };
}

export function stateOf({ state, previous }: ApiKey, t: Texts): { tone: Tone; label: string } {
  if (state === 'valid' && previous !== null) return { tone: 'running', label: t('apiKeys.states.rotating') };
  const tones = { valid: 'fine', expired: 'act', revoked: 'off' } as const;
  return { tone: tones[state], label: t(`apiKeys.states.${state}`) };
}

/** "2 endpoints · ward, letters", "Everything". */
export function scopeWords({ endpoints, deployments }: Scopes, { t }: { t: Texts }): string {
  if (endpoints === null && deployments === null) return t('apiKeys.scopes.everything');
  const separator = t('common.listSeparator');
  const endpointWords =
    endpoints === null
      ? t('apiKeys.scopes.allEndpoints')
      : endpoints.length <= MOST_NAMES
        ? endpoints.map((endpoint) => t(`apiKeys.endpoints.${endpoint}`)).join(separator)
        : t('apiKeys.scopes.endpoints', { count: endpoints.length });
  const deploymentWords =
    deployments === null
      ? t('apiKeys.scopes.allDeployments')
      : deployments.length <= MOST_NAMES
        ? deployments.join(separator)
        : t('apiKeys.scopes.deployments', { count: deployments.length });
  return t('apiKeys.scopes.both', { endpoints: endpointWords, deployments: deploymentWords });
}
