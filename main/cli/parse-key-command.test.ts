import { expect, it } from 'vitest';
import { endOfDayIn, endOfWrittenDay } from '../contract/key-expiry.ts';
import { parseCommand } from './parse-command.ts';

const parse = (...words: string[]) => parseCommand(words).command;

it('takes a key with everything that can be said of it; a year is usual', () => {
  expect(parse('key', 'create', '--name', 'Letters')).toEqual({ kind: 'key-create', settings: { name: 'Letters', expiresAtMs: endOfDayIn(365, Date.now()) } });
  expect(
    parse(
      ...['key', 'create', '--name', ' Letters ', '--department', 'Internal medicine', '--purpose', 'Drafts', '--endpoints', 'chat,models,chat', '--deployments', 'ward, letters'],
      ...['--requests', 'minute=60,month=none', '--tokens', 'none', '--concurrent', '4', '--expires', '2127-11-30', '--public', 'yes'],
    ),
  ).toEqual({
    kind: 'key-create',
    settings: {
      name: 'Letters',
      department: 'Internal medicine',
      purpose: 'Drafts',
      endpoints: ['chat', 'models'],
      deployments: ['ward', 'letters'],
      requests: { minute: 60, month: null },
      tokens: 'none',
      maxConcurrent: 4,
      expiresAtMs: endOfWrittenDay('2127-11-30'),
      servesPublic: true,
    },
  });
});

it('takes what is to be changed, and what is to be done', () => {
  expect(parse('key', 'set', 'Letters', '--endpoints', 'all', '--deployments', 'all', '--concurrent', 'none', '--expires', 'never')).toEqual({
    kind: 'key-set',
    key: 'Letters',
    settings: { endpoints: null, deployments: null, maxConcurrent: null, expiresAtMs: null },
  });
  expect(parse('key', 'rotate', 'mw_abcdef')).toEqual({ kind: 'key-rotate', key: 'mw_abcdef', overlapMs: 7 * 86_400_000 });
  expect(parse('key', 'rotate', 'x', '--overlap', '12h')).toMatchObject({ overlapMs: 12 * 3_600_000 });
  expect(parse('key', 'rotate', 'x', '--overlap', '0')).toMatchObject({ overlapMs: 0 });
  expect([parse('key', 'list'), parse('key', 'show', 'x'), parse('key', 'revoke', 'x')]).toEqual([{ kind: 'key-list' }, { kind: 'key-show', key: 'x' }, { kind: 'key-revoke', key: 'x' }]);
});

it.each([
  ['create'],
  ['create', '--name', ' '],
  ['create', '--name', 'x', '--endpoints', 'chat,everything'],
  ['create', '--name', 'x', '--deployments', 'ward,'],
  ['create', '--name', 'x', '--requests', '60'],
  ['create', '--name', 'x', '--requests', 'hour=60'],
  ['create', '--name', 'x', '--requests', 'minute=0'],
  ['create', '--name', 'x', '--tokens', 'day=1.5'],
  ['create', '--name', 'x', '--concurrent', '0'],
  ['create', '--name', 'x', '--expires', '2027-02-30'],
  ['create', '--name', 'x', '--expires', 'soon'],
  ['create', '--name', 'x', '--public', 'maybe'],
  ['set', 'x'],
  ['set', '--name', 'x'],
  ['rotate', 'x', '--overlap', '31d'],
  ['rotate', 'x', '--overlap', 'long'],
  ['delete', 'x'],
  ['revoke'],
])('does not understand key %s %s %s %s %s', (...words) => {
  expect(() => parse('key', ...words)).toThrow();
});
