import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled, isCancelled } from '../../kernel/errors.ts';
import { realModelPath } from '../testing/real-model.ts';
import type { Batch } from './c-structs.ts';
import { findLibraryFiles } from './library-files.ts';
import { openLlamaLibrary } from './llama-library.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { openStreamsMeter } from './measure-streams.ts';
import type { StreamsOrder } from './measure-streams.ts';
import { listenToLog } from './native-log.ts';
import { openNativeModel } from './native-model.ts';
import type { NativeModel } from './native-model.ts';

const settings = { batchSize: 32, threads: 1, flashAttention: -1, keyType: 1, valueType: 1 } as const;
const order = (changes: Partial<StreamsOrder>): StreamsOrder => ({ streams: 3, promptTokens: 20, outputTokens: 4, settings, signal: new AbortController().signal, ...changes });
let library: LlamaLibrary;
let model: NativeModel;

beforeAll(async () => {
  library = openLlamaLibrary(findLibraryFiles('cpu'));
  model = await openNativeModel(library, listenToLog(library), { path: (await realModelPath()).path, settings: { gpuLayers: 0 } });
});
afterAll(() => model.free());

/** For each step, how many tokens of which sequences were handed to llama_decode, in order. */
async function stepsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  const real = library.llama_decode;
  const note = (batch: Batch): void => {
    const first = batch.seq_id[0] ?? 0n;
    // Every entry points at one element of one array of sequence ids.
    const sequence = new Int32Array(batch.n_tokens);
    library.copy(sequence, first, batch.n_tokens * 4);
    const counts = new Map<number, number>();
    for (const each of sequence) counts.set(each, (counts.get(each) ?? 0) + 1);
    steps.push([...counts].map(([each, count]) => `${each}×${count}`).join(' '));
  };
  library.llama_decode = Object.assign((...parameters: Parameters<typeof real>) => (note(parameters[1]), real(...parameters)), {
    async: (...parameters: [never, Batch, never]) => (note(parameters[1]), (real.async as (...all: unknown[]) => void)(...parameters)),
  });
  try {
    await work();
  } finally {
    library.llama_decode = real;
  }
  return steps;
}

describe('streams that generate at the same time', () => {
  it('fill each step with a token of every one that generates and the prompts of the others, in order', async () => {
    const meter = openStreamsMeter(library, model, order({}));
    const steps = await stepsDuring(() => meter.measure());
    meter.free();
    expect(steps).toEqual(['0×20 1×12', '0×1 1×8 2×20', '0×1 1×1 2×1', '0×1 1×1 2×1', '1×1 2×1']);
  });

  it('tell every single time: a first token of each, and a gap before each further one', async () => {
    const meter = openStreamsMeter(library, model, order({ streams: 4, outputTokens: 6 }));
    const first = await meter.measure();
    const again = await meter.measure();
    meter.free();
    for (const { ttftMs, interTokenMs, tokensPerSecond } of [first, again]) {
      expect([ttftMs.length, interTokenMs.length]).toEqual([4, 20]);
      expect(ttftMs).toEqual(ttftMs.toSorted((a, b) => a - b));
      expect(Math.min(...ttftMs, ...interTokenMs, tokensPerSecond)).toBeGreaterThan(0);
      // The last token comes after its stream's first one and all its gaps.
      expect((24 / tokensPerSecond) * 1000).toBeGreaterThanOrEqual((ttftMs.at(-1) ?? 0) * 0.999);
    }
  });

  it('hear a cancel', async () => {
    const abort = new AbortController();
    const meter = openStreamsMeter(library, model, order({ outputTokens: 50_000, signal: abort.signal }));
    setTimeout(() => abort.abort(cancelled()), 50);
    expect(isCancelled(await meter.measure().catch((reason: unknown) => reason))).toBe(true);
    meter.free();
  });
});
