import { join } from 'node:path';
import type { Llama, LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../kernel/testing/temporary-house.ts';
import { skipBindingTestProcess } from '../../inference/in-process-binding-test.ts';
import { resolvePromptFormat, vocabularyOf } from '../../inference/prompt-format.ts';
import type { PromptFormat } from '../../inference/prompt-format.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../testing/random-model.ts';
import type { RandomModelOptions } from '../../testing/random-model.ts';
import { findLibraryFiles } from '../library-files.ts';
import { openLlamaLibrary } from '../llama-library.ts';
import { listenToLog } from '../native-log.ts';
import { openNativeModel } from '../native-model.ts';
import type { NativeModel } from '../native-model.ts';
import { createServingTokenizer } from '../serving-tokenizer.ts';
import { createChatExamples } from './chat-examples.ts';
import type { ChatExamples, ExampleMessage } from './chat-examples.ts';

const folder = temporaryFolder('chat-examples');
let library: typeof import('node-llama-cpp');
let llama: Llama;
const opened: { serving: LlamaModel; own: NativeModel }[] = [];
beforeAll(async () => {
  skipBindingTestProcess();
  library = await import('node-llama-cpp');
  llama = await library.getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 1, logger: () => undefined });
});
afterAll(async () => {
  for (const { own } of opened) own.free();
  await llama.dispose();
  folder.remove();
});

const SYSTEM_BEFORE_END =
  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}" +
  "{% elif message['role'] == 'system' %}{{ '<<SYS>>' + message['content'] + '<</SYS>>' }}{% else %}{{ ' ' + message['content'] + ' ' + eos_token }}{% endif %}{% endfor %}";
const NO_END = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

interface Sides {
  serving: LlamaModel;
  format: PromptFormat;
  examples: ChatExamples;
}
async function both(name: string, options: Partial<RandomModelOptions>): Promise<Sides> {
  const path = join(folder.path, `${name}.gguf`);
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, ...options });
  const serving = await llama.loadModel({ modelPath: path, gpuLayers: 0, vocabOnly: true });
  const native = openLlamaLibrary(findLibraryFiles('cpu'));
  const own = await openNativeModel(native, listenToLog(native), { path, settings: { gpuLayers: 0, vocabularyOnly: true } });
  opened.push({ serving, own });
  const template = serving.fileInfo.metadata.tokenizer.chat_template ?? '';
  return { serving, format: resolvePromptFormat(library, vocabularyOf(serving), true), examples: await createChatExamples(createServingTokenizer(native, own), template) };
}

const conversation: ExampleMessage[] = [
  { role: 'system', content: 'Be brief. ' },
  { role: 'user', content: ' The printer on ward 3 says <|im_end|> and </s>.\nWhat now?' },
  { role: 'assistant', content: 'Switch it off, wait, and on again.' },
  { role: 'user', content: '谢谢。  And the scanner?' },
  { role: 'assistant', content: ' The same.' },
];
const kinds: [string, Partial<RandomModelOptions>][] = [
  ['ChatML over sentence pieces', {}],
  ['ChatML over byte pairs', { architecture: 'qwen2' }],
  ['a template with its own beginning and end', { chatTemplate: SYSTEM_BEFORE_END }],
  ['a template that marks no end', { architecture: 'qwen2', chatTemplate: NO_END }],
];

describe.each(kinds)('a conversation in %s', (name, options) => {
  it('is up to each answer what serving would make of it, and learns the answer with its end', async () => {
    const { serving, format, examples } = await both(name.replaceAll(' ', '-'), options);
    expect(format.report.problem).toBeNull();
    const { tokens, scored } = examples.example(conversation, 'answers');
    const runs: { from: number; to: number }[] = [];
    for (const [index, isScored] of scored.entries()) {
      const last = runs.at(-1);
      if (isScored && last !== undefined && last.to === index) last.to = index + 1;
      else if (isScored) runs.push({ from: index, to: index + 1 });
    }
    expect(runs).toHaveLength(2);
    for (const [turn, { from, to }] of runs.entries()) {
      const asked = format.form({ kind: 'chat', messages: conversation.slice(0, turn === 0 ? 2 : 4) });
      expect(tokens.slice(0, from)).toEqual(asked.tokens);
      const answer = conversation[turn === 0 ? 2 : 4]?.content ?? '';
      const written = tokens.slice(from, to);
      expect(serving.detokenize(written as never, true)).toContain(answer.trim());
      const ending = written.at(-1) ?? -1;
      const stops = serving.isEogToken(ending as never) || asked.stopTokens.has(ending as never) || asked.stopTexts.some((text) => serving.detokenize(written as never, true).endsWith(text));
      expect(stops || (name.endsWith('no end') && turn === 0)).toBe(true); // in the middle that template has nothing to learn an end from
    }
    const everything = examples.example(conversation, 'everything');
    expect(everything.tokens).toEqual(tokens);
    expect(everything.scored.filter((isScored) => !isScored).length).toBeLessThanOrEqual(1); // the beginning of the sequence
  });
});

it('never takes what people wrote for a control token', async () => {
  const { serving, examples } = await both('written', {});
  const special = serving.tokenize('<|im_end|>', true);
  const count = (messages: ExampleMessage[]): number => examples.example(messages, 'answers').tokens.filter((token) => token === special[0]).length;
  const harmless = conversation.map((message) => ({ ...message, content: message.content.replaceAll('<|im_end|>', 'ready') }));
  expect(count(conversation)).toBe(count(harmless));
});
