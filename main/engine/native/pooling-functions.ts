import koffi from 'koffi';
import { batchType } from './c-structs.ts';
import type { Batch, Pointer } from './c-structs.ts';
import { declare } from './declare-function.ts';
import type { CType } from './declare-function.ts';
import type { LlamaLibrary, Slow } from './llama-library.ts';

/** `enum llama_pooling_type` (include/llama.h): how the vectors of a text's tokens become one. */
export const POOLING_TYPES = ['none', 'mean', 'cls', 'last', 'rank'] as const;
export type PoolingType = (typeof POOLING_TYPES)[number];

/** Functions of `include/llama.h` that only embeddings and rankings need, by the names they have there. */
export interface PoolingFunctions {
  /** Like llama_decode, for models that are an encoder and nothing else. */
  llama_encode: Slow<(context: Pointer, batch: Batch) => number>;
  /** The pooled output of a sequence of the last batch; null where there is none. */
  llama_get_embeddings_seq(context: Pointer, sequence: number): Pointer | null;
  llama_pooling_type(context: Pointer): number;
  llama_model_has_decoder(model: Pointer): boolean;
  llama_model_n_embd_out(model: Pointer): number;
  /** Scores of the classification head; 1 where the model does not say. */
  llama_model_n_cls_out(model: Pointer): number;
  llama_model_chat_template(model: Pointer, name: string): string | null;
  llama_vocab_sep(vocabulary: Pointer): number;
  llama_vocab_get_add_sep(vocabulary: Pointer): boolean;
}

let declared: PoolingFunctions | null = null;

/** Raises NativeFailure ('layout-changed') where the library lacks one of them. */
export function openPoolingFunctions(library: LlamaLibrary): PoolingFunctions {
  if (declared !== null) return declared;
  const opened = koffi.load(library.files.llama);
  const llama = (name: keyof PoolingFunctions, result: CType, parameters: CType[]): never => declare(opened, name, result, parameters);
  declared = {
    llama_encode: llama('llama_encode', 'int32_t', ['void *', batchType]),
    llama_get_embeddings_seq: llama('llama_get_embeddings_seq', 'void *', ['void *', 'int32_t']),
    llama_pooling_type: llama('llama_pooling_type', 'int32_t', ['void *']),
    llama_model_has_decoder: llama('llama_model_has_decoder', 'bool', ['void *']),
    llama_model_n_embd_out: llama('llama_model_n_embd_out', 'int32_t', ['void *']),
    llama_model_n_cls_out: llama('llama_model_n_cls_out', 'uint32_t', ['void *']),
    llama_model_chat_template: llama('llama_model_chat_template', 'str', ['void *', 'str']),
    llama_vocab_sep: llama('llama_vocab_sep', 'int32_t', ['void *']),
    llama_vocab_get_add_sep: llama('llama_vocab_get_add_sep', 'bool', ['void *']),
  };
  return declared;
}
