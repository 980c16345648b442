import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExpectedError } from '../../kernel/errors.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { readText } from '../testing/read-text.ts';

let folder: string;
let remove: () => void;
beforeAll(() => {
  ({ path: folder, remove } = temporaryFolder('fuzz'));
});
afterAll(() => remove());

const csv = Buffer.from('question,answer,note\n"Where is ""it""?","In ward 3,\nbed 2",x\nWer hilft?,Ümläute prüfen,\n打印机,重启,y\n'.repeat(4));
const jsonl = Buffer.from('{"messages":[{"role":"user","content":"q \\u00e4"},{"role":"assistant","content":"a"}]}\n{"prompt":"打印","completion":"重启"}\n{"text":"x"}\n'.repeat(4));
const pieces = ['"', '""', '\n', '\r', '\0', ',', ';', '\\', '[', ']', '{', '}', '\ufeff', '__proto__', '"messages":null', '\ud83d', '\u2028', '1e999'].map((text) => Buffer.from(text));
const mutants = 400;

/** Every mutant ends, as rows and problems or as one refusal of the catalogue; lines are those of the file; nothing is counted twice. */
it(`reads or refuses ${mutants} damaged files`, async () => {
  let state = 20261121;
  const next = (below: number): number => Math.floor(((state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296) * below);
  let read = 0;
  for (let mutant = 0; mutant < mutants; mutant += 1) {
    let bytes = mutant % 2 === 0 ? csv : jsonl;
    for (let change = next(6); change >= 0; change -= 1) {
      const at = next(bytes.length);
      const kind = next(4);
      if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), pieces[next(pieces.length)] ?? bytes, bytes.subarray(at)]);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + next(20))]);
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([next(256)]), bytes.subarray(at + 1)]);
      else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(next(bytes.length))]);
    }
    const lines = bytes.toString('latin1').split('\n').length;
    try {
      const found = await readText(join(folder, mutant % 2 === 0 ? 'm.csv' : 'm.jsonl'), bytes);
      read += 1;
      expect(found.rows.length).toBe(found.rowCount);
      expect(new Set(found.rows.map(({ content }) => content)).size).toBe(found.rowCount);
      for (const { line } of found.problems) expect(line).toBeLessThanOrEqual(lines);
      expect(found.rowCount + found.duplicateCount + found.problemCount).toBeLessThanOrEqual(lines);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      expect(error.code).toBe('DATASET_REFUSED');
    }
  }
  expect(read).toBeGreaterThan(mutants / 3);
}, 20_000);
