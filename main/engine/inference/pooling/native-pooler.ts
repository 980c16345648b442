import { ExpectedError } from '../../../kernel/errors.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import { runAside } from '../../native/llama-library.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import { createPacedDecoder } from '../../native/paced-decode.ts';
import { POOLING_TYPES } from '../../native/pooling-functions.ts';
import type { PoolingFunctions } from '../../native/pooling-functions.ts';
import { createTokenBatch } from '../../native/token-batch.ts';
import type { TokenBatch } from '../../native/token-batch.ts';
import { createServingTokenizer } from '../../native/serving-tokenizer.ts';
import { createPairTokens } from './pair-tokens.ts';
import type { TextPooler } from './text-pooler.ts';

export interface NativePoolerOptions {
  task: TextPooler['task'];
  library: LlamaLibrary;
  pooling: PoolingFunctions;
  model: NativeModel;
  context: NativeContext;
  longestText: number;
  batchTokens: number;
  batchTexts: number;
  /** Whether the model itself says how its vectors are pooled. */
  declared: boolean;
  threads: number;
}

/** One llama.cpp context whose sequences are the texts of a batch. */
export function createNativePooler(options: NativePoolerOptions): TextPooler {
  const { task, library, pooling, model, context, longestText, batchTokens, batchTexts } = options;
  const outputs = task === 'rank' ? pooling.llama_model_n_cls_out(model.pointer) : pooling.llama_model_n_embd_out(model.pointer);
  const batch = createTokenBatch(library, Math.max(batchTokens, longestText));
  const decoder = createPacedDecoder(decodingOf(options), new AbortController().signal);
  const pairTokens = createPairTokens({ library, pooling, model, tokenizer: createServingTokenizer(library, model).tokenizer });
  let threads = options.threads;

  const read = (sequence: number): Float32Array => {
    const from = pooling.llama_get_embeddings_seq(context.pointer, sequence);
    if (from === null) throw new NativeFailure('decode-failed', `no output for text ${sequence}`);
    const target = new Float32Array(new ArrayBuffer(outputs * Float32Array.BYTES_PER_ELEMENT));
    library.copy(target, from, target.byteLength);
    // The first score is the one that counts: "yes" of "yes" and "no", relevant of the labels.
    return task === 'rank' ? target.subarray(0, 1) : target;
  };
  return {
    task,
    longestText,
    batchTokens,
    batchTexts,
    report: { type: POOLING_TYPES[pooling.llama_pooling_type(context.pointer)] ?? 'none', declared: options.declared, dimensions: task === 'rank' ? 1 : outputs },
    tokensOf(input) {
      const tokens = typeof input === 'string' ? Array.from(model.tokenize(input)) : input;
      const unknown = tokens.find((token) => token >= model.vocabularySize);
      if (unknown !== undefined) throw new ExpectedError('GENERATION_REFUSED', { reason: 'token', detail: `${unknown} ≥ ${model.vocabularySize}` });
      return tokens;
    },
    tokensOfPair: (query) => pairTokens(query),
    async compute(texts) {
      context.clear();
      batch.clear();
      for (const [sequence, tokens] of texts.entries()) {
        for (const [position, token] of tokens.entries()) batch.add({ token, position, sequence, output: true });
      }
      context.setThreads(threads, threads);
      const pending = decoder.decode(batch);
      if (pending !== null) await pending;
      context.synchronize();
      return texts.map((_, sequence) => read(sequence));
    },
    setThreads(count) {
      threads = Math.max(1, Math.min(count, options.threads));
    },
  };
}

/** llama_decode, which itself encodes where a model keeps nothing; llama_encode for one that has no decoder at all (t5encoder). */
function decodingOf({ library, pooling, model, context }: NativePoolerOptions): Pick<NativeContext, 'decode' | 'decodeAside'> {
  if (!library.llama_model_has_encoder(model.pointer) || pooling.llama_model_has_decoder(model.pointer)) return context;
  const judge = (code: number): void => {
    if (code !== 0) throw new NativeFailure('decode-failed', `llama_encode gave ${code}`);
  };
  return {
    decode: (batch: TokenBatch) => judge(pooling.llama_encode(context.pointer, batch.asStruct())),
    decodeAside: async (batch: TokenBatch) => judge(await runAside(pooling.llama_encode, context.pointer, batch.asStruct())),
  };
}
