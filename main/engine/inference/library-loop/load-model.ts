import { setTimeout as delay } from 'node:timers/promises';
import type { Llama, LlamaContext, LlamaContextOptions, LlamaModel } from 'node-llama-cpp';
import type { EnginePerformance } from '../../../contract/deployments.contract.ts';
import { gpuOptionOf } from '../../hardware/backend-packages.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import { LoadFailure } from '../load-failure.ts';
import type { LoadHooks } from '../load-failure.ts';
import { sequenceOrder } from './batch-order.ts';

export type Library = typeof import('node-llama-cpp');

export interface LoadedWeights {
  llama: Llama;
  model: LlamaModel;
  deviceNames: string[];
  /** llama.cpp's latest words on a failure, once they have arrived. */
  explain: (error: unknown) => Promise<string>;
}

export interface LoadedModel extends LoadedWeights {
  context: LlamaContext;
}

/** The library's log comes from other threads: its words on a failure can arrive after the failure. */
const LOG_DELAY_MS = 50;

/**
 * Loads one model exactly as ordered. Raises LoadFailure with BACKEND_UNAVAILABLE when the backend asked for is not there
 * (there is no silent way to the CPU), or ENGINE_FAILED/load-failed with llama.cpp's last words.
 *
 * The library's own memory guesses are off: whether a model fits was decided before, with the person looking, and here
 * nothing but this process can be harmed.
 */
export async function loadModel(library: Library, order: LoadOrder, hooks: LoadHooks): Promise<LoadedModel> {
  const loaded = await loadWeights(library, order, hooks);
  try {
    const context = await loaded.model.createContext({
      contextSize: order.settings.contextSize,
      sequences: order.settings.parallelSequences,
      threads: order.settings.threads,
      ...performanceOptions(order.settings.performance),
      batching: { itemPrioritizationStrategy: sequenceOrder },
      ignoreMemorySafetyChecks: true,
      failedCreationRemedy: false,
    });
    return { ...loaded, context };
  } catch (error) {
    throw new LoadFailure({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: await loaded.explain(error) } }, error);
  }
}

/** The weights alone, without a context. Raises what loadModel raises. */
export async function loadWeights(library: Library, order: LoadOrder, hooks: LoadHooks): Promise<LoadedWeights> {
  const words: string[] = [];
  const llama = await startBackend(library, order, (line) => {
    words.push(line);
    if (words.length > 20) words.shift();
    hooks.onLog(line);
  });
  const explain = async (error: unknown): Promise<string> => {
    await delay(LOG_DELAY_MS);
    return lastWords(words, error);
  };
  try {
    const model = await llama.loadModel({
      modelPath: order.modelPath,
      gpuLayers: order.settings.backend === 'cpu' ? 0 : order.settings.gpuLayers,
      ignoreMemorySafetyChecks: true,
      onLoadProgress: hooks.onProgress,
    });
    return { llama, model, explain, deviceNames: llama.gpu === false ? [] : await llama.getGpuDeviceNames() };
  } catch (error) {
    throw new LoadFailure({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: await explain(error) } }, error);
  }
}

/**
 * What auto-tuning found, as node-llama-cpp takes it. It makes batch and micro-batch of llama.cpp from `batchSize` (AddonContext.cpp). A
 * quantized cache of values without flash attention is refused by llama.cpp, and the load fails with its words.
 */
function performanceOptions(performance: EnginePerformance | undefined): Partial<LlamaContextOptions> {
  if (performance === undefined) return {};
  const { batchSize, flashAttention, kvType } = performance;
  return {
    batchSize,
    flashAttention: flashAttention === 'auto' ? 'auto' : flashAttention === 'on',
    // Types are held to those that llama.cpp's attention computes with; the library calls them experimental because it takes any.
    experimentalKvCacheKeyType: kvType,
    experimentalKvCacheValueType: kvType,
  };
}

async function startBackend(library: Library, order: LoadOrder, onLog: (line: string) => void): Promise<Llama> {
  const { backend, threads } = order.settings;
  const asked = gpuOptionOf(backend, process.platform, process.arch);
  const unavailable = (reason: string, cause?: unknown): LoadFailure => new LoadFailure({ code: 'BACKEND_UNAVAILABLE', data: { backend, reason } }, cause);
  const complaints = listenToConsole();
  let llama: Llama;
  try {
    llama = await library.getLlama({
      gpu: asked,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logLevel: library.LlamaLogLevel.warn,
      logger: (level, message) => onLog(`${level}: ${message.trimEnd()}`),
    });
  } catch (error) {
    // NoBinaryFoundError says nothing; why a binary would not load the library only prints.
    throw unavailable(complaints.first() ?? (error instanceof Error ? error.message : String(error)), error);
  } finally {
    complaints.end();
  }
  if (llama.gpu !== asked) throw unavailable(`llama.cpp started with ${llama.gpu === false ? 'cpu' : llama.gpu}`);
  if (backend !== 'cpu' && (await llama.getGpuDeviceNames()).length === 0) throw unavailable('no device');
  return llama;
}

/** Hears the errors that are printed to the console, which still get there. */
function listenToConsole(): { first: () => string | undefined; end: () => void } {
  const messages: string[] = [];
  const original = console.error;
  console.error = (...words: unknown[]) => {
    const error = words.find((word) => word instanceof Error);
    if (error !== undefined) messages.push(error.message);
    original(...words);
  };
  return { first: () => messages[0], end: () => void (console.error = original) };
}

/** What llama.cpp said last and worst; the library's own message where it said nothing. */
function lastWords(words: readonly string[], error: unknown): string {
  const errors = words.filter((line) => line.startsWith('error') || line.startsWith('fatal'));
  const said = (errors.length > 0 ? errors : words).slice(-3).join('\n');
  const message = error instanceof Error ? error.message : String(error);
  return said === '' ? message : `${message}\n${said}`;
}
