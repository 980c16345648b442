import { access, constants } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Token } from 'node-llama-cpp';
import { ExpectedError, systemCodeOf } from '../../../kernel/errors.ts';
import { nativeSettingsOf } from '../../measuring/engine-performance.ts';
import { findLibraryFiles } from '../../native/library-files.ts';
import { LOG_LEVEL, openLlamaLibrary } from '../../native/llama-library.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import { listenToLog } from '../../native/native-log.ts';
import { openNativeModel } from '../../native/native-model.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import { openServingFunctions } from '../../native/serving-functions.ts';
import { createServingTokenizer } from '../../native/serving-tokenizer.ts';
import { attachWorkerThreads } from '../../native/worker-threads.ts';
import { AdapterSwitch } from '../adapter-switch.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import { LoadFailure } from '../load-failure.ts';
import type { LoadHooks } from '../load-failure.ts';
import type { OpenedEngine } from '../opened-engine.ts';
import { resolvePromptFormat } from '../prompt-format.ts';
import type { PromptVocabulary } from '../prompt-format.ts';
import { nativeAdapters } from './native-adapters.ts';
import { createNativeLoop } from './native-loop.ts';

type Templates = typeof import('node-llama-cpp');

/** llama.cpp gives each sequence its share of the cells, rounded down to this. */
const cellsRoundedTo = 256;
const gpuTypes: ReadonlySet<number> = new Set([1, 2]); // GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU

/**
 * Loads one model exactly as ordered. Raises LoadFailure with BACKEND_UNAVAILABLE when the backend asked for is not there (there is no silent way to
 * the CPU), or ENGINE_FAILED/load-failed with llama.cpp's last words; NativeFailure ('library-missing', 'layout-changed') where the binding cannot be used at
 * all, before anything is loaded.
 */
export async function openNativeEngine(templates: Promise<Templates>, order: LoadOrder, hooks: LoadHooks): Promise<OpenedEngine> {
  const { settings } = order;
  const library = openLlamaLibrary(findLibraryFiles(settings.backend));
  const functions = openServingFunctions(library);
  const log = listenToLog(library);
  log.onLine(({ level, text }) => {
    if (level === LOG_LEVEL.warn || level === LOG_LEVEL.error) hooks.onLog(`${level === LOG_LEVEL.error ? 'error' : 'warn'}: ${text.trimEnd()}`);
  });
  const devices = settings.backend === 'cpu' ? [] : gpuDevices(library);
  if (settings.backend !== 'cpu' && devices.length === 0) throw new LoadFailure({ code: 'BACKEND_UNAVAILABLE', data: { backend: settings.backend, reason: 'no device' } });
  try {
    await access(order.modelPath, constants.R_OK); // the system's own reason; llama.cpp only says that it could not open it
    const onProgress = (fraction: number): boolean => {
      hooks.onProgress(fraction);
      return true;
    };
    const model = await openNativeModel(library, log, { path: order.modelPath, settings: { gpuLayers: settings.backend === 'cpu' ? 0 : settings.gpuLayers, onProgress } });
    const { context, batchSize } = createContext(model, order);
    attachWorkerThreads(library, context.pointer, { generation: settings.threads, prompt: settings.threads });
    const contextSize = functions.llama_n_ctx_seq(context.pointer);
    const loop = createNativeLoop({ library, functions, model, context, contextSize, sequences: settings.parallelSequences, batchSize, threads: settings.threads });
    const put = nativeAdapters({ library, functions, log, model, context });
    const adapters = new AdapterSwitch({ forgetAll: async () => loop.forgetAll(), put: async (wanted) => put(wanted) });
    await adapters.switchTo(order.adapters);
    const format = resolvePromptFormat(await templates, await readVocabulary(await templates, { library, model, modelPath: order.modelPath }), order.hasChatTemplate);
    const gpuLayers = settings.backend === 'cpu' ? 0 : Math.min(settings.gpuLayers, model.layerCount + 1);
    return { loop, adapters, format, report: { gpuLayers, deviceNames: devices, contextSize, parallelSequences: settings.parallelSequences, chatFormat: format.report } };
  } catch (error) {
    if (error instanceof ExpectedError) throw new LoadFailure(error.toValue(), error);
    if (!(error instanceof NativeFailure) && systemCodeOf(error) === '') throw error;
    throw new LoadFailure({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: wordsOf(error) } }, error);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof NativeFailure && error.detail !== '') return error.detail;
  return error instanceof Error ? error.message : String(error);
}

function createContext(model: NativeModel, { settings }: LoadOrder): { context: NativeContext; batchSize: number } {
  const { parallelSequences, threads, backend } = settings;
  const { batchSize, microBatchSize, flashAttention, keyType, valueType } = nativeSettingsOf(settings);
  // Every sequence needs a place in a step.
  const enough = Math.max(batchSize, parallelSequences);
  const context = model.createContext({
    contextSize: parallelSequences * Math.ceil(settings.contextSize / cellsRoundedTo) * cellsRoundedTo,
    batchSize: enough,
    microBatchSize: Math.max(microBatchSize, parallelSequences),
    sequences: parallelSequences,
    threads,
    flashAttention,
    keyType,
    valueType,
    outputsPerSequence: 1,
    fullSlidingWindow: false,
    offloadKv: backend !== 'cpu',
  });
  return { context, batchSize: enough };
}

function gpuDevices(library: LlamaLibrary): string[] {
  const names: string[] = [];
  for (let index = 0; index < library.ggml_backend_dev_count(); index += 1) {
    const device = library.ggml_backend_dev_get(index);
    if (gpuTypes.has(library.ggml_backend_dev_type(device))) names.push(library.ggml_backend_dev_description(device));
  }
  return names;
}

interface LoadedModel {
  library: LlamaLibrary;
  model: NativeModel;
  modelPath: string;
}

async function readVocabulary(templates: Templates, { library, model, modelPath }: LoadedModel): Promise<PromptVocabulary> {
  const { tokenizer, bos, prependsBos } = createServingTokenizer(library, model);
  const fileInfo = await templates.readGgufFileInfo(modelPath, { sourceType: 'filesystem', readTensorInfo: false, logWarnings: false });
  const beginning = bos < 0 ? null : (bos as Token);
  return {
    tokenizer,
    size: model.vocabularySize,
    bos: beginning,
    bosText: beginning === null ? null : tokenizer.detokenize([beginning], true),
    prependsBos,
    fileName: basename(modelPath),
    fileInfo,
  };
}
