import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExpectedError } from '../../../kernel/errors.ts';
import { temporaryFolder } from '../../../kernel/testing/temporary-house.ts';
import type { SupervisedEngine } from '../../supervisor/supervised-engine.ts';
import { makeEngine, stopEngines } from '../../testing/engine-fixture.ts';
import type { EngineOrder } from '../../testing/engine-fixture.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../testing/random-model.ts';
import type { RandomModelOptions } from '../../testing/random-model.ts';
import { realModelPath } from '../../testing/real-model.ts';
import type { GenerationEvent, GenerationOrder, TokenLogprob } from '../generation.ts';

let folder: ReturnType<typeof temporaryFolder>;
let modelPath: string;
let native: SupervisedEngine;
let library: SupervisedEngine;

beforeAll(async () => {
  folder = temporaryFolder('native-loop');
  modelPath = (await realModelPath()).path;
  native = await start({ modelPath, settings: { parallelSequences: 4, threads: 2 }, limits: { queueLimit: 16 } });
  library = await start({ modelPath, loop: 'library', settings: { parallelSequences: 4 }, limits: { queueLimit: 16 } });
});
afterAll(async () => {
  await stopEngines();
  folder.remove();
});

async function start(order: EngineOrder): Promise<SupervisedEngine> {
  const engine = makeEngine(order);
  engine.start();
  await engine.whenReady();
  return engine;
}

async function random(name: string, options: Partial<RandomModelOptions>, order: Partial<EngineOrder> = {}): Promise<{ native: SupervisedEngine; library: SupervisedEngine }> {
  const path = join(folder.path, `${name}.gguf`);
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, ...options });
  return { native: await start({ modelPath: path, hasChatTemplate: true, ...order }), library: await start({ modelPath: path, loop: 'library', hasChatTemplate: true, ...order }) };
}

const order = (text: string, more: Partial<GenerationOrder> = {}): GenerationOrder => ({
  prompt: { kind: 'text', text },
  sampling: { temperature: 0, topP: 1, maxOutputTokens: 24 },
  format: null,
  topLogprobs: null,
  share: '',
  queueTimeoutMs: null,
  ...more,
});

interface Read {
  text: string;
  logprobs: TokenLogprob[];
  finished: Extract<GenerationEvent, { kind: 'finished' }>;
}

async function read(engine: SupervisedEngine, asked: GenerationOrder): Promise<Read> {
  let text = '';
  const logprobs: TokenLogprob[] = [];
  for await (const event of engine.generate(asked)) {
    if (event.kind === 'text') {
      text += event.text;
      logprobs.push(...(event.logprobs ?? []));
    }
    if (event.kind === 'finished') return { text, logprobs, finished: event };
  }
  throw new Error('no end');
}

const refusal = (engine: SupervisedEngine, asked: GenerationOrder): Promise<unknown> => read(engine, asked).then(
  () => null,
  (error: ExpectedError) => [error.code, error.data],
);

describe('the native loop', () => {
  it('says who writes', () => {
    expect(native.stats().report?.loop).toEqual({ kind: 'native', problem: null });
    expect(library.stats().report?.loop).toEqual({ kind: 'library', problem: null });
  });

  it('writes what the library writes at temperature 0, one after the other and many at once', async () => {
    const questions = ['Once upon a time', 'The dog', 'Lily wanted to', 'One day, a big red ball', 'Tom and', 'In the park', 'She said', 'There was'];
    const wanted: string[] = [];
    for (const question of questions) wanted.push((await read(library, order(question))).text);
    for (const [index, question] of questions.entries()) expect((await read(native, order(question))).text).toBe(wanted[index]);
    const together = await Promise.all(questions.map((question) => read(native, order(question))));
    expect(together.map(({ text }) => text)).toEqual(wanted);
    expect(wanted.every((text) => text.length > 20)).toBe(true);
  });

  it.each(['llama', 'qwen2', 'qwen3', 'gemma', 'phi3'] as const)('agrees with the library on %s, in conversations too', async (architecture) => {
    const both = await random(architecture, { architecture, seed: 7 });
    const conversation = order('', { prompt: { kind: 'chat', messages: [{ role: 'system', content: 'Kurz.' }, { role: 'user', content: 'Grüß Gott, 你好 🙂' }] } });
    const [ours, theirs] = [await read(both.native, conversation), await read(both.library, conversation)];
    expect(ours.text).toBe(theirs.text);
    expect(ours.finished.usage.promptTokens).toBe(theirs.finished.usage.promptTokens);
    await Promise.all([both.native.stop(), both.library.stop()]);
  });

  it('computes a remembered beginning once, and writes the same with it', async () => {
    const engine = await start({ modelPath });
    const long = 'Once upon a time there was a little girl named Lily. She loved to play with her red ball in the park. One day';
    const first = await read(engine, order(long));
    const again = await read(engine, order(long));
    const further = await read(engine, order(`${long}${first.text}`));
    expect(first.finished.usage.cachedTokens).toBe(0);
    expect(again.finished.usage.cachedTokens).toBe(again.finished.usage.promptTokens - 1);
    expect(further.finished.usage.cachedTokens).toBeGreaterThan(first.finished.usage.promptTokens);
    expect(again.text).toBe(first.text);
    const fresh = await start({ modelPath });
    expect((await read(fresh, order(`${long}${first.text}`))).text).toBe(further.text);
    await Promise.all([engine.stop(), fresh.stop()]);
  });

  it('gives the probabilities of what it wrote, of a distribution that sums to one', async () => {
    const asked = order('Once upon a', { topLogprobs: 5, sampling: { temperature: 0, topP: 1, maxOutputTokens: 6 } });
    const { text, logprobs } = await read(native, asked);
    expect(logprobs).toHaveLength(6);
    expect(logprobs.map((one) => one.text).join('')).toBe(text);
    for (const { token, logprob, top } of logprobs) {
      expect(top).toHaveLength(5);
      expect(top[0]).toMatchObject({ token, logprob });
      expect([...top].sort((a, b) => b.logprob - a.logprob)).toEqual(top);
      expect(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)).toBeLessThanOrEqual(1.0001);
    }
    expect(Math.exp(logprobs[0]?.logprob ?? 0)).toBeGreaterThan(0.5);
  });

  it('writes nothing but what a grammar allows', async () => {
    const grammar = 'root ::= "[" word ("," word){2} "]"\nword ::= "\\"" [a-z]{2,8} "\\""';
    for (const temperature of [0, 1.2]) {
      const { text, finished } = await read(native, order('Once', { format: { kind: 'grammar', grammar }, sampling: { temperature, topP: 1, seed: 3, maxOutputTokens: 80 } }));
      expect(finished.reason).toBe('stop');
      expect(JSON.parse(text)).toHaveLength(3);
    }
  });

  it('refuses a grammar that is none and a token that is not there, and goes on', async () => {
    expect(await refusal(native, order('Once', { format: { kind: 'grammar', grammar: 'root ::= (' } }))).toEqual(['GENERATION_REFUSED', { reason: 'grammar', detail: expect.any(String) }]);
    expect(await refusal(native, order('', { prompt: { kind: 'tokens', tokens: [1, 99_999] } }))).toEqual(['GENERATION_REFUSED', { reason: 'token', detail: expect.stringContaining('99999') }]);
    expect(await refusal(native, order('a', { sampling: { temperature: 0, topP: 1, logitBias: [{ token: 512, bias: 1 }] } }))).toEqual(['GENERATION_REFUSED', { reason: 'token', detail: '512 ≥ 512' }]);
    expect((await read(native, order('Once upon'))).text).not.toBe('');
  });

  it('refuses an empty prompt where no token begins a text, and nobody beside it fails', async () => {
    const path = join(folder.path, 'no-beginning.gguf');
    await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, architecture: 'qwen2' });
    const engine = await start({ modelPath: path, settings: { parallelSequences: 2 } });
    const [empty, beside] = await Promise.all([refusal(engine, order('')), read(engine, order('Hello', { sampling: { temperature: 0, topP: 1, maxOutputTokens: 200 } }))]);
    expect(empty).toEqual(['GENERATION_REFUSED', { reason: 'empty-prompt', detail: '' }]);
    expect(beside.finished.usage.outputTokens).toBeGreaterThan(0);
    await engine.stop();
  });

  it('heeds biases and penalties, and repeats itself for a seed', async () => {
    const plain = await read(native, order('Once upon a time', { topLogprobs: 0 }));
    const [first] = plain.logprobs;
    const without = await read(native, order('Once upon a time', { topLogprobs: 0, sampling: { temperature: 0, topP: 1, maxOutputTokens: 24, logitBias: [{ token: first?.token ?? 0, bias: -100 }] } }));
    expect(without.logprobs.some(({ token }) => token === first?.token)).toBe(false);
    const distinct = (logprobs: readonly TokenLogprob[]): number => new Set(logprobs.map(({ token }) => token)).size;
    const sampling = { temperature: 0, topP: 1, maxOutputTokens: 80 };
    const long = await read(native, order('The', { topLogprobs: 0, sampling }));
    const penalised = await read(native, order('The', { topLogprobs: 0, sampling: { ...sampling, presencePenalty: 2, frequencyPenalty: 2 } }));
    expect(distinct(penalised.logprobs)).toBeGreaterThan(distinct(long.logprobs));
    const lively = { temperature: 1.2, topP: 0.9, seed: 11, maxOutputTokens: 24 };
    const [one, two, other] = await Promise.all([lively, lively, { ...lively, seed: 12 }].map((chosen) => read(native, order('Once', { sampling: chosen }))));
    expect(two?.text).toBe(one?.text);
    expect(other?.text).not.toBe(one?.text);
  });

  it('ends before a stop text and says which', async () => {
    const { text, finished } = await read(native, order('Once upon a time', { sampling: { temperature: 0, topP: 1, maxOutputTokens: 60, stop: ['nowhere', '. '] } }));
    expect(finished).toMatchObject({ reason: 'stop', stopText: '. ' });
    expect(text).not.toContain('. ');
  });

  it('takes turns by share: whoever asks for much gets no more than whoever asks for little', async () => {
    const engine = await start({ modelPath, settings: { parallelSequences: 1 }, limits: { queueLimit: 40 } });
    const ended: string[] = [];
    const one = async (share: string): Promise<void> => {
      await read(engine, order('Once', { share, sampling: { temperature: 1, topP: 1, maxOutputTokens: 8 } }));
      ended.push(share);
    };
    await Promise.all([...Array.from({ length: 12 }, () => one('greedy')), one('modest'), one('modest')]);
    expect(ended.slice(0, 5).filter((share) => share === 'modest')).toHaveLength(2);
    await engine.stop();
  });

  it('waits no longer than allowed', async () => {
    const engine = await start({ modelPath, settings: { parallelSequences: 1 }, limits: { queueLimit: 4, maxOutputTokens: 5000 } });
    const abort = new AbortController();
    const busy = (async () => {
      for await (const event of engine.generate(order('Busy', { sampling: { temperature: 1, topP: 1, ignoreEnd: true, maxOutputTokens: 500 } }), { signal: abort.signal })) if (event.kind === 'text') continue;
    })();
    expect(await refusal(engine, order('Late', { queueTimeoutMs: 20 }))).toEqual(['QUEUE_TIMEOUT', { name: 'test', waitedMs: expect.any(Number) }]);
    abort.abort();
    await busy;
    await engine.stop();
  });

  it('counts the tokens of a prompt as it would see it', async () => {
    expect(await native.countTokens({ kind: 'text', text: 'Once upon a time' })).toBe((await read(native, order('Once upon a time'))).finished.usage.promptTokens);
  });

  it('writes JSON of a schema, whatever it would rather say', async () => {
    const schema = { type: 'object', properties: { ward: { type: 'integer', minimum: 1, maximum: 9 }, urgent: { type: 'boolean' }, kind: { enum: ['printer', 'network'] } }, required: ['ward', 'urgent', 'kind'], additionalProperties: false };
    for (const seed of [1, 2, 3]) {
      const { text, finished } = await read(native, order('Once', { format: { kind: 'json-schema', schema }, sampling: { temperature: 1, topP: 1, seed, maxOutputTokens: 120 } }));
      expect(finished.reason).toBe('stop');
      const value = JSON.parse(text) as { ward: number; urgent: boolean; kind: string };
      expect(value.ward).toBeGreaterThanOrEqual(1);
      expect(typeof value.urgent).toBe('boolean');
      expect(['printer', 'network']).toContain(value.kind);
    }
    expect(await refusal(native, order('Once', { format: { kind: 'json-schema', schema: { type: 'number', multipleOf: 3 } } }))).toEqual(['GENERATION_REFUSED', { reason: 'json-schema', detail: expect.stringContaining('multipleOf') }]);
  });

  it('calls the tools it must call, with arguments of their schemas, and reads what they answered', async () => {
    const path = join(folder.path, 'tools.gguf');
    await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, architecture: 'qwen2', context: 4096, seed: 5 });
    const engine = await start({ modelPath: path, hasChatTemplate: true, settings: { contextSize: 4096 }, limits: { maxOutputTokens: 1000 } });
    const tools = [
      { name: 'find_ward', description: 'Finds a ward.', parameters: { type: 'object', properties: { number: { type: 'integer', minimum: 0, maximum: 99 }, wing: { enum: ['a', 'b'] } }, required: ['number', 'wing'], additionalProperties: false } },
      { name: 'now', description: 'Tells the time.', parameters: null },
    ];
    const ask = (more: Partial<Extract<GenerationOrder['prompt'], { kind: 'chat' }>>): GenerationOrder =>
      order('', { prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Where?' }], tools, ...more }, sampling: { temperature: 1, topP: 1, seed: 4, maxOutputTokens: 900 } });
    const calls: { name: string; arguments: string; id: string }[] = [];
    let reason = '';
    for await (const event of engine.generate(ask({ toolChoice: { kind: 'named', name: 'find_ward' } }))) {
      if (event.kind === 'toolCall') calls.push({ name: event.name, id: event.id, arguments: '' });
      if (event.kind === 'toolArguments') (calls[event.index] as { arguments: string }).arguments += event.text;
      if (event.kind === 'finished') reason = event.reason;
    }
    expect(reason).toBe('tool-calls');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ name: 'find_ward', id: expect.stringMatching(/^call_[0-9a-f]{24}$/) });
    const given = JSON.parse(calls[0]?.arguments ?? '') as { number: number; wing: string };
    expect(Object.keys(given)).toEqual(['number', 'wing']);
    expect(given.number).toBeGreaterThanOrEqual(0);

    const told = ask({ messages: [{ role: 'user', content: 'Where?' }, { role: 'assistant', content: '', toolCalls: calls }, { role: 'tool', toolCallId: calls[0]?.id ?? '', content: '{"floor": 7}' }], toolChoice: { kind: 'none' } });
    const before = await engine.countTokens(ask({ toolChoice: { kind: 'none' } }).prompt);
    expect(await engine.countTokens(told.prompt)).toBeGreaterThan(before + 10);
    expect((await read(engine, told)).finished.reason).not.toBe('tool-calls');
    expect(await refusal(engine, ask({ toolChoice: { kind: 'named', name: 'fly' } }))).toEqual(['GENERATION_REFUSED', { reason: 'tools', detail: expect.stringContaining('fly') }]);
    expect(await refusal(engine, { ...ask({}), format: { kind: 'json-object' } })).toEqual(['GENERATION_REFUSED', { reason: 'format-with-tools', detail: 'json-object' }]);
    await engine.stop();
  });
});
