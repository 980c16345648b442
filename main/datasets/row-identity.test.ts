import { describe, expect, it } from 'vitest';
import type { DataRow } from '../contract/datasets.contract.ts';
import { chooseAttempt, sha256Of, sideKeyOf, splitOf } from './row-identity.ts';

const shares = { train: 80, validation: 10, test: 10 };
const chat = (question: string, answer: string, system?: string): DataRow => ({
  kind: 'chat',
  messages: [...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content: question }, { role: 'assistant', content: answer }],
});
/** Small and repeatable; quality does not matter here. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
}

describe('the side of a row', () => {
  it('depends on the question alone', () => {
    const next = random(4);
    for (let index = 0; index < 300; index += 1) {
      const question = `Ticket ${Math.floor(next() * 1e9)} \n  in ward ${Math.floor(next() * 40)}`;
      const key = sideKeyOf(chat(question, 'one'));
      expect(sideKeyOf(chat(question.toUpperCase().replace(/\s+/g, ' '), 'another'))).toEqual(key);
      expect(sideKeyOf(chat(`${question}?`, 'one'))).not.toEqual(key);
      expect(sideKeyOf(chat(question, 'one', 'Be brief.'))).not.toEqual(key);
    }
    const text = sideKeyOf({ kind: 'text', text: 'a' });
    expect(sideKeyOf({ kind: 'text', text: 'A' })).not.toEqual(text);
  });

  it('keeps to the shares, and differs from data set to data set', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => sha256Of(`key ${index}`));
    const sides = (datasetId: string) => keys.map((key) => splitOf(key, { datasetId, shares, attempt: 0 }));
    const here = sides('dst_a');
    const count = (split: string): number => here.filter((side) => side === split).length;
    // Four standard deviations of a binomial of 20,000 at 0.1 are 170.
    expect(Math.abs(count('validation') - 2000)).toBeLessThan(170);
    expect(Math.abs(count('test') - 2000)).toBeLessThan(170);
    expect(sides('dst_b').filter((side, index) => side !== here[index]).length).toBeGreaterThan(4000);
  });

  it('leaves no side empty in a small first version, as far as there are questions', () => {
    for (let size = 1; size <= 40; size += 1) {
      const keys = Array.from({ length: size }, (_, index) => sha256Of(`${size}/${index}`));
      const rule = { datasetId: `dst_${size}`, shares };
      const attempt = chooseAttempt(keys, rule);
      const found = new Set(keys.map((key) => splitOf(key, { ...rule, attempt })));
      expect(found.size, `${size} rows`).toBe(Math.min(size, 3));
      if (size === 2) expect(found.has('validation')).toBe(true);
    }
    expect(chooseAttempt([sha256Of('a'), sha256Of('a')], { datasetId: 'dst', shares: { train: 100, validation: 0, test: 0 } })).toBe(0);
  });
});
