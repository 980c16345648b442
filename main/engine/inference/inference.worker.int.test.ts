import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../contract/deployments.contract.ts';
import type { ExpectedError } from '../../kernel/errors.ts';
import { GREEDY, ask, makeEngine, readAnswer, stopEngines, whenStats } from '../testing/engine-fixture.ts';
import { realModelPath } from '../testing/real-model.ts';
import type { SupervisedEngine } from '../supervisor/supervised-engine.ts';

let engine: SupervisedEngine;
let modelPath: string;
let isTrained: boolean;

beforeAll(async () => {
  ({ path: modelPath, isTrained } = await realModelPath());
  engine = makeEngine({ modelPath, name: 'stories', settings: { contextSize: 512, parallelSequences: 2, threads: 2 }, limits: { maxOutputTokens: 2_000, queueLimit: 2 } });
  engine.start();
  await engine.whenReady();
});

afterAll(stopEngines);

const errorOf = async (events: AsyncIterable<ChatEvent>): Promise<ExpectedError> => {
  try {
    await readAnswer(events);
  } catch (error) {
    return error as ExpectedError;
  }
  throw new Error('the answer did not fail');
};

/** Starts answers that go on until they are ended, and waits until they run. */
async function occupy(count: number): Promise<{ free: () => Promise<void> }> {
  const abort = new AbortController();
  const answers = Array.from({ length: count }, (_, index) => readAnswer(engine.chat(ask(`Busy ${index}`), { temperature: 1, topP: 1 }, { signal: abort.signal })));
  await whenStats(engine, (stats) => stats.activeRequests === count);
  return {
    free: async () => {
      abort.abort();
      await Promise.all(answers);
    },
  };
}

describe('a loaded model', () => {
  it('says what was really loaded', () => {
    const { report, processId, loadMs, rssBytes, readyAtMs } = engine.stats();
    expect(report).toMatchObject({ gpuLayers: 0, deviceNames: [], contextSize: 512, parallelSequences: 2, chatFormat: { kind: 'plain', problem: null } });
    expect(processId).toBeGreaterThan(0);
    expect(loadMs).toBeGreaterThan(0);
    expect(rssBytes).toBeGreaterThan(10_000_000);
    expect(readyAtMs).toBeGreaterThan(1.7e12);
  });

  it('continues a story, the same every time at temperature 0', async () => {
    const sampling = { ...GREEDY, maxOutputTokens: 40 };
    const first = await readAnswer(engine.chat(ask('Once upon a time'), sampling));
    const second = await readAnswer(engine.chat(ask('Once upon a time'), sampling));
    expect(second.text).toBe(first.text);
    if (isTrained) expect(first.text).toMatch(/^, there was a little (girl|boy) named \w+\. (She|He) loved to play/);
    expect(first.finished).toMatchObject({ reason: 'length', usage: { outputTokens: 40 } });
    expect(first.finished.usage.promptTokens).toBeGreaterThan(3);
  });

  it('gives the same answer for the same seed and others for other seeds', async () => {
    const withSeed = async (seed?: number): Promise<string> =>
      (await readAnswer(engine.chat(ask('Once upon a time'), { temperature: 1.5, topP: 1, maxOutputTokens: 30, ...(seed === undefined ? {} : { seed }) }))).text;
    expect(await withSeed(7)).toBe(await withSeed(7));
    const unseeded = [await withSeed(), await withSeed(), await withSeed()];
    expect(new Set(unseeded).size).toBeGreaterThan(1);
  });

  it('streams: started, the first token alone, then batches; every token counted once', async () => {
    const { events, finished } = await readAnswer(engine.chat(ask('Tom had a dog.'), { ...GREEDY, maxOutputTokens: 100 }));
    expect(events.map((event) => event.kind).slice(0, 2)).toEqual(['started', 'text']);
    const texts = events.filter((event) => event.kind === 'text');
    expect(texts[0]?.tokens).toBe(1);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(finished.usage.outputTokens);
    const { timing } = finished;
    expect(timing.ttftMs).toBeGreaterThan(0);
    expect(timing.totalMs).toBeGreaterThanOrEqual(timing.ttftMs);
    expect(timing.outputTokensPerSecond).toBeGreaterThan(1);
    expect(timing.promptTokensPerSecond).toBeGreaterThan(0);
  });

  it('ends before a stop text that spreads over tokens, and shows nothing of it', async () => {
    const whole = (await readAnswer(engine.chat(ask('Once upon a time'), { ...GREEDY, maxOutputTokens: 60 }))).text;
    const stop = whole.slice(20, 31);
    const { text, finished } = await readAnswer(engine.chat(ask('Once upon a time'), { ...GREEDY, maxOutputTokens: 60, stop: ['\u{1F600}', stop] }));
    expect(text).toBe(whole.slice(0, whole.indexOf(stop)));
    expect(finished.reason).toBe('stop');
  });

  it('stops at the end of the context with "length" instead of forgetting the beginning', async () => {
    const { finished } = await readAnswer(engine.chat(ask('One day'), { temperature: 1.2, topP: 1, seed: 3 }));
    const { promptTokens, outputTokens } = finished.usage;
    // Unless the model ended by itself, prompt and answer fill the 512 tokens exactly.
    if (finished.reason === 'length') expect(promptTokens + outputTokens).toBe(512);
    else expect(promptTokens + outputTokens).toBeLessThan(512);
    const nearlyFull = await readAnswer(engine.chat(ask('a '.repeat(120)), { ...GREEDY }));
    expect(nearlyFull.finished.usage.promptTokens).toBeGreaterThan(100);
    expect(nearlyFull.finished.usage.promptTokens + nearlyFull.finished.usage.outputTokens).toBeLessThanOrEqual(512);
  });

  it('refuses a prompt that does not fit before evaluating it, and goes on living', async () => {
    const error = await errorOf(engine.chat(ask('the cat '.repeat(400)), GREEDY));
    expect(error.code).toBe('PROMPT_TOO_LONG');
    expect(error.data).toMatchObject({ contextSize: 512 });
    expect((error as ExpectedError<'PROMPT_TOO_LONG'>).data.promptTokens).toBeGreaterThan(512);
    expect((await readAnswer(engine.chat(ask('Hello'), { ...GREEDY, maxOutputTokens: 2 }))).finished.usage.outputTokens).toBeGreaterThan(0);
  });

  it('evaluates only what is new when a conversation goes on', async () => {
    const beginning = 'Once upon a time there was a big red ball in the park and the sun was hot. '.repeat(5);
    const before = engine.stats().promptTokens;
    const first = await readAnswer(engine.chat(ask(beginning), { ...GREEDY, maxOutputTokens: 5 }));
    const between = engine.stats().promptTokens;
    const second = await readAnswer(engine.chat(ask(`${beginning}${first.text} Then`), { ...GREEDY, maxOutputTokens: 5 }));
    const after = engine.stats().promptTokens;
    expect(between - before).toBeGreaterThan(100);
    expect(second.finished.usage.promptTokens).toBeGreaterThan(100);
    expect(after - between).toBeLessThan(40);
  });

  it('an empty message is answered, not a failure', async () => {
    const { finished } = await readAnswer(engine.chat(ask(''), { ...GREEDY, maxOutputTokens: 3 }));
    expect(finished.usage.outputTokens).toBeGreaterThan(0);
  });
});

describe('stopping an answer', () => {
  it('by the signal ends it as "cancelled"', async () => {
    const abort = new AbortController();
    const events: ChatEvent[] = [];
    for await (const event of engine.chat(ask('Once upon a time'), { temperature: 1, topP: 1 }, { signal: abort.signal })) {
      events.push(event);
      if (event.kind === 'text') abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ kind: 'finished', reason: 'cancelled' });
  });

  it('by leaving the loop frees the sequence', async () => {
    for (let round = 0; round < 4; round += 1) {
      for await (const event of engine.chat(ask('Once upon a time'), { temperature: 1, topP: 1 })) if (event.kind === 'text') break;
    }
    const { activeRequests } = await whenStats(engine, (stats) => stats.activeRequests === 0);
    expect(activeRequests).toBe(0);
  });

  it('before it began costs nothing', async () => {
    const { finished, text } = await readAnswer(engine.chat(ask('Once upon a time'), GREEDY, { signal: AbortSignal.abort() }));
    expect(finished.reason).toBe('cancelled');
    expect(text).toBe('');
  });
});

describe('more requests than sequences', () => {
  it('wait in order, are told their place, and move up', async () => {
    const busy = await occupy(2);
    const order: string[] = [];
    const noting = async function* (name: string): AsyncGenerator<ChatEvent> {
      for await (const event of engine.chat(ask(name), { ...GREEDY, maxOutputTokens: 2 })) {
        if (event.kind === 'started') order.push(name);
        yield event;
      }
    };
    const third = readAnswer(noting('third'));
    await whenStats(engine, (stats) => stats.queuedRequests === 1);
    const fourth = readAnswer(noting('fourth'));
    await whenStats(engine, (stats) => stats.queuedRequests === 2);
    await delay(30);
    await busy.free();
    const [thirdAnswer, fourthAnswer] = await Promise.all([third, fourth]);
    expect(thirdAnswer.events[0]).toEqual({ kind: 'queued', position: 1 });
    expect(fourthAnswer.events[0]).toEqual({ kind: 'queued', position: 2 });
    expect(thirdAnswer.finished.timing.queuedMs).toBeGreaterThan(20);
    expect(order).toEqual(['third', 'fourth']);
  });

  it('are refused beyond the queue limit', async () => {
    const busy = await occupy(2);
    const abort = new AbortController();
    const waiting = [1, 2].map((index) => readAnswer(engine.chat(ask(`waiting ${index}`), GREEDY, { signal: abort.signal })));
    await whenStats(engine, (stats) => stats.queuedRequests === 2);
    const error = await errorOf(engine.chat(ask('one too many'), GREEDY));
    expect(error.toValue()).toEqual({ code: 'DEPLOYMENT_BUSY', data: { name: 'stories', queueLimit: 2 } });
    abort.abort();
    for (const answer of await Promise.all(waiting)) expect(answer.finished.reason).toBe('cancelled');
    await busy.free();
  });

  it('run side by side on their own sequences without mixing', async () => {
    const alone = (await readAnswer(engine.chat(ask('Lily had a cat'), { ...GREEDY, maxOutputTokens: 20 }))).text;
    const [one, two] = await Promise.all([
      readAnswer(engine.chat(ask('Lily had a cat'), { ...GREEDY, maxOutputTokens: 20 })),
      readAnswer(engine.chat(ask('Tom saw a big red truck'), { ...GREEDY, maxOutputTokens: 20 })),
    ]);
    expect(one.text.slice(0, 20)).toBe(alone.slice(0, 20));
    expect(two.text).not.toBe(one.text);
  });
});

it('follows its thread budget without a hitch', async () => {
  engine.setThreads(1);
  expect(engine.stats().threads).toBe(1);
  await readAnswer(engine.chat(ask('Once'), { ...GREEDY, maxOutputTokens: 5 }));
  engine.setThreads(64);
  expect(engine.stats().threads).toBe(2);
  await readAnswer(engine.chat(ask('Once'), { ...GREEDY, maxOutputTokens: 5 }));
});

it('counts what it did', async () => {
  const before = engine.stats();
  await readAnswer(engine.chat(ask('Once upon a time'), { ...GREEDY, maxOutputTokens: 10 }));
  await errorOf(engine.chat(ask('the cat '.repeat(400)), GREEDY));
  const after = engine.stats();
  expect(after.requestCount - before.requestCount).toBe(2);
  expect(after.errorCount - before.errorCount).toBe(1);
  expect(after.outputTokens - before.outputTokens).toBe(10);
});
