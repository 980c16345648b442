import { dirname } from 'node:path';
import koffi from 'koffi';
import type { TypeObject } from 'koffi';
import { batchType, contextParamsType, contextPerfType, modelParamsType, quantizeParamsType } from './c-structs.ts';
import type { Batch, ContextParams, ContextPerf, ModelParams, Pointer, QuantizeParams } from './c-structs.ts';
import { checkLayouts } from './check-layouts.ts';
import { declare } from './declare-function.ts';
import type { CType, OpenedLibraries } from './declare-function.ts';
import type { LibraryFiles } from './library-files.ts';
import { NativeFailure } from './native-failure.ts';

/** ggml's log levels (`enum ggml_log_level`); 5 continues the line before it. */
export const LOG_LEVEL = { none: 0, debug: 1, info: 2, warn: 3, error: 4, continued: 5 } as const;
export type LogListener = (level: number, text: string) => void;
/** Asked with `ask` whether a tensor's value is wanted, then called with it; false stops the computation. */
export type EvalCallback = (tensor: Pointer, ask: boolean) => boolean;

/** A call that also runs on a thread of its own, so that the event loop stays free. */
export type Slow<Call extends (...parameters: never[]) => unknown> = Call & { async: unknown };

/**
 * The functions of llama.cpp that Modelward calls itself, by the names they have in `include/llama.h` and `ggml/include/*.h`.
 * A native assertion ends the process: only job processes may load this.
 */
export interface LlamaLibrary {
  readonly release: string;
  readonly files: LibraryFiles;
  /** Who hears llama.cpp's log from now on; one listener at a time. */
  onLog(listener: LogListener): void;
  /** The address of an array's memory, which must live outside V8's heap (an ArrayBuffer of its own) and be kept. */
  addressOf(array: NodeJS.TypedArray): Pointer;
  /** Copies `bytes` from a native address into `target`. */
  copy(target: NodeJS.TypedArray, source: Pointer, bytes: number): void;
  registerEval(callback: EvalCallback): { pointer: Pointer; release: () => void };
  registerProgress(callback: (fraction: number) => boolean): { pointer: Pointer; release: () => void };

  llama_model_default_params(): ModelParams;
  llama_context_default_params(): ContextParams;
  llama_model_quantize_default_params(): QuantizeParams;
  llama_print_system_info(): string;
  llama_model_quantize: Slow<(input: string, output: string, params: QuantizeParams) => number>;
  llama_model_load_from_file: Slow<(path: string, params: ModelParams) => Pointer | null>;
  llama_model_free(model: Pointer): void;
  llama_model_get_vocab(model: Pointer): Pointer;
  llama_model_n_layer(model: Pointer): number;
  llama_model_n_embd(model: Pointer): number;
  llama_model_n_ctx_train(model: Pointer): number;
  llama_model_size(model: Pointer): number;
  llama_model_n_params(model: Pointer): number;
  llama_model_desc(model: Pointer, buffer: Uint8Array, size: number): number;
  llama_model_has_encoder(model: Pointer): boolean;
  llama_vocab_n_tokens(vocab: Pointer): number;
  llama_vocab_bos(vocab: Pointer): number;
  llama_vocab_eos(vocab: Pointer): number;
  llama_vocab_get_add_bos(vocab: Pointer): boolean;
  llama_vocab_get_add_eos(vocab: Pointer): boolean;
  llama_tokenize(vocab: Pointer, text: Uint8Array, textLength: number, tokens: Int32Array | null, limit: number, addSpecial: boolean, parseSpecial: boolean): number;
  llama_init_from_model(model: Pointer, params: ContextParams): Pointer | null;
  llama_free(context: Pointer): void;
  llama_n_ctx(context: Pointer): number;
  llama_n_batch(context: Pointer): number;
  llama_get_memory(context: Pointer): Pointer;
  llama_memory_clear(memory: Pointer, data: boolean): void;
  llama_memory_seq_rm(memory: Pointer, sequence: number, from: number, to: number): boolean;
  llama_memory_seq_cp(memory: Pointer, from: number, to: number, start: number, end: number): void;
  /** 0 done, 1 no room in the KV cache, 2 aborted, below zero an error. */
  llama_decode: Slow<(context: Pointer, batch: Batch) => number>;
  llama_synchronize(context: Pointer): void;
  llama_set_n_threads(context: Pointer, generation: number, prompt: number): void;
  llama_get_logits(context: Pointer): Pointer | null;
  llama_get_logits_ith(context: Pointer, index: number): Pointer | null;
  llama_perf_context(context: Pointer): ContextPerf;
  llama_perf_context_reset(context: Pointer): void;
  ggml_backend_tensor_get(tensor: Pointer, target: NodeJS.TypedArray, offset: number, size: number): void;
  ggml_backend_buffer_is_host(buffer: Pointer): boolean;
  ggml_nbytes(tensor: Pointer): number;
  ggml_is_contiguous(tensor: Pointer): boolean;
  ggml_op_name(op: number): string;
  ggml_type_name(type: number): string;
  ggml_blck_size(type: number): number;
  ggml_type_size(type: number): number;
  ggml_row_size(type: number, elements: number): number;
  ggml_quantize_requires_imatrix(type: number): boolean;
  ggml_backend_dev_count(): number;
  ggml_backend_dev_get(index: number): Pointer;
  ggml_backend_dev_name(device: Pointer): string;
  ggml_backend_dev_description(device: Pointer): string;
  ggml_backend_dev_type(device: Pointer): number;
  ggml_backend_dev_by_type(type: number): Pointer | null;
  ggml_backend_dev_backend_reg(device: Pointer): Pointer;
  ggml_backend_reg_get_proc_address(registry: Pointer, name: string): Pointer | null;
  ggml_threadpool_params_init(params: Uint8Array, threads: number): void;
  /** The pool for single tokens and for batches; the same for both where the second is null. */
  llama_attach_threadpool(context: Pointer, generation: Pointer, prompt: Pointer | null): void;
  llama_detach_threadpool(context: Pointer): void;
  /** Free and total bytes of a device's memory. */
  deviceMemory(device: Pointer): { freeBytes: number; totalBytes: number };
}

const logType = koffi.proto('void ggml_log_callback(int level, const char *text, void *user)');
const evalType = koffi.proto('bool ggml_backend_sched_eval_callback(void *tensor, bool ask, void *user)');
const progressType = koffi.proto('bool llama_progress_callback(float progress, void *user)');

let opened: LlamaLibrary | null = null;

/**
 * Loads the libraries once in this process, checks that they are what this binding knows, and makes their backends
 * known to them. Raises NativeFailure ('library-missing', 'layout-changed').
 */
export function openLlamaLibrary(files: LibraryFiles): LlamaLibrary {
  if (opened !== null) {
    if (opened.files.llama !== files.llama) throw new NativeFailure('library-missing', 'another llama.cpp is already loaded in this process');
    return opened;
  }
  opened = load(files);
  return opened;
}

function load(files: LibraryFiles): LlamaLibrary {
  const libraries = loadFiles(files);
  const release = (libraries.llama.func('const char *llama_version(void)') as () => string)();
  checkLayouts(libraries, release);

  const llama = (name: string, result: CType, parameters: CType[]): never => declare(libraries.llama, name, result, parameters);
  const ggml = (name: string, result: CType, parameters: CType[]): never => declare(libraries.ggmlBase, name, result, parameters);
  const registry = (name: string, result: CType, parameters: CType[]): never => declare(libraries.ggml, name, result, parameters);

  let listener: LogListener = () => undefined;
  const logPointer = koffi.register((level: number, text: string) => listener(level, text), koffi.pointer(logType));
  (llama('llama_log_set', 'void', ['void *', 'void *']) as (callback: Pointer, user: null) => void)(logPointer, null);
  // The name of a device's library would be found in the working directory too: say where they are.
  (registry('ggml_backend_load_all_from_path', 'void', ['str']) as (folder: string) => void)(files.folder);
  (llama('llama_backend_init', 'void', []) as () => void)();

  const memcpy = declare(libraries.memory, 'memcpy', 'void *', ['void *', 'void *', 'size_t']) as (target: NodeJS.TypedArray, source: Pointer, bytes: number) => Pointer;
  const devMemory = ggml('ggml_backend_dev_memory', 'void', ['void *', 'void *', 'void *']) as (device: Pointer, free: BigUint64Array, total: BigUint64Array) => void;

  return {
    release,
    files,
    onLog(next) {
      listener = next;
    },
    addressOf: (array) => koffi.address(array),
    copy(target, source, bytes) {
      if (bytes > target.byteLength) throw new RangeError(`${bytes} bytes do not fit into ${target.byteLength}`);
      memcpy(target, source, bytes);
    },
    registerEval: (callback) => registered((tensor: Pointer, ask: boolean) => callback(tensor, ask), evalType),
    registerProgress: (callback) => registered((fraction: number) => callback(fraction), progressType),
    deviceMemory(device) {
      const free = new BigUint64Array(1);
      const total = new BigUint64Array(1);
      devMemory(device, free, total);
      return { freeBytes: Number(free[0]), totalBytes: Number(total[0]) };
    },
    llama_model_default_params: llama('llama_model_default_params', modelParamsType, []),
    llama_context_default_params: llama('llama_context_default_params', contextParamsType, []),
    llama_model_quantize_default_params: llama('llama_model_quantize_default_params', quantizeParamsType, []),
    llama_print_system_info: llama('llama_print_system_info', 'str', []),
    llama_model_quantize: llama('llama_model_quantize', 'uint32_t', ['str', 'str', koffi.pointer(quantizeParamsType)]),
    llama_model_load_from_file: llama('llama_model_load_from_file', 'void *', ['str', modelParamsType]),
    llama_model_free: llama('llama_model_free', 'void', ['void *']),
    llama_model_get_vocab: llama('llama_model_get_vocab', 'void *', ['void *']),
    llama_model_n_layer: llama('llama_model_n_layer', 'int32_t', ['void *']),
    llama_model_n_embd: llama('llama_model_n_embd', 'int32_t', ['void *']),
    llama_model_n_ctx_train: llama('llama_model_n_ctx_train', 'int32_t', ['void *']),
    llama_model_size: llama('llama_model_size', 'uint64_t', ['void *']),
    llama_model_n_params: llama('llama_model_n_params', 'uint64_t', ['void *']),
    llama_model_desc: llama('llama_model_desc', 'int32_t', ['void *', 'void *', 'size_t']),
    llama_model_has_encoder: llama('llama_model_has_encoder', 'bool', ['void *']),
    llama_vocab_n_tokens: llama('llama_vocab_n_tokens', 'int32_t', ['void *']),
    llama_vocab_bos: llama('llama_vocab_bos', 'int32_t', ['void *']),
    llama_vocab_eos: llama('llama_vocab_eos', 'int32_t', ['void *']),
    llama_vocab_get_add_bos: llama('llama_vocab_get_add_bos', 'bool', ['void *']),
    llama_vocab_get_add_eos: llama('llama_vocab_get_add_eos', 'bool', ['void *']),
    llama_tokenize: llama('llama_tokenize', 'int32_t', ['void *', 'void *', 'int32_t', 'void *', 'int32_t', 'bool', 'bool']),
    llama_init_from_model: llama('llama_init_from_model', 'void *', ['void *', contextParamsType]),
    llama_free: llama('llama_free', 'void', ['void *']),
    llama_n_ctx: llama('llama_n_ctx', 'uint32_t', ['void *']),
    llama_n_batch: llama('llama_n_batch', 'uint32_t', ['void *']),
    llama_get_memory: llama('llama_get_memory', 'void *', ['void *']),
    llama_memory_clear: llama('llama_memory_clear', 'void', ['void *', 'bool']),
    llama_memory_seq_rm: llama('llama_memory_seq_rm', 'bool', ['void *', 'int32_t', 'int32_t', 'int32_t']),
    llama_memory_seq_cp: llama('llama_memory_seq_cp', 'void', ['void *', 'int32_t', 'int32_t', 'int32_t', 'int32_t']),
    llama_decode: llama('llama_decode', 'int32_t', ['void *', batchType]),
    llama_synchronize: llama('llama_synchronize', 'void', ['void *']),
    llama_set_n_threads: llama('llama_set_n_threads', 'void', ['void *', 'int32_t', 'int32_t']),
    llama_get_logits: llama('llama_get_logits', 'void *', ['void *']),
    llama_get_logits_ith: llama('llama_get_logits_ith', 'void *', ['void *', 'int32_t']),
    llama_perf_context: llama('llama_perf_context', contextPerfType, ['void *']),
    llama_perf_context_reset: llama('llama_perf_context_reset', 'void', ['void *']),
    ggml_backend_tensor_get: ggml('ggml_backend_tensor_get', 'void', ['void *', 'void *', 'size_t', 'size_t']),
    ggml_backend_buffer_is_host: ggml('ggml_backend_buffer_is_host', 'bool', ['void *']),
    ggml_nbytes: ggml('ggml_nbytes', 'size_t', ['void *']),
    ggml_is_contiguous: ggml('ggml_is_contiguous', 'bool', ['void *']),
    ggml_op_name: ggml('ggml_op_name', 'str', ['int32_t']),
    ggml_type_name: ggml('ggml_type_name', 'str', ['int32_t']),
    ggml_blck_size: ggml('ggml_blck_size', 'int64_t', ['int32_t']),
    ggml_type_size: ggml('ggml_type_size', 'size_t', ['int32_t']),
    ggml_row_size: ggml('ggml_row_size', 'size_t', ['int32_t', 'int64_t']),
    ggml_quantize_requires_imatrix: ggml('ggml_quantize_requires_imatrix', 'bool', ['int32_t']),
    ggml_backend_dev_count: registry('ggml_backend_dev_count', 'size_t', []),
    ggml_backend_dev_get: registry('ggml_backend_dev_get', 'void *', ['size_t']),
    ggml_backend_dev_name: ggml('ggml_backend_dev_name', 'str', ['void *']),
    ggml_backend_dev_description: ggml('ggml_backend_dev_description', 'str', ['void *']),
    ggml_backend_dev_type: ggml('ggml_backend_dev_type', 'int32_t', ['void *']),
    ggml_backend_dev_by_type: registry('ggml_backend_dev_by_type', 'void *', ['int32_t']),
    ggml_backend_dev_backend_reg: ggml('ggml_backend_dev_backend_reg', 'void *', ['void *']),
    ggml_backend_reg_get_proc_address: ggml('ggml_backend_reg_get_proc_address', 'void *', ['void *', 'str']),
    ggml_threadpool_params_init: ggml('ggml_threadpool_params_init', 'void', ['void *', 'int32_t']),
    llama_attach_threadpool: llama('llama_attach_threadpool', 'void', ['void *', 'void *', 'void *']),
    llama_detach_threadpool: llama('llama_detach_threadpool', 'void', ['void *']),
  };
}

function loadFiles(files: LibraryFiles): OpenedLibraries {
  // Windows looks for the libraries a library needs in the PATH, not beside it.
  if (process.platform === 'win32') process.env['PATH'] = `${dirname(files.llama)};${process.env['PATH'] ?? ''}`;
  try {
    const ggmlBase = koffi.load(files.ggmlBase, { global: true });
    const ggml = koffi.load(files.ggml, { global: true });
    const llama = koffi.load(files.llama, { global: true });
    return { ggmlBase, ggml, llama, memory: process.platform === 'win32' ? koffi.load('msvcrt.dll') : llama };
  } catch (error) {
    throw new NativeFailure('library-missing', error instanceof Error ? error.message : String(error));
  }
}

function registered(callback: (...parameters: never[]) => unknown, type: TypeObject): { pointer: Pointer; release: () => void } {
  const pointer = koffi.register(callback, koffi.pointer(type));
  return { pointer, release: () => koffi.unregister(pointer) };
}

/** Runs a slow call on a thread of its own. */
export function runAside<Parameters extends unknown[], Result>(call: Slow<(...parameters: Parameters) => Result>, ...parameters: Parameters): Promise<Result> {
  return new Promise((resolve, reject) => {
    const start = call.async as (...given: [...Parameters, (error: unknown, result: Result) => void]) => void;
    start(...parameters, (error, result) => (error === null || error === undefined ? resolve(result) : reject(error instanceof Error ? error : new Error(String(error)))));
  });
}
