import { expect, it } from 'vitest';
import { NO_QUOTAS, UNLIMITED } from '../../../main/contract/api-keys.contract.ts';
import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import { endOfWrittenDay } from '../../../main/contract/key-expiry.ts';
import { createKeyCommand } from './key-command.ts';
import { changesOf, draftFaults, draftOf, emptyKeyDraft, settingsOf, USUAL_LIMITS } from './key-draft.ts';
import { daysLeft, tightestLimit } from './key-words.ts';

const nowMs = new Date(2026, 10, 30, 15, 30).getTime();
const window = { requests: 0, tokens: 0, resetsAtMs: nowMs };
const apiKey: ApiKey = {
  ...UNLIMITED,
  name: 'Letters',
  id: 'key_1',
  state: 'valid',
  prefix: 'mw_abcdef',
  previous: null,
  createdBy: 'Ada',
  createdAtMs: nowMs,
  rotatedAtMs: null,
  lastUsedAtMs: null,
  revokedAtMs: null,
  requestCount: 0,
  tokenCount: 0,
  running: 0,
  used: { minute: window, day: window, month: window },
};

it('makes a key that is limited and ends in a year, unless something else is said', () => {
  const settings = settingsOf({ ...emptyKeyDraft, name: ' Letters ' }, nowMs);
  expect(settings).toEqual({ ...UNLIMITED, ...USUAL_LIMITS, name: 'Letters', expiresAtMs: endOfWrittenDay('2027-11-30') });
  expect(createKeyCommand(settings)).toBe('modelward key create --name Letters --requests minute=60 --concurrent 4 --expires 2027-11-30');
});

it('writes everything that was said on the command line', () => {
  const draft = {
    ...emptyKeyDraft,
    name: "Ward 3's letters",
    department: 'Internal medicine',
    servesPublic: true,
    endpoints: { all: false, chosen: ['models' as const, 'chat' as const] },
    deployments: { all: false, chosen: ['ward', 'letters'] },
    limits: 'own' as const,
    own: { quotas: { ...NO_QUOTAS, tokens: { minute: null, day: 1000, month: 20_000 } }, maxConcurrent: null },
    expiry: 'never' as const,
  };
  expect(createKeyCommand(settingsOf(draft, nowMs))).toBe(
    `modelward key create --name "Ward 3's letters" --department 'Internal medicine' --endpoints 'chat,models' --deployments 'ward,letters' --tokens day=1000,month=20000 --expires never --public yes`,
  );
});

it('knows what is missing', () => {
  expect(draftFaults(emptyKeyDraft, nowMs)).toEqual({ name: true, scope: false, expiry: false });
  expect(draftFaults({ ...emptyKeyDraft, name: 'x', deployments: { all: false, chosen: [] } }, nowMs).scope).toBe(true);
  for (const [day, wrong] of [['', true], ['2026-11-29', true], ['2026-11-30', false]] as const) expect(draftFaults({ ...emptyKeyDraft, expiry: 'date', day }, nowMs).expiry, day).toBe(wrong);
});

it('changes nothing that was not touched, to the millisecond', () => {
  for (const each of [apiKey, { ...apiKey, ...USUAL_LIMITS }, { ...apiKey, maxConcurrent: 9, expiresAtMs: nowMs + 1234 }, { ...apiKey, scopes: { endpoints: ['chat' as const], deployments: ['a'] } }]) {
    expect(changesOf(draftOf(each), each, nowMs)).toEqual({});
  }
  const until = { ...apiKey, expiresAtMs: nowMs + 1234 };
  expect(changesOf({ ...draftOf(until), limits: 'usual', expiry: 'never' }, until, nowMs)).toEqual({ ...USUAL_LIMITS, expiresAtMs: null });
});

it('shows the limit that will refuse first, and the days that are left', () => {
  expect(tightestLimit(apiKey)).toBeNull();
  const used = { ...apiKey, quotas: { requests: { minute: 60, day: 100, month: null }, tokens: { minute: null, day: null, month: 1000 } }, used: { minute: { ...window, requests: 6 }, day: { ...window, requests: 30 }, month: { ...window, tokens: 290 } } };
  expect(tightestLimit(used)).toMatchObject({ unit: 'requests', window: 'day', used: 30, limit: 100, share: 0.3 });
  for (const [day, left] of [['2026-11-30', 0], ['2026-12-01', 1], ['2026-12-12', 12], ['2027-11-30', 365]] as const) expect(daysLeft(endOfWrittenDay(day) ?? 0, nowMs), day).toBe(left);
});
