import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootFolder } from '../build/root.ts';
import { sampleDataSet, sampleRows } from './data-set.ts';
import { readAnswer } from './labels.ts';

describe('resources/data/tickets-sample.jsonl', () => {
  const kept = readFileSync(join(rootFolder, 'resources', 'data', sampleRows.fileName), 'utf8');

  it('is what the generator writes', () => {
    expect(kept.replaceAll('\r\n', '\n')).toBe(sampleDataSet());
  });

  it('holds chat rows with an answer that can be read', () => {
    const rows = kept.trimEnd().split('\n').map((line) => JSON.parse(line) as { messages: { role: string; content: string }[] });
    expect(rows).toHaveLength(sampleRows.count);
    for (const { messages } of rows) {
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
      expect(readAnswer(messages[1]?.content ?? '').category).not.toBeNull();
    }
  });
});
