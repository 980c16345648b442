import { API_ENDPOINTS, NO_QUOTAS } from '../../../main/contract/api-keys.contract.ts';
import type { ApiEndpoint, ApiKey, KeySettings, Quotas } from '../../../main/contract/api-keys.contract.ts';
import { endOfDayIn, endOfWrittenDay, USUAL_VALIDITY_DAYS, writtenDay } from '../../../main/contract/key-expiry.ts';

/** Everything, also what comes later, or what was chosen. What was chosen is kept while everything is. */
export interface Choice<Value> {
  all: boolean;
  chosen: readonly Value[];
}
export type LimitChoice = 'usual' | 'own' | 'none';
export type ExpiryChoice = 'year' | 'quarter' | 'date' | 'never';

/** A key as a form has it. */
export interface KeyDraft {
  name: string;
  department: string;
  purpose: string;
  servesPublic: boolean;
  endpoints: Choice<ApiEndpoint>;
  deployments: Choice<string>;
  limits: LimitChoice;
  own: Limits;
  expiry: ExpiryChoice;
  /** Last day as `2027-11-30`, of the choice "date". */
  day: string;
}
export type Limits = Pick<KeySettings, 'quotas' | 'maxConcurrent'>;

/** Enough for a program that people use, too little for one that runs wild. */
export const USUAL_LIMITS: Limits = {
  quotas: { ...NO_QUOTAS, requests: { minute: 60, day: null, month: null } },
  maxConcurrent: 4,
};
const NO_LIMITS: Limits = { quotas: NO_QUOTAS, maxConcurrent: null };
const QUARTER_DAYS = 90;

export const emptyKeyDraft: KeyDraft = {
  name: '',
  department: '',
  purpose: '',
  servesPublic: false,
  endpoints: { all: true, chosen: [] },
  deployments: { all: true, chosen: [] },
  limits: 'usual',
  own: USUAL_LIMITS,
  expiry: 'year',
  day: '',
};

/** A key that is to be changed, as the form shows it. */
export function draftOf(apiKey: ApiKey): KeyDraft {
  const { name, department, purpose, servesPublic, scopes, quotas, maxConcurrent, expiresAtMs } = apiKey;
  const own = { quotas, maxConcurrent };
  return {
    name,
    department,
    purpose,
    servesPublic,
    endpoints: { all: scopes.endpoints === null, chosen: scopes.endpoints ?? [] },
    deployments: { all: scopes.deployments === null, chosen: scopes.deployments ?? [] },
    limits: same(own, NO_LIMITS) ? 'none' : same(own, USUAL_LIMITS) ? 'usual' : 'own',
    own: same(own, NO_LIMITS) ? USUAL_LIMITS : own,
    expiry: expiresAtMs === null ? 'never' : 'date',
    day: expiresAtMs === null ? '' : writtenDay(expiresAtMs),
  };
}

export function limitsOf({ limits, own }: KeyDraft): Limits {
  return { usual: USUAL_LIMITS, none: NO_LIMITS, own }[limits];
}

/** When a choice ends, in ms since 1970 UTC: the end of its last day. Null: never, or no day yet. */
export function expiryOf({ expiry, day }: Pick<KeyDraft, 'expiry' | 'day'>, nowMs: number): number | null {
  switch (expiry) {
    case 'year':
      return endOfDayIn(USUAL_VALIDITY_DAYS, nowMs);
    case 'quarter':
      return endOfDayIn(QUARTER_DAYS, nowMs);
    case 'date':
      return endOfWrittenDay(day);
    case 'never':
      return null;
  }
}

/** Which questions are not answered yet. */
export function draftFaults(draft: KeyDraft, nowMs: number): { name: boolean; scope: boolean; expiry: boolean } {
  const nothing = ({ all, chosen }: Choice<unknown>): boolean => !all && chosen.length === 0;
  const untilMs = expiryOf(draft, nowMs);
  return {
    name: draft.name.trim() === '',
    scope: nothing(draft.endpoints) || nothing(draft.deployments),
    expiry: draft.expiry === 'date' && (untilMs === null || untilMs <= nowMs),
  };
}

/** What a draft without faults asks for. */
export function settingsOf(draft: KeyDraft, nowMs: number): KeySettings {
  const { name, department, purpose, servesPublic, endpoints, deployments } = draft;
  return {
    name: name.trim(),
    department: department.trim(),
    purpose: purpose.trim(),
    scopes: {
      endpoints: endpoints.all ? null : API_ENDPOINTS.filter((endpoint) => endpoints.chosen.includes(endpoint)),
      deployments: deployments.all ? null : [...deployments.chosen],
    },
    ...limitsOf(draft),
    expiresAtMs: expiryOf(draft, nowMs),
    servesPublic,
  };
}

/** What a changed draft changes of a key; a day that was not touched leaves its moment alone. Empty when nothing is changed. */
export function changesOf(draft: KeyDraft, apiKey: ApiKey, nowMs: number): Partial<KeySettings> {
  const wanted = settingsOf(draft, nowMs);
  const { expiresAtMs } = apiKey;
  if (expiresAtMs !== null && draft.expiry === 'date' && draft.day === writtenDay(expiresAtMs)) wanted.expiresAtMs = expiresAtMs;
  const names = (Object.keys(wanted) as (keyof KeySettings)[]).filter((name) => !same(wanted[name], apiKey[name]));
  return Object.fromEntries(names.map((name) => [name, wanted[name]])) as Partial<KeySettings>;
}

export function withQuota(quotas: Quotas, unit: keyof Quotas, changes: Partial<Quotas['requests']>): Quotas {
  return { ...quotas, [unit]: { ...quotas[unit], ...changes } };
}

/** Compares plain values; keys of objects come in the order of the contract's schemas. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
