import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledTextPath, readMeasureText } from './measure-text.ts';

/** What a reader would call a sentence or a line; two words or three characters may be anybody's. */
function sentencesOf(name: 'calibration' | 'held-out'): string[] {
  return readFileSync(bundledTextPath(name), 'utf8')
    .split(/(?<=[.!?。！？”"])\s*|\n+/u)
    .map((sentence) => sentence.replace(/[\s\p{P}\p{S}]+/gu, ' ').trim().toLowerCase())
    .filter((sentence) => sentence.split(' ').length > 3 || (/\p{Script=Han}/u.test(sentence) && sentence.length > 4));
}

describe('the texts in the box', () => {
  it('are long enough for a few dozen windows of any tokenizer', async () => {
    expect((await readMeasureText({ kind: 'bundled', name: 'calibration' })).bytes).toBeGreaterThan(60 * 1024);
    expect((await readMeasureText({ kind: 'bundled', name: 'held-out' })).bytes).toBeGreaterThan(40 * 1024);
  });

  it.each(['calibration', 'held-out'] as const)('%s is in English and Chinese, and says nothing twice', (name) => {
    const text = readFileSync(bundledTextPath(name), 'utf8');
    expect(text.match(/\p{Script=Han}/gu)?.length).toBeGreaterThan(3000);
    expect(text.match(/[a-z]/g)?.length).toBeGreaterThan(20_000);
    const sentences = sentencesOf(name).filter((sentence) => sentence.length > 25);
    expect(sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index)).toEqual([]);
  });

  it('share no sentence, so that what was tuned with one is judged with another', () => {
    const calibration = new Set(sentencesOf('calibration'));
    expect(calibration.size).toBeGreaterThan(500);
    expect(sentencesOf('held-out').filter((sentence) => calibration.has(sentence))).toEqual([]);
  });

  it('are found from where a build lies', () => {
    const root = join(import.meta.dirname, '..', '..');
    expect(bundledTextPath('held-out', join(root, 'dist', 'main', 'workers'))).toBe(join(root, 'resources', 'texts', 'held-out.txt'));
    expect(() => bundledTextPath('held-out', '/')).toThrow(/missing/);
  });
});
