import koffi from 'koffi';
import type { Pointer } from './c-structs.ts';
import { declare } from './declare-function.ts';
import type { CType } from './declare-function.ts';
import type { LlamaLibrary } from './llama-library.ts';

/** Functions of `include/llama.h` that only serving needs, by the names they have there. */
export interface ServingFunctions {
  llama_n_ctx_seq(context: Pointer): number;
  llama_memory_seq_pos_min(memory: Pointer, sequence: number): number;
  llama_model_n_swa(model: Pointer): number;
  llama_model_is_recurrent(model: Pointer): boolean;
  llama_model_is_hybrid(model: Pointer): boolean;
  llama_token_to_piece(vocabulary: Pointer, token: number, text: Uint8Array, limit: number, leftStrip: number, special: boolean): number;
  llama_vocab_is_eog(vocabulary: Pointer, token: number): boolean;

  /** Null where the file cannot be used with the model. It is freed with the model. */
  llama_adapter_lora_init(model: Pointer, path: string): Pointer | null;
  /** 0 is done. `adapters` are addresses, `scales` their weights. */
  llama_set_adapters_lora(context: Pointer, adapters: BigUint64Array, count: number, scales: Float32Array): number;

  llama_sampler_chain_init(params: { no_perf: boolean }): Pointer;
  /** The chain owns the sampler from then on. */
  llama_sampler_chain_add(chain: Pointer, sampler: Pointer): void;
  llama_sampler_free(sampler: Pointer): void;
  llama_sampler_accept(sampler: Pointer, token: number): void;
  llama_sampler_apply(sampler: Pointer, candidates: BigUint64Array): void;
  /** Chooses a token by the `index`-th output of the last batch and accepts it. */
  llama_sampler_sample(chain: Pointer, context: Pointer, index: number): number;
  llama_sampler_init_greedy(): Pointer;
  llama_sampler_init_dist(seed: number): Pointer;
  llama_sampler_init_top_k(k: number): Pointer;
  llama_sampler_init_top_p(p: number, minKeep: number): Pointer;
  llama_sampler_init_min_p(p: number, minKeep: number): Pointer;
  llama_sampler_init_temp(temperature: number): Pointer;
  llama_sampler_init_penalties(vocabularySize: number, lastTokens: number, repeat: number, frequency: number, presence: number): Pointer;
  /** `biases` are pairs of a 32-bit token id and a 32-bit float. */
  llama_sampler_init_logit_bias(vocabularySize: number, count: number, biases: Uint8Array): Pointer;
  /** Null where the grammar cannot be parsed; the log says why. */
  llama_sampler_init_grammar(vocabulary: Pointer, grammar: string, root: string): Pointer | null;
}

const chainParamsType = koffi.struct('llama_sampler_chain_params', { no_perf: 'bool' });

let declared: ServingFunctions | null = null;

/** Raises NativeFailure ('layout-changed') where the library lacks one of them. */
export function openServingFunctions(library: LlamaLibrary): ServingFunctions {
  if (declared !== null) return declared;
  const opened = koffi.load(library.files.llama);
  const llama = (name: keyof ServingFunctions, result: CType, parameters: CType[]): never => declare(opened, name, result, parameters);
  declared = {
    llama_n_ctx_seq: llama('llama_n_ctx_seq', 'uint32_t', ['void *']),
    llama_memory_seq_pos_min: llama('llama_memory_seq_pos_min', 'int32_t', ['void *', 'int32_t']),
    llama_model_n_swa: llama('llama_model_n_swa', 'int32_t', ['void *']),
    llama_model_is_recurrent: llama('llama_model_is_recurrent', 'bool', ['void *']),
    llama_model_is_hybrid: llama('llama_model_is_hybrid', 'bool', ['void *']),
    llama_token_to_piece: llama('llama_token_to_piece', 'int32_t', ['void *', 'int32_t', 'void *', 'int32_t', 'int32_t', 'bool']),
    llama_vocab_is_eog: llama('llama_vocab_is_eog', 'bool', ['void *', 'int32_t']),
    llama_adapter_lora_init: llama('llama_adapter_lora_init', 'void *', ['void *', 'str']),
    llama_set_adapters_lora: llama('llama_set_adapters_lora', 'int32_t', ['void *', 'void *', 'size_t', 'void *']),
    llama_sampler_chain_init: llama('llama_sampler_chain_init', 'void *', [chainParamsType]),
    llama_sampler_chain_add: llama('llama_sampler_chain_add', 'void', ['void *', 'void *']),
    llama_sampler_free: llama('llama_sampler_free', 'void', ['void *']),
    llama_sampler_accept: llama('llama_sampler_accept', 'void', ['void *', 'int32_t']),
    llama_sampler_apply: llama('llama_sampler_apply', 'void', ['void *', 'void *']),
    llama_sampler_sample: llama('llama_sampler_sample', 'int32_t', ['void *', 'void *', 'int32_t']),
    llama_sampler_init_greedy: llama('llama_sampler_init_greedy', 'void *', []),
    llama_sampler_init_dist: llama('llama_sampler_init_dist', 'void *', ['uint32_t']),
    llama_sampler_init_top_k: llama('llama_sampler_init_top_k', 'void *', ['int32_t']),
    llama_sampler_init_top_p: llama('llama_sampler_init_top_p', 'void *', ['float', 'size_t']),
    llama_sampler_init_min_p: llama('llama_sampler_init_min_p', 'void *', ['float', 'size_t']),
    llama_sampler_init_temp: llama('llama_sampler_init_temp', 'void *', ['float']),
    llama_sampler_init_penalties: llama('llama_sampler_init_penalties', 'void *', ['int32_t', 'int32_t', 'float', 'float', 'float']),
    llama_sampler_init_logit_bias: llama('llama_sampler_init_logit_bias', 'void *', ['int32_t', 'int32_t', 'void *']),
    llama_sampler_init_grammar: llama('llama_sampler_init_grammar', 'void *', ['void *', 'str', 'str']),
  };
  return declared;
}
