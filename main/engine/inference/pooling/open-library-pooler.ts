import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { ExpectedError } from '../../../kernel/errors.ts';
import { POOLING_TYPES } from '../../native/pooling-functions.ts';
import type { PoolingType } from '../../native/pooling-functions.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import { loadWeights } from '../library-loop/load-model.ts';
import type { Library } from '../library-loop/load-model.ts';
import { LoadFailure } from '../load-failure.ts';
import type { LoadHooks } from '../load-failure.ts';
import type { OpenedPooler } from './opened-pooler.ts';
import { noFormat } from './opened-pooler.ts';
import type { TextPooler } from './text-pooler.ts';

/**
 * The fall-back: node-llama-cpp's own context, one text at a time. What it does otherwise than the native one is refused by name: ranking (its form of a pair is
 * another), and a model that does not say how its vectors are pooled (it would take that of the last token).
 */
export async function openLibraryPooler(library: Library, { task, order, hooks }: { task: TextPooler['task']; order: LoadOrder; hooks: LoadHooks }): Promise<OpenedPooler> {
  if (task === 'rank') throw refused('ranking');
  const { llama, model, explain, deviceNames } = await loadWeights(library, order, hooks);
  const type = poolingOf(model);
  if (type === 'none') throw refused('pooling');
  const longestText = Math.min(order.settings.contextSize, model.trainContextSize);
  // A text is one batch: attention in both directions cannot be cut. The library wants one token more than the longest text has.
  const size = longestText + 1;
  let context: LlamaEmbeddingContext;
  try {
    context = await model.createEmbeddingContext({ contextSize: size, batchSize: size, threads: order.settings.threads, ignoreMemorySafetyChecks: true });
  } catch (error) {
    throw new LoadFailure({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: await explain(error) } }, error);
  }
  const vocabularySize = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  const pooler: TextPooler = {
    task,
    longestText,
    batchTokens: longestText,
    batchTexts: 1,
    report: { type, declared: true, dimensions: model.embeddingVectorSize },
    tokensOf(input) {
      const tokens = typeof input === 'string' ? completed(model.tokenize(input), { model, context }) : (input as Token[]);
      const unknown = tokens.find((token) => token >= vocabularySize);
      if (unknown !== undefined) throw new ExpectedError('GENERATION_REFUSED', { reason: 'token', detail: `${unknown} ≥ ${vocabularySize}` });
      return tokens;
    },
    tokensOfPair() {
      throw new ExpectedError('GENERATION_REFUSED', { reason: 'fall-back-engine', detail: 'ranking' });
    },
    async compute([tokens = []]) {
      const { vector } = await context.getEmbeddingFor(tokens as Token[]);
      return [Float32Array.from(vector)];
    },
    setThreads(count) {
      llama.maxThreads = Math.max(1, Math.min(count, order.settings.threads));
    },
  };
  return { pooler, report: { gpuLayers: model.gpuLayers, deviceNames, contextSize: longestText, parallelSequences: 1, chatFormat: noFormat, pooling: pooler.report } };
}

/** With what the library will put before and behind it anyway, which it only tells as a length. */
function completed(tokens: readonly Token[], { model, context }: { model: LlamaModel; context: LlamaEmbeddingContext }): Token[] {
  const length = context.calculateInputLength([...tokens]);
  const { bos, eos, sep } = model.tokens;
  for (const begin of [null, bos]) {
    for (const end of [null, eos, sep]) {
      const candidate = [...(begin === null ? [] : [begin]), ...tokens, ...(end === null ? [] : [end])];
      if (candidate.length === length && context.calculateInputLength([...candidate]) === length) return candidate;
    }
  }
  return [...tokens];
}

function poolingOf(model: LlamaModel): PoolingType {
  const { architecture } = model.fileInfo.metadata.general;
  const own = model.fileInfo.metadata[architecture] as Record<string, unknown> | undefined;
  return POOLING_TYPES[Number(own?.['pooling_type'] ?? 0)] ?? 'none';
}

function refused(detail: string): LoadFailure {
  return new LoadFailure({ code: 'GENERATION_REFUSED', data: { reason: 'fall-back-engine', detail } });
}
