import { expect, it } from 'vitest';
import { AUDIT_TYPES } from '../../../main/contract/audit-types.ts';
import { AUDIT_AREAS, filterOf, isFiltered, noFilter, typesOfArea } from './audit-query.ts';
import { differencesOf } from './differences.ts';

it('offers every kind of event in exactly one area', () => {
  expect(AUDIT_AREAS.flatMap(typesOfArea).toSorted()).toEqual([...AUDIT_TYPES].toSorted());
});

it('leaves out what is empty or no day', () => {
  expect(filterOf(noFilter)).toEqual({});
  expect(isFiltered({ ...noFilter, text: '  ', from: 'tomorrow' })).toBe(false);
});

it('takes an area or one type, and days with the last one whole', () => {
  expect(filterOf({ ...noFilter, type: 'jobs.*' }).types).toEqual(['jobs.cancelled', 'jobs.retried', 'jobs.interrupted']);
  expect(filterOf({ ...noFilter, type: 'audit.verified' }).types).toEqual(['audit.verified']);
  const { fromMs, untilMs } = filterOf({ ...noFilter, from: '2026-11-21', until: '2026-11-21' });
  expect(fromMs).toBe(new Date(2026, 10, 21).getTime());
  expect(untilMs).toBe(new Date(2026, 10, 22).getTime());
});

it('sets fields before and after side by side', () => {
  const before = { name: 'a', settings: { context: 1, gone: true } };
  const after = { name: 'a', settings: { context: 2, list: [1, 2] } };
  expect(differencesOf(before, after)).toEqual([
    { path: 'name', before: 'a', after: 'a', changed: false },
    { path: 'settings.context', before: '1', after: '2', changed: true },
    { path: 'settings.gone', before: 'true', after: null, changed: true },
    { path: 'settings.list', before: null, after: '[1,2]', changed: true },
  ]);
  expect(differencesOf(null, null)).toEqual([]);
});
