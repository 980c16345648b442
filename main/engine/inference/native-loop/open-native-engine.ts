import { basename } from 'node:path';
import type { Token } from 'node-llama-cpp';
import { nativeSettingsOf } from '../../measuring/engine-performance.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import { createServingTokenizer } from '../../native/serving-tokenizer.ts';
import { attachWorkerThreads } from '../../native/worker-threads.ts';
import { AdapterSwitch } from '../adapter-switch.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import type { LoadHooks } from '../load-failure.ts';
import type { OpenedEngine } from '../opened-engine.ts';
import { resolvePromptFormat } from '../prompt-format.ts';
import type { PromptVocabulary } from '../prompt-format.ts';
import { withNativeModel } from './load-native-model.ts';
import type { LoadedNativeModel } from './load-native-model.ts';
import { nativeAdapters } from './native-adapters.ts';
import { createNativeLoop } from './native-loop.ts';

type Templates = typeof import('node-llama-cpp');

/** llama.cpp gives each sequence its share of the cells, rounded down to this. */
const cellsRoundedTo = 256;

/** Loads one model exactly as ordered. Raises what withNativeModel raises. */
export function openNativeEngine(templates: Promise<Templates>, order: LoadOrder, hooks: LoadHooks): Promise<OpenedEngine> {
  const { settings } = order;
  return withNativeModel({ order, hooks }, async (loaded) => {
    const { library, functions, log, model, deviceNames, gpuLayers } = loaded;
    const { context, batchSize } = createContext(model, order);
    attachWorkerThreads(library, context.pointer, { generation: settings.threads, prompt: settings.threads });
    const contextSize = functions.llama_n_ctx_seq(context.pointer);
    const loop = createNativeLoop({ library, functions, model, context, contextSize, sequences: settings.parallelSequences, batchSize, threads: settings.threads });
    const put = nativeAdapters({ library, functions, log, model, context });
    const adapters = new AdapterSwitch({ forgetAll: async () => loop.forgetAll(), put: async (wanted) => put(wanted) });
    await adapters.switchTo(order.adapters);
    const format = resolvePromptFormat(await templates, await readVocabulary(await templates, loaded, order.modelPath), order.hasChatTemplate);
    return { loop, adapters, format, report: { gpuLayers, deviceNames, contextSize, parallelSequences: settings.parallelSequences, chatFormat: format.report } };
  });
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

async function readVocabulary(templates: Templates, { library, model }: LoadedNativeModel, modelPath: string): Promise<PromptVocabulary> {
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
