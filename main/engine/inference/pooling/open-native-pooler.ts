import { nativeSettingsOf } from '../../measuring/engine-performance.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import { openPoolingFunctions, POOLING_TYPES } from '../../native/pooling-functions.ts';
import { attachWorkerThreads } from '../../native/worker-threads.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import type { LoadHooks } from '../load-failure.ts';
import { withNativeModel } from '../native-loop/load-native-model.ts';
import { createNativePooler } from './native-pooler.ts';
import type { OpenedPooler } from './opened-pooler.ts';
import { noFormat } from './opened-pooler.ts';
import { MOST_TEXTS_AT_ONCE } from './text-pooler.ts';
import type { TextPooler } from './text-pooler.ts';

const poolingUnsaid = -1;

/** Loads a model that makes vectors or ranks documents. Raises what withNativeModel raises. */
export function openNativePooler(task: TextPooler['task'], order: LoadOrder, hooks: LoadHooks): Promise<OpenedPooler> {
  return withNativeModel({ order, hooks }, async ({ library, model, deviceNames, gpuLayers }) => {
    const pooling = openPoolingFunctions(library);
    // Beyond what it was trained for a model with a table of positions has nothing to look up, and llama.cpp would end the process.
    const longestText = Math.min(order.settings.contextSize, model.trainedContextSize);
    const { batchSize: batchTokens } = nativeSettingsOf(order.settings);
    const wanted = { order, model, tokens: Math.max(batchTokens, longestText) };
    const own = createContext(wanted, task === 'rank' ? POOLING_TYPES.indexOf('rank') : poolingUnsaid);
    const declared = pooling.llama_pooling_type(own.pointer) !== POOLING_TYPES.indexOf('none');
    const context = declared ? own : withMean(own, wanted);
    attachWorkerThreads(library, context.pointer, { generation: order.settings.threads, prompt: order.settings.threads });
    const pooler = createNativePooler({ task, library, pooling, model, context, longestText, batchTokens, batchTexts: MOST_TEXTS_AT_ONCE, declared, threads: order.settings.threads });
    return { pooler, report: { gpuLayers, deviceNames, contextSize: longestText, parallelSequences: MOST_TEXTS_AT_ONCE, chatFormat: noFormat, pooling: pooler.report } };
  });
}

/** A model that does not say how: the mean of its tokens, which is what is made of such a model elsewhere (sentence-transformers' default). */
function withMean(unpooled: NativeContext, wanted: Wanted): NativeContext {
  unpooled.free();
  return createContext(wanted, POOLING_TYPES.indexOf('mean'));
}

interface Wanted {
  order: LoadOrder;
  model: NativeModel;
  tokens: number;
}

/**
 * A batch is one micro-batch: attention in both directions cannot be cut, and a mean of parts is none. One cache for all sequences, because llama.cpp would take
 * sequences of different lengths apart otherwise (llama_kv_cache::init_batch).
 */
function createContext({ order: { settings }, model, tokens }: Wanted, poolingType: number): NativeContext {
  const { flashAttention, keyType, valueType } = nativeSettingsOf(settings);
  return model.createContext({
    contextSize: tokens,
    batchSize: tokens,
    microBatchSize: tokens,
    sequences: MOST_TEXTS_AT_ONCE,
    threads: settings.threads,
    flashAttention,
    keyType,
    valueType,
    unifiedCache: true,
    offloadKv: settings.backend !== 'cpu',
    embeddings: true,
    poolingType,
  });
}

