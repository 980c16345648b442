import { describe, expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { WrongUsage } from './wrong-usage.ts';

const parse = (...words: string[]) => parseCommand(['usage', ...words]).command;

describe('usage', () => {
  it('is summed up by key unless told', () => {
    expect(parse()).toEqual({ kind: 'usage-summary', by: 'key', from: null, to: null, deployment: null });
    expect(parse('--by', 'day', '--from', '2026-11-01', '--to', '2026-11-30', '--deployment', 'letters')).toEqual({ kind: 'usage-summary', by: 'day', from: '2026-11-01', to: '2026-11-30', deployment: 'letters' });
    expect(parse('requests', '--limit', '9999')).toEqual({ kind: 'usage-requests', limit: 500, deployment: null });
    expect(parse('seals')).toEqual({ kind: 'usage-seals', from: null, to: null });
    expect(parse('export', '--from', '2026-11-01')).toEqual({ kind: 'usage-export', from: '2026-11-01', to: null });
  });

  it.each([[['--by', 'person']], [['--from', '1.11.2026']], [['--from', '2026-12-01', '--to', '2026-11-30']], [['sums']], [['seals', 'more']]])('does not take %s', (words) => {
    expect(() => parse(...words)).toThrow(WrongUsage);
  });
});
