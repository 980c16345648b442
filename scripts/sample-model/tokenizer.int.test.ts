import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLibraryFiles } from '../../main/engine/native/library-files.ts';
import { openLlamaLibrary } from '../../main/engine/native/llama-library.ts';
import { listenToLog } from '../../main/engine/native/native-log.ts';
import { type NativeModel, openNativeModel } from '../../main/engine/native/native-model.ts';
import { temporaryFolder } from '../../main/kernel/testing/temporary-house.ts';
import { chatRowOf, generateTickets } from './corpus.ts';
import { writeInitialModel } from './initial-weights.ts';
import { languages } from './labels.ts';
import { modelWords, quickRecipe, sampleRecipe } from './recipe.ts';
import { createTextCoder, specialTokens, trainTokenizer } from './tokenizer.ts';
import { tokenizerTexts } from './tokenizer-texts.ts';
import { promptTokens } from './training-windows.ts';

const folder = temporaryFolder('sample-tokenizer');
const vocabulary = trainTokenizer(tokenizerTexts(sampleRecipe.seed), sampleRecipe.vocabularySize);
const coder = createTextCoder(vocabulary);
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const log = listenToLog(library);
let model: NativeModel;

beforeAll(async () => {
  const path = join(folder.path, 'untrained.gguf');
  await writeInitialModel(path, { shape: quickRecipe.shape, vocabulary, words: modelWords, seed: 1 });
  model = await openNativeModel(library, log, { path, settings: { gpuLayers: 0, vocabularyOnly: true } });
});

afterAll(() => {
  model.free();
  folder.remove();
});

const native = (text: string): number[] => [...model.tokenize(text, { addSpecial: true, parseSpecial: false })];

describe('the tokenizer of the sample model', () => {
  it('holds every byte, every special token once, and no token of several digits', () => {
    expect(vocabulary.tokens).toHaveLength(sampleRecipe.vocabularySize);
    expect(new Set(vocabulary.tokens).size).toBe(vocabulary.tokens.length);
    expect(specialTokens.map((name) => vocabulary.special[name])).toEqual([2557, 2558, 2559]);
    expect(vocabulary.tokens.filter((token) => /\d./.test(token) || /.\d/.test(token))).toEqual([]);
    expect(coder.encode('ward 2718')).toEqual([...coder.encode('ward '), ...[...'2718'].flatMap((digit) => coder.encode(digit))]);
  });

  it.each(languages)('cuts 500 held-out sentences as llama.cpp does, and gives them back (%s)', (language) => {
    const texts = generateTickets({ split: 'test', count: 1000, seed: 11 })
      .filter((ticket) => ticket.language === language)
      .map((ticket, index) => (index % 2 === 0 ? ticket.text : (chatRowOf(ticket).messages[1]?.content ?? '')));
    expect(texts).toHaveLength(500);
    for (const text of texts) {
      expect(native(text), text).toEqual(coder.encode(text));
      expect(coder.decode(native(text))).toBe(text);
    }
  });

  it.each(["it's  two   spaces", 'tab\tand\r\nlines\n\n\nend ', 'a😀b 👩‍⚕️!', "I'll we've THEY'RE", '  ', 'naïve Größe Ελλάς', '价格：￥1,234.5（含税）', '<|im_start|>user', '\u0000\u0001x'])('agrees with llama.cpp on %j', (text) => {
    expect(coder.decode(coder.encode(text))).toBe(text);
    // llama.cpp is given bytes and a length; special tokens are read as plain text here.
    expect(native(text)).toEqual(coder.encode(text));
  });

  it('writes a prompt as the chat template does', () => {
    const prompt = '<|im_start|>user\nThe printer is dead.<|im_end|>\n<|im_start|>assistant\n';
    expect([...model.tokenize(prompt, { addSpecial: true, parseSpecial: true })]).toEqual(promptTokens(coder, vocabulary, 'The printer is dead.'));
    expect(model.addsBos).toBe(false);
  });

  it('refuses a vocabulary that is too small or that the texts cannot fill', () => {
    expect(() => trainTokenizer(['a'], 258)).toThrow(RangeError);
    expect(() => trainTokenizer(['abab'], 300)).toThrow(/only 2 merges/);
  });
});
