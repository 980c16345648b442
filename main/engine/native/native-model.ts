import type { ContextParams, ModelParams, Pointer } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { runAside } from './llama-library.ts';
import type { NativeLog } from './native-log.ts';
import { NativeFailure } from './native-failure.ts';
import type { TokenBatch } from './token-batch.ts';

/** A loaded model. `free` must be called once, after every context of it is freed. */
export interface NativeModel {
  readonly pointer: Pointer;
  readonly vocabularySize: number;
  readonly layerCount: number;
  readonly embeddingLength: number;
  readonly trainedContextSize: number;
  /** Whether the vocabulary asks for a beginning-of-sequence token before every text (`llama_vocab_get_add_bos`). */
  readonly addsBos: boolean;
  /** -1 where the vocabulary has none. */
  readonly bosToken: number;
  /** Token ids of a text. `addSpecial` puts the tokens a text begins and ends with around it, where the model wants them. */
  tokenize(text: string, options?: { addSpecial?: boolean; parseSpecial?: boolean }): Int32Array;
  createContext(settings: ContextSettings): NativeContext;
  free(): void;
}

/** Values left out are llama.cpp's defaults. */
export interface ContextSettings {
  /** Tokens of KV cache altogether, shared by all sequences. */
  contextSize: number;
  /** Tokens given to one decode, at most. */
  batchSize?: number;
  /** Tokens computed at once (micro-batch). */
  microBatchSize?: number;
  sequences?: number;
  /** Threads while generating, and while a prompt is processed. */
  threads: number;
  promptThreads?: number;
  /** -1 automatic, 0 off, 1 on. */
  flashAttention?: -1 | 0 | 1;
  /** ggml types of the KV cache. */
  keyType?: number;
  valueType?: number;
  /** One cache for all sequences (llama-perplexity, llama-batched-bench --kv-unified). */
  unifiedCache?: boolean;
  evalCallback?: Pointer;
  /** Whether the KV cache and attention go to the GPU too; default true. */
  offloadKv?: boolean;
  /** Most tokens of one sequence in a batch whose output may be asked for; 0 (the default here) is all of them. */
  outputsPerSequence?: number;
  /** False keeps only the window of layers with a sliding one, as serving does; default true. */
  fullSlidingWindow?: boolean;
  /** Vectors instead of answers: every token of a batch is an output. */
  embeddings?: boolean;
  /** `enum llama_pooling_type`; -1 (the default) is what the model says. */
  poolingType?: number;
}

export interface NativeContext {
  readonly pointer: Pointer;
  readonly contextSize: number;
  /** Computes a batch on this thread; the event loop stands still meanwhile. Raises NativeFailure ('decode-failed'). */
  decode(batch: TokenBatch): void;
  /** The same on a thread of its own. */
  decodeAside(batch: TokenBatch): Promise<void>;
  /** Waits for what a GPU still computes. */
  synchronize(): void;
  /** Copies the logits of the `index`-th token of the last batch (negative: from its end) into `target`, vocabulary-size floats. */
  copyLogits(index: number, target: Float32Array): void;
  /** Copies the logits of all tokens whose output was asked for, in batch order, rows × vocabulary size. */
  copyAllLogits(target: Float32Array): void;
  /** Forgets everything in the KV cache. */
  clear(): void;
  /** Forgets a sequence from a position on. */
  forget(sequence: number, fromPosition: number): void;
  setThreads(generation: number, prompt: number): void;
  free(): void;
}

export interface ModelSettings {
  /** Blocks and output layer on the GPU; 0 is the processor only. */
  gpuLayers: number;
  /** False reads the file into memory instead of mapping it. */
  memoryMap?: boolean;
  /** Repacking of weights for the processor's kernels, as serving does; default true. */
  useExtraBuffers?: boolean;
  vocabularyOnly?: boolean;
  onProgress?: (fraction: number) => boolean;
}

/** Loads a model. Raises NativeFailure ('model-not-loaded') with llama.cpp's last words. */
export async function openNativeModel(library: LlamaLibrary, log: NativeLog, order: { path: string; settings: ModelSettings }): Promise<NativeModel> {
  const { path, settings } = order;
  const progress = settings.onProgress === undefined ? null : library.registerProgress(settings.onProgress);
  const params: ModelParams = {
    ...library.llama_model_default_params(),
    n_gpu_layers: settings.gpuLayers,
    load_mode: settings.memoryMap === false ? 0 : 1,
    use_extra_bufts: settings.useExtraBuffers ?? true,
    vocab_only: settings.vocabularyOnly ?? false,
    progress_callback: progress?.pointer ?? null,
  };
  try {
    const pointer = await runAside(library.llama_model_load_from_file, path, params);
    if (pointer === null) throw new NativeFailure('model-not-loaded', log.lastWords());
    return wrapModel(library, log, pointer);
  } finally {
    progress?.release();
  }
}

function wrapModel(library: LlamaLibrary, log: NativeLog, pointer: Pointer): NativeModel {
  const vocabulary = library.llama_model_get_vocab(pointer);
  const vocabularySize = library.llama_vocab_n_tokens(vocabulary);
  return {
    pointer,
    vocabularySize,
    layerCount: library.llama_model_n_layer(pointer),
    embeddingLength: library.llama_model_n_embd(pointer),
    trainedContextSize: library.llama_model_n_ctx_train(pointer),
    addsBos: library.llama_vocab_get_add_bos(vocabulary),
    bosToken: library.llama_vocab_bos(vocabulary),
    tokenize(text, { addSpecial = true, parseSpecial = false } = {}) {
      const bytes = new TextEncoder().encode(text);
      const room = new Int32Array(bytes.length + 4); // a token is at least a byte, and at most a few are put around
      const count = library.llama_tokenize(vocabulary, bytes, bytes.length, room, room.length, addSpecial, parseSpecial);
      if (count < 0) throw new NativeFailure('tokenize-failed', `${-count} tokens for ${bytes.length} bytes`);
      return room.slice(0, count);
    },
    createContext: (settings) => createContext(library, log, { model: pointer, vocabularySize, settings }),
    free: () => library.llama_model_free(pointer),
  };
}

function createContext(library: LlamaLibrary, log: NativeLog, { model, vocabularySize, settings }: { model: Pointer; vocabularySize: number; settings: ContextSettings }): NativeContext {
  const defaults = library.llama_context_default_params();
  const batchSize = settings.batchSize ?? defaults.n_batch;
  const params: ContextParams = {
    ...defaults,
    n_ctx: settings.contextSize,
    n_batch: batchSize,
    n_ubatch: settings.microBatchSize ?? Math.min(defaults.n_ubatch, batchSize),
    n_seq_max: settings.sequences ?? 1,
    // Every sequence may ask for output with every token (perplexity does).
    n_outputs_max_per_seq: settings.outputsPerSequence ?? 0,
    n_threads: settings.threads,
    n_threads_batch: settings.promptThreads ?? settings.threads,
    flash_attn_type: settings.flashAttention ?? -1,
    type_k: settings.keyType ?? defaults.type_k,
    type_v: settings.valueType ?? defaults.type_v,
    kv_unified: settings.unifiedCache ?? false,
    offload_kqv: settings.offloadKv ?? true,
    swa_full: settings.fullSlidingWindow ?? defaults.swa_full,
    cb_eval: settings.evalCallback ?? null,
    embeddings: settings.embeddings ?? false,
    pooling_type: settings.poolingType ?? defaults.pooling_type,
  };
  const pointer = library.llama_init_from_model(model, params);
  if (pointer === null) throw new NativeFailure('context-not-created', log.lastWords());
  const memory = library.llama_get_memory(pointer);
  const judge = (code: number): void => {
    if (code !== 0) throw new NativeFailure('decode-failed', code === 1 ? 'no room in the KV cache' : `llama_decode gave ${code}; ${log.lastWords()}`);
  };
  return {
    pointer,
    contextSize: library.llama_n_ctx(pointer),
    decode: (batch) => judge(library.llama_decode(pointer, batch.asStruct())),
    decodeAside: async (batch) => judge(await runAside(library.llama_decode, pointer, batch.asStruct())),
    synchronize: () => library.llama_synchronize(pointer),
    copyLogits(index, target) {
      const from = library.llama_get_logits_ith(pointer, index);
      if (from === null) throw new NativeFailure('decode-failed', `no logits for token ${index}`);
      library.copy(target, from, vocabularySize * Float32Array.BYTES_PER_ELEMENT);
    },
    copyAllLogits(target) {
      const from = library.llama_get_logits(pointer);
      if (from === null) throw new NativeFailure('decode-failed', 'no logits');
      library.copy(target, from, target.byteLength);
    },
    clear: () => library.llama_memory_clear(memory, true),
    forget: (sequence, fromPosition) => void library.llama_memory_seq_rm(memory, sequence, fromPosition, -1),
    setThreads: (generation, prompt) => library.llama_set_n_threads(pointer, generation, prompt),
    free: () => library.llama_free(pointer),
  };
}
