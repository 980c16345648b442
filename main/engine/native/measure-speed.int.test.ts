import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCancelled, cancelled } from '../../kernel/errors.ts';
import { realModelPath } from '../testing/real-model.ts';
import { findLibraryFiles } from './library-files.ts';
import { openLlamaLibrary } from './llama-library.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { measureSpeed, openSpeedMeter, speedThreads } from './measure-speed.ts';
import type { SpeedSettings } from './measure-speed.ts';
import { listenToLog } from './native-log.ts';
import { openNativeModel } from './native-model.ts';
import type { NativeModel } from './native-model.ts';

const settings: SpeedSettings = { batchSize: 64, microBatchSize: 32, threads: 1, flashAttention: -1, keyType: 1, valueType: 1, workerThreads: 'kept' };
let library: LlamaLibrary;
let model: NativeModel;

beforeAll(async () => {
  library = openLlamaLibrary(findLibraryFiles('cpu'));
  model = await openNativeModel(library, listenToLog(library), { path: (await realModelPath()).path, settings: { gpuLayers: 0 } });
});
afterAll(() => model.free());

/** The sizes of the batches handed to llama_decode meanwhile. */
async function decodedDuring(work: () => Promise<unknown>): Promise<number[]> {
  const sizes: number[] = [];
  const real = library.llama_decode;
  const seen = Object.assign((...parameters: Parameters<typeof real>) => (sizes.push(parameters[1].n_tokens), real(...parameters)), {
    async: (...parameters: [never, { n_tokens: number }, never]) => (sizes.push(parameters[1].n_tokens), (real.async as (...all: unknown[]) => void)(...parameters)),
  });
  library.llama_decode = seen;
  try {
    await work();
  } finally {
    library.llama_decode = real;
  }
  return sizes;
}

describe('speed measured through the binding', () => {
  it('processes a prompt in batches of the wanted size, once to warm up and once for each repeat', async () => {
    const told: number[] = [];
    const order = { test: { kind: 'prompt', tokens: 150 }, settings, repeats: 2, warmUp: true, signal: new AbortController().signal, onRepeat: (speed: number) => told.push(speed) } as const;
    let speeds: number[] = [];
    const sizes = await decodedDuring(async () => (speeds = await measureSpeed(library, model, order)));
    expect(sizes).toEqual([64, 64, 22, 64, 64, 22, 64, 64, 22]);
    expect(told).toEqual(speeds);
    expect(speeds.every((speed) => speed > 0 && Number.isFinite(speed))).toBe(true);
  });

  it('generates token by token, and warms up with one', async () => {
    const order = { test: { kind: 'generation', tokens: 5 }, settings, repeats: 3, warmUp: true, signal: new AbortController().signal } as const;
    const sizes = await decodedDuring(() => measureSpeed(library, model, order));
    expect(sizes).toEqual(Array.from({ length: 16 }, () => 1));
  });

  it('measures with threads that wait and with threads made for each graph', async () => {
    for (const workerThreads of ['kept', 'per-graph'] as const) {
      const order = { test: { kind: 'generation', tokens: 4 }, settings: { ...settings, threads: 2, workerThreads }, repeats: 1, warmUp: false, signal: new AbortController().signal } as const;
      expect(await measureSpeed(library, model, order)).toHaveLength(1);
    }
  });

  it('hears a cancel in the middle of a repeat and frees the context', async () => {
    const abort = new AbortController();
    const meter = openSpeedMeter(library, model, { test: { kind: 'generation', tokens: 100_000 }, settings, signal: abort.signal });
    setTimeout(() => abort.abort(cancelled()), 50);
    const error: unknown = await meter.measure().catch((reason: unknown) => reason);
    expect(isCancelled(error)).toBe(true);
    meter.free();
  });

  it('serves generation with one thread less, but never with none', () => {
    expect([speedThreads('prompt', 4), speedThreads('generation', 4), speedThreads('generation', 1)]).toEqual([4, 3, 1]);
  });
});
