import { API_ENDPOINTS, LONGEST_OVERLAP_MS, keySettingsSchema, QUOTA_WINDOWS } from '../contract/api-keys.contract.ts';
import type { ApiEndpoint, KeySettings, QuotaWindow } from '../contract/api-keys.contract.ts';
import { endOfDayIn, endOfWrittenDay, USUAL_VALIDITY_DAYS } from '../contract/key-expiry.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Limits that were named; those of other windows stay as they are. `none` takes all away. */
export type WindowChanges = 'none' | Partial<Record<QuotaWindow, number | null>>;

/** What the words say about a key; what was not said is left out. */
export interface SaidSettings extends Partial<Omit<KeySettings, 'scopes' | 'quotas'>> {
  endpoints?: ApiEndpoint[] | null;
  deployments?: string[] | null;
  requests?: WindowChanges;
  tokens?: WindowChanges;
}

/** Commands on API keys. `key` is a name, an id, or how the key begins. */
export type KeyCommand =
  | { kind: 'key-create'; settings: SaidSettings & { name: string } }
  | { kind: 'key-list' }
  | { kind: 'key-show'; key: string }
  | { kind: 'key-set'; key: string; settings: SaidSettings }
  | { kind: 'key-rotate'; key: string; overlapMs: number }
  | { kind: 'key-revoke'; key: string };

/** Options these commands know besides those of all. */
export const keyOptions = {
  department: { type: 'string' },
  purpose: { type: 'string' },
  endpoints: { type: 'string' },
  deployments: { type: 'string' },
  requests: { type: 'string' },
  tokens: { type: 'string' },
  concurrent: { type: 'string' },
  expires: { type: 'string' },
  public: { type: 'string' },
  overlap: { type: 'string' },
} as const;

type Values = { [Name in keyof typeof keyOptions | 'name']?: string | undefined };

export interface KeyWords {
  values: Values;
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  nowMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Time to switch programs over, where nothing is said. */
const USUAL_OVERLAP_MS = 7 * DAY_MS;

/** What follows `key`. Raises WrongUsage. */
export function parseKeyCommand({ values, take, nowMs }: KeyWords): KeyCommand {
  const what = take('key create|list|show|set|rotate|revoke');
  switch (what) {
    case 'create': {
      const { name, expiresAtMs = endOfDayIn(USUAL_VALIDITY_DAYS, nowMs), ...settings } = settingsOf(values, nowMs);
      if (name === undefined) throw new WrongUsage('--name ?');
      return { kind: 'key-create', settings: { ...settings, name, expiresAtMs } };
    }
    case 'list':
      return { kind: 'key-list' };
    case 'show':
      return { kind: 'key-show', key: take('KEY') };
    case 'set': {
      const key = take('KEY');
      const settings = settingsOf(values, nowMs);
      if (Object.keys(settings).length === 0) throw new WrongUsage(`--${['name', ...Object.keys(keyOptions)].filter((option) => option !== 'overlap').join(' | --')} ?`);
      return { kind: 'key-set', key, settings };
    }
    case 'rotate':
      return { kind: 'key-rotate', key: take('KEY'), overlapMs: values.overlap === undefined ? USUAL_OVERLAP_MS : overlapOf(values.overlap) };
    case 'revoke':
      return { kind: 'key-revoke', key: take('KEY') };
    default:
      throw new WrongUsage(`key ${what}`);
  }
}

function settingsOf(values: Values, nowMs: number): SaidSettings {
  const said: SaidSettings = {};
  for (const name of ['name', 'department', 'purpose'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    const checked = keySettingsSchema.shape[name].safeParse(text);
    if (!checked.success) throw new WrongUsage(`--${name} ${text}`);
    said[name] = checked.data;
  }
  if (values.endpoints !== undefined) said.endpoints = listOf('endpoints', values.endpoints)?.map(endpointOf) ?? null;
  if (values.deployments !== undefined) said.deployments = listOf('deployments', values.deployments);
  if (values.requests !== undefined) said.requests = windowsOf('requests', values.requests);
  if (values.tokens !== undefined) said.tokens = windowsOf('tokens', values.tokens);
  if (values.concurrent !== undefined) said.maxConcurrent = numberOf('concurrent', values.concurrent, keySettingsSchema.shape.maxConcurrent);
  if (values.expires !== undefined) said.expiresAtMs = expiryOf(values.expires, nowMs);
  if (values.public !== undefined) {
    if (values.public !== 'yes' && values.public !== 'no') throw new WrongUsage(`--public ${values.public}`);
    said.servesPublic = values.public === 'yes';
  }
  return said;
}

/** `a,b` or `all`; null is all. */
function listOf(option: string, text: string): string[] | null {
  if (text === 'all') return null;
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw new WrongUsage(`--${option} ${text}`);
  return [...new Set(words)];
}

function endpointOf(word: string): ApiEndpoint {
  const found = API_ENDPOINTS.find((endpoint) => endpoint === word);
  if (found === undefined) throw new WrongUsage(`--endpoints ${word} (${API_ENDPOINTS.join(', ')})`);
  return found;
}

/** `none`, or `minute=60,day=1000,month=none`. */
function windowsOf(option: 'requests' | 'tokens', text: string): WindowChanges {
  if (text === 'none') return 'none';
  const changes: Partial<Record<QuotaWindow, number | null>> = {};
  for (const part of text.split(',')) {
    const [, word, amount] = /^(\w+)=(\w+)$/.exec(part.trim()) ?? [];
    const window = QUOTA_WINDOWS.find((each) => each === word);
    if (window === undefined || amount === undefined) throw new WrongUsage(`--${option} ${text}`);
    changes[window] = numberOf(option, amount, keySettingsSchema.shape.quotas.shape.requests.shape[window]);
  }
  return changes;
}

function numberOf(option: string, text: string, schema: typeof keySettingsSchema.shape.maxConcurrent): number | null {
  if (text === 'none') return null;
  const checked = schema.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (!checked.success) throw new WrongUsage(`--${option} ${text}`);
  return checked.data;
}

/** `never`, `90d`, or the last day as `2027-11-30`. */
function expiryOf(text: string, nowMs: number): number | null {
  if (text === 'never') return null;
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const untilMs = days === undefined ? endOfWrittenDay(text) : endOfDayIn(Number(days), nowMs);
  if (untilMs === null) throw new WrongUsage(`--expires ${text}`);
  return untilMs;
}

/** `7d`, `12h` or `0`. */
function overlapOf(text: string): number {
  const [, amount, unit] = /^(\d{1,3})([dh])$/.exec(text) ?? [];
  const overlapMs = text === '0' ? 0 : Number(amount) * (unit === 'h' ? HOUR_MS : DAY_MS);
  if (!(overlapMs >= 0 && overlapMs <= LONGEST_OVERLAP_MS)) throw new WrongUsage(`--overlap ${text}`);
  return overlapMs;
}
