import { expect, it } from 'vitest';
import type { DataRow } from '../contract/datasets.contract.ts';
import type { ChatExamples } from '../engine/native/training/chat-examples.ts';
import type { ServingTokenizer } from '../engine/native/serving-tokenizer.ts';
import { makeWindows, oldWindowsPerEpoch } from './make-windows.ts';
import type { WindowMaking } from './make-windows.ts';

/** A token a character; 1 begins and 2 ends a text. */
const vocabulary = { tokenizer: (text: string) => [...text].map((character) => character.charCodeAt(0)), bos: 1, eos: 2, prependsBos: true } as unknown as ServingTokenizer;
const texts = (count: number): DataRow[] => Array.from({ length: count }, (_, index) => ({ kind: 'text', text: String(index).padStart(6, 'x') }));
const settings = { contextSize: 32, learnFrom: 'answers', seed: 3, epochs: 1, evaluationsPerEpoch: 1 } as const;
const make = (rows: Partial<WindowMaking['rows']>, changes: Partial<WindowMaking> = {}) =>
  makeWindows({ rows: { train: texts(40), old: [], validation: texts(4), ...rows }, vocabulary, chat: null, settings, oldShare: null, signal: new AbortController().signal, onProgress: () => undefined, ...changes });

it('puts a beginning and an end around a text, learns all of it, and mixes rows by the seed alone', async () => {
  const { train, trainTokens, validationTokens } = await make({});
  expect({ trainTokens, validationTokens, windows: train.length }).toEqual({ trainTokens: 320, validationTokens: 32, windows: 10 });
  const [first] = train;
  expect([first?.tokens[0], first?.tokens[7], first?.tokens[8]]).toEqual([1, 2, 1]);
  expect(first?.weights?.reduce((sum, weight) => sum + weight, 0)).toBe(28); // all but the four beginnings
  expect((await make({})).train).toEqual(train);
  expect((await make({}, { settings: { ...settings, seed: 4 } })).train).not.toEqual(train);
});

it('draws as many old windows as their share says', async () => {
  const { oldPerEpoch, old } = await make({ old: texts(80) }, { oldShare: 0.5 });
  expect({ oldPerEpoch, old: old.length }).toEqual({ oldPerEpoch: 10, old: 20 });
  expect(oldWindowsPerEpoch(70, 0.3)).toBe(30);
});

it('holds evaluations to a part of the time, from all over the validation split', async () => {
  expect((await make({ validation: texts(4000) })).validation).toHaveLength(32);
});

it('refuses data that fills no window, that nobody validates, and conversations without a template', async () => {
  await expect(make({ train: texts(3) })).rejects.toMatchObject({ code: 'TRAINING_REFUSED', data: { reason: 'too-few-tokens', found: 24, needed: 32 } });
  await expect(make({ validation: [] })).rejects.toMatchObject({ data: { reason: 'no-validation' } });
  const chat: DataRow = { kind: 'chat', messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }] };
  await expect(make({ train: [chat] })).rejects.toMatchObject({ data: { reason: 'no-chat-template' } });
  const unanswered: ChatExamples = { example: () => ({ tokens: Array.from({ length: 40 }, () => 5), scored: Array.from({ length: 40 }, () => false) }) };
  await expect(make({ train: [chat] }, { chat: unanswered })).rejects.toMatchObject({ data: { reason: 'too-few-tokens' } });
});
