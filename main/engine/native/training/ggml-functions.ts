import koffi from 'koffi';
import type { Pointer } from '../c-structs.ts';
import { declare } from '../declare-function.ts';
import type { CType } from '../declare-function.ts';
import type { LlamaLibrary, Slow } from '../llama-library.ts';
import { NativeFailure } from '../native-failure.ts';
import type { RopeParameters } from './graph-types.ts';

/** The functions of `ggml/include/ggml.h`, `ggml-alloc.h` and `ggml-backend.h` that a graph of our own is built and computed with. */
export interface GgmlFunctions {
  ggml_init(params: { mem_size: number; mem_buffer: null; no_alloc: boolean }): Pointer;
  ggml_free(context: Pointer): void;
  ggml_tensor_overhead(): number;
  ggml_graph_overhead_custom(size: number, gradients: boolean): number;
  ggml_new_graph_custom(context: Pointer, size: number, gradients: boolean): Pointer;
  ggml_graph_n_nodes(graph: Pointer): number;
  ggml_build_forward_expand(graph: Pointer, tensor: Pointer): void;
  ggml_new_tensor_4d(context: Pointer, type: number, n0: number, n1: number, n2: number, n3: number): Pointer;
  ggml_set_name(tensor: Pointer, name: string): Pointer;
  /** Marks a weight: the optimizer's operation refuses others. */
  ggml_set_param(tensor: Pointer): void;
  /** Its memory is not given to another tensor before the graph's end. */
  ggml_set_output(tensor: Pointer): void;
  ggml_mul_mat(context: Pointer, a: Pointer, b: Pointer): Pointer;
  ggml_out_prod(context: Pointer, a: Pointer, b: Pointer): Pointer;
  ggml_add(context: Pointer, a: Pointer, b: Pointer): Pointer;
  ggml_mul(context: Pointer, a: Pointer, b: Pointer): Pointer;
  ggml_scale_bias(context: Pointer, a: Pointer, scale: number, bias: number): Pointer;
  ggml_cont(context: Pointer, a: Pointer): Pointer;
  ggml_permute(context: Pointer, a: Pointer, axis0: number, axis1: number, axis2: number, axis3: number): Pointer;
  ggml_reshape_4d(context: Pointer, a: Pointer, n0: number, n1: number, n2: number, n3: number): Pointer;
  ggml_repeat_back(context: Pointer, a: Pointer, b: Pointer): Pointer;
  ggml_get_rows(context: Pointer, a: Pointer, rows: Pointer): Pointer;
  ggml_get_rows_back(context: Pointer, gradient: Pointer, rows: Pointer, shape: Pointer): Pointer;
  ggml_set_rows(context: Pointer, target: Pointer, source: Pointer, rows: Pointer): Pointer;
  ggml_rms_norm(context: Pointer, a: Pointer, epsilon: number): Pointer;
  ggml_rms_norm_back(context: Pointer, gradient: Pointer, a: Pointer, epsilon: number): Pointer;
  ggml_silu(context: Pointer, a: Pointer): Pointer;
  ggml_silu_back(context: Pointer, gradient: Pointer, a: Pointer): Pointer;
  ggml_soft_max_ext(context: Pointer, a: Pointer, mask: Pointer | null, scale: number, maxBias: number): Pointer;
  ggml_soft_max_ext_back(context: Pointer, gradient: Pointer, softMax: Pointer, scale: number, maxBias: number): Pointer;
  ggml_argmax(context: Pointer, a: Pointer): Pointer;
  ggml_rope_ext(context: Pointer, a: Pointer, positions: Pointer, factors: Pointer | null, ...rope: RopeParameters): Pointer;
  ggml_rope_ext_back(context: Pointer, a: Pointer, positions: Pointer, factors: Pointer | null, ...rope: RopeParameters): Pointer;
  /** Changes `weight`, `m` and `v` in place; returns a view of the weight. */
  ggml_opt_step_adamw(context: Pointer, weight: Pointer, gradient: Pointer, m: Pointer, v: Pointer, parameters: Pointer): Pointer;
  ggml_gallocr_new(bufferType: Pointer): Pointer;
  ggml_gallocr_free(allocator: Pointer): void;
  ggml_gallocr_alloc_graph(allocator: Pointer, graph: Pointer): boolean;
  ggml_gallocr_get_buffer_size(allocator: Pointer, index: number): number;
  ggml_backend_dev_init(device: Pointer, parameters: null): Pointer | null;
  ggml_backend_free(backend: Pointer): void;
  ggml_backend_get_default_buffer_type(backend: Pointer): Pointer;
  ggml_backend_alloc_ctx_tensors(context: Pointer, backend: Pointer): Pointer | null;
  ggml_backend_buffer_free(buffer: Pointer): void;
  ggml_backend_buffer_get_size(buffer: Pointer): number;
  ggml_backend_buffer_clear(buffer: Pointer, value: number): void;
  ggml_backend_tensor_set(tensor: Pointer, source: NodeJS.TypedArray, offset: number, size: number): void;
  ggml_backend_tensor_get(tensor: Pointer, target: NodeJS.TypedArray, offset: number, size: number): void;
  /** 0 done; anything else failed. */
  ggml_backend_graph_compute: Slow<(backend: Pointer, graph: Pointer) => number>;
}

const cpuDevice = 0; // GGML_BACKEND_DEVICE_TYPE_CPU
const initType = koffi.struct({ mem_size: 'size_t', mem_buffer: 'void *', no_alloc: 'bool' });
const setThreadsType = koffi.proto('void modelward_backend_set_n_threads(void *backend, int threads)');

let declared: GgmlFunctions | null = null;

/** Declares them once in this process. Raises NativeFailure ('layout-changed') with the name of one that is missing. */
export function declareGgmlFunctions(library: LlamaLibrary): GgmlFunctions {
  declared ??= declareAll(koffi.load(library.files.ggmlBase));
  return declared;
}

function declareAll(base: ReturnType<typeof koffi.load>): GgmlFunctions {
  const ggml = (name: string, result: CType, ...parameters: CType[]): never => declare(base, name, result, parameters);
  const p = 'void *';
  const rope: CType[] = [p, p, p, p, 'int', 'int', 'int', 'float', 'float', 'float', 'float', 'float', 'float'];
  return {
    ggml_init: ggml('ggml_init', p, initType),
    ggml_free: ggml('ggml_free', 'void', p),
    ggml_tensor_overhead: ggml('ggml_tensor_overhead', 'size_t'),
    ggml_graph_overhead_custom: ggml('ggml_graph_overhead_custom', 'size_t', 'size_t', 'bool'),
    ggml_new_graph_custom: ggml('ggml_new_graph_custom', p, p, 'size_t', 'bool'),
    ggml_graph_n_nodes: ggml('ggml_graph_n_nodes', 'int', p),
    ggml_build_forward_expand: ggml('ggml_build_forward_expand', 'void', p, p),
    ggml_new_tensor_4d: ggml('ggml_new_tensor_4d', p, p, 'int32_t', 'int64_t', 'int64_t', 'int64_t', 'int64_t'),
    ggml_set_name: ggml('ggml_set_name', p, p, 'str'),
    ggml_set_param: ggml('ggml_set_param', 'void', p),
    ggml_set_output: ggml('ggml_set_output', 'void', p),
    ggml_mul_mat: ggml('ggml_mul_mat', p, p, p, p),
    ggml_out_prod: ggml('ggml_out_prod', p, p, p, p),
    ggml_add: ggml('ggml_add', p, p, p, p),
    ggml_mul: ggml('ggml_mul', p, p, p, p),
    ggml_scale_bias: ggml('ggml_scale_bias', p, p, p, 'float', 'float'),
    ggml_cont: ggml('ggml_cont', p, p, p),
    ggml_permute: ggml('ggml_permute', p, p, p, 'int', 'int', 'int', 'int'),
    ggml_reshape_4d: ggml('ggml_reshape_4d', p, p, p, 'int64_t', 'int64_t', 'int64_t', 'int64_t'),
    ggml_repeat_back: ggml('ggml_repeat_back', p, p, p, p),
    ggml_get_rows: ggml('ggml_get_rows', p, p, p, p),
    ggml_get_rows_back: ggml('ggml_get_rows_back', p, p, p, p, p),
    ggml_set_rows: ggml('ggml_set_rows', p, p, p, p, p),
    ggml_rms_norm: ggml('ggml_rms_norm', p, p, p, 'float'),
    ggml_rms_norm_back: ggml('ggml_rms_norm_back', p, p, p, p, 'float'),
    ggml_silu: ggml('ggml_silu', p, p, p),
    ggml_silu_back: ggml('ggml_silu_back', p, p, p, p),
    ggml_soft_max_ext: ggml('ggml_soft_max_ext', p, p, p, p, 'float', 'float'),
    ggml_soft_max_ext_back: ggml('ggml_soft_max_ext_back', p, p, p, p, 'float', 'float'),
    ggml_argmax: ggml('ggml_argmax', p, p, p),
    ggml_rope_ext: ggml('ggml_rope_ext', p, ...rope),
    ggml_rope_ext_back: ggml('ggml_rope_ext_back', p, ...rope),
    ggml_opt_step_adamw: ggml('ggml_opt_step_adamw', p, p, p, p, p, p, p),
    ggml_gallocr_new: ggml('ggml_gallocr_new', p, p),
    ggml_gallocr_free: ggml('ggml_gallocr_free', 'void', p),
    ggml_gallocr_alloc_graph: ggml('ggml_gallocr_alloc_graph', 'bool', p, p),
    ggml_gallocr_get_buffer_size: ggml('ggml_gallocr_get_buffer_size', 'size_t', p, 'int'),
    ggml_backend_dev_init: ggml('ggml_backend_dev_init', p, p, p),
    ggml_backend_free: ggml('ggml_backend_free', 'void', p),
    ggml_backend_get_default_buffer_type: ggml('ggml_backend_get_default_buffer_type', p, p),
    ggml_backend_alloc_ctx_tensors: ggml('ggml_backend_alloc_ctx_tensors', p, p, p),
    ggml_backend_buffer_free: ggml('ggml_backend_buffer_free', 'void', p),
    ggml_backend_buffer_get_size: ggml('ggml_backend_buffer_get_size', 'size_t', p),
    ggml_backend_buffer_clear: ggml('ggml_backend_buffer_clear', 'void', p, 'uint8_t'),
    ggml_backend_tensor_set: ggml('ggml_backend_tensor_set', 'void', p, p, 'size_t', 'size_t'),
    ggml_backend_tensor_get: ggml('ggml_backend_tensor_get', 'void', p, p, 'size_t', 'size_t'),
    ggml_backend_graph_compute: ggml('ggml_backend_graph_compute', 'int', p, p),
  };
}

/** A processor backend of our own that computes with so many threads; free it with `ggml_backend_free`. */
export function openProcessorBackend(library: LlamaLibrary, ggml: GgmlFunctions, threads: number): Pointer {
  const device = library.ggml_backend_dev_by_type(cpuDevice);
  if (device === null) throw new NativeFailure('library-missing', 'no processor backend');
  const setThreads = library.ggml_backend_reg_get_proc_address(library.ggml_backend_dev_backend_reg(device), 'ggml_backend_set_n_threads');
  if (setThreads === null) throw new NativeFailure('layout-changed', 'ggml_backend_set_n_threads is missing');
  const backend = ggml.ggml_backend_dev_init(device, null);
  if (backend === null) throw new NativeFailure('context-not-created', 'no processor backend');
  koffi.call(setThreads, setThreadsType, backend, threads);
  return backend;
}
