import { IconBox } from '@tabler/icons-react';
import { expect, it } from 'vitest';
import { rankEntries } from './search-ranking.ts';
import type { SearchEntry } from './search-ranking.ts';

const entry = (group: SearchEntry['group'], label: string, note?: string): SearchEntry => ({
  id: label,
  group,
  label,
  icon: IconBox,
  run: () => undefined,
  ...(note === undefined ? {} : { note }),
});
const entries = [
  entry('groupModels', 'Big Llama'),
  entry('groupModels', 'llama-3'),
  entry('groupScreens', 'Models'),
  entry('groupModels', 'collama'),
  entry('groupModels', 'Qwen', 'Q4_K_M'),
];
const found = (text: string) => rankEntries(entries, text, 'en').map(({ label }) => label);

it('puts what begins with the text first, then words that begin with it, then the rest', () => {
  expect(found('LLAMA')).toEqual(['llama-3', 'Big Llama', 'collama']);
});

it('searches notes, wants every word, and keeps screens before objects', () => {
  expect(found('qwen q4')).toEqual(['Qwen']);
  expect(found('')).toEqual(['Models', 'Big Llama', 'llama-3', 'collama', 'Qwen']);
  expect(found('nothing like it')).toEqual([]);
});
