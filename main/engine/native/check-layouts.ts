import koffi from 'koffi';
import type { TypeObject } from 'koffi';
import { contextParamsType, KNOWN_RELEASE, modelParamsType, quantizeParamsType, TENSOR } from './c-structs.ts';
import type { Pointer } from './c-structs.ts';
import { declare } from './declare-function.ts';
import type { OpenedLibraries } from './declare-function.ts';
import { NativeFailure } from './native-failure.ts';

/** What the default functions of the known release give for each field; a pointer is always none. Source: src/llama-model.cpp, src/llama-context.cpp, src/llama-quant.cpp. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, number | boolean>>>> = {
  llama_model_default_params: {
    n_gpu_layers: -1, split_mode: 1, load_mode: -1, lazy_mode: 1, main_gpu: 0,
    vocab_only: false, check_tensors: false, use_extra_bufts: true, no_host: false, no_alloc: false, load_mtp: false,
  },
  llama_context_default_params: {
    n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, n_rs_seq: 0, n_outputs_max: 0, n_outputs_max_per_seq: 1, n_threads: 4, n_threads_batch: 4,
    ctx_type: 0, rope_scaling_type: -1, pooling_type: -1, attention_type: -1, flash_attn_type: -1,
    rope_freq_base: 0, rope_freq_scale: 0, yarn_ext_factor: -1, yarn_attn_factor: -1, yarn_beta_fast: -1, yarn_beta_slow: -1, yarn_orig_ctx: 0, defrag_thold: -1,
    type_k: 1, type_v: 1, embeddings: false, offload_kqv: true, no_perf: true, op_offload: true, swa_full: true, kv_unified: false, n_samplers: 0,
  },
  llama_model_quantize_default_params: {
    nthread: 0, ftype: 7, output_tensor_type: 43, token_embedding_type: 43,
    allow_requantize: false, quantize_output_tensor: true, only_copy: false, pure: false, keep_split: false, dry_run: false, max_buf_size: 8 * 1024 ** 3,
  },
};

const guard = 0xa5;
/** Larger than any of them by far. */
const roomBytes = 1024;

/**
 * Compares every structure this binding hands to llama.cpp with what the library itself fills in: size, the place of each field, its
 * known value. A changed release is refused here, before a byte of memory is misread. Raises NativeFailure ('layout-changed').
 */
export function checkLayouts(libraries: OpenedLibraries, release: string): void {
  const plain = /^v?(\d+\.\d+\.\d+)/.exec(release)?.[1] ?? release;
  if (plain !== KNOWN_RELEASE) throw changed(`this is llama.cpp ${release}, and ${KNOWN_RELEASE} is known`);
  checkDefaults(libraries, 'llama_model_default_params', modelParamsType);
  checkDefaults(libraries, 'llama_context_default_params', contextParamsType);
  checkDefaults(libraries, 'llama_model_quantize_default_params', quantizeParamsType);
  checkTensor(libraries);
}

function checkDefaults(libraries: OpenedLibraries, name: string, type: TypeObject): void {
  const expected = DEFAULTS[name] ?? {};
  const members = Object.values(type.members ?? {});
  const found = (declare(libraries.llama, name, type, []) as () => Record<string, unknown>)();
  for (const { name: field } of members) {
    const value = found[field];
    const wanted = expected[field];
    const agrees = wanted === undefined ? value === null || value === 0n : value === wanted;
    if (!agrees) throw changed(`${name}: ${field} is ${String(value)} and not ${String(wanted ?? 'null')}`);
  }
  const written = bytesWritten(libraries, name);
  // What lies behind the last field is padding, which need not be written.
  const last = members.at(-1);
  const endOfLast = last === undefined ? 0 : last.offset + last.type.size;
  if (written !== null && (written < endOfLast || written > type.size)) throw changed(`${name}: ${written} bytes and not ${type.size}`);
}

/**
 * How far the library writes when it returns a structure. On x86-64 the caller passes the address as a hidden first parameter, so
 * that it can be called with a guarded buffer; on ARM it travels in a register of its own: null, the fields must do.
 */
function bytesWritten(libraries: OpenedLibraries, name: string): number | null {
  if (process.arch !== 'x64') return null;
  const room = new Uint8Array(roomBytes).fill(guard);
  (declare(libraries.llama, name, 'void', ['void *']) as (room: Uint8Array) => void)(room);
  return room.findLastIndex((byte) => byte !== guard) + 1;
}

/** Makes one tensor and looks for what is known of it where the headers say it lies. */
function checkTensor({ ggmlBase }: OpenedLibraries): void {
  const initType = koffi.struct({ mem_size: 'size_t', mem_buffer: 'void *', no_alloc: 'bool' });
  const init = declare(ggmlBase, 'ggml_init', 'void *', [initType]) as (params: object) => Pointer;
  const free = declare(ggmlBase, 'ggml_free', 'void', ['void *']) as (context: Pointer) => void;
  const newTensor = declare(ggmlBase, 'ggml_new_tensor_3d', 'void *', ['void *', 'int32_t', 'int64_t', 'int64_t', 'int64_t']) as (...parameters: [context: Pointer, type: number, ne0: number, ne1: number, ne2: number]) => Pointer;
  const scale = declare(ggmlBase, 'ggml_mul', 'void *', ['void *', 'void *', 'void *']) as (context: Pointer, a: Pointer, b: Pointer) => Pointer;
  const setName = declare(ggmlBase, 'ggml_set_name', 'void *', ['void *', 'str']) as (tensor: Pointer, name: string) => Pointer;
  const dataOf = declare(ggmlBase, 'ggml_get_data', 'void *', ['void *']) as (tensor: Pointer) => Pointer | null;
  const opName = declare(ggmlBase, 'ggml_op_name', 'str', ['int32_t']) as (op: number) => string;
  const overhead = declare(ggmlBase, 'ggml_tensor_overhead', 'size_t', []) as () => number;
  const objectBytes = 32; // sizeof(struct ggml_object)

  const expect = (what: string, found: unknown, wanted: unknown): void => {
    if (found !== wanted) throw changed(`ggml_tensor: ${what} is ${String(found)} and not ${String(wanted)}`);
  };
  expect('size', overhead() - objectBytes, TENSOR.size);
  const context = init({ mem_size: 1 << 16, mem_buffer: null, no_alloc: false });
  try {
    const tensor = newTensor(context, 0, 7, 5, 3);
    setName(tensor, 'blk.0.check');
    const other = scale(context, tensor, tensor);
    const at = (offset: number, type: string): unknown => koffi.decode(tensor, offset, type) as unknown;
    expect('type', at(TENSOR.type, 'int32_t'), 0);
    for (const [index, elements] of [7, 5, 3, 1].entries()) expect(`ne[${index}]`, at(TENSOR.ne + 8 * index, 'int64_t'), elements);
    for (const [index, stride] of [4, 28, 140, 420].entries()) expect(`nb[${index}]`, at(TENSOR.nb + 8 * index, 'size_t'), stride);
    expect('data', at(TENSOR.data, 'void *'), dataOf(tensor));
    expect('name', koffi.decode(tensor, TENSOR.name, koffi.array('char', TENSOR.nameLength, 'String')) as unknown, 'blk.0.check');
    expect('op', opName(koffi.decode(other, TENSOR.op, 'int32_t') as number), 'MUL');
    expect('src[0]', koffi.decode(other, TENSOR.src, 'void *') as unknown, tensor);
    expect('src[1]', koffi.decode(other, TENSOR.src + 8, 'void *') as unknown, tensor);
  } finally {
    free(context);
  }
}

function changed(detail: string): NativeFailure {
  return new NativeFailure('layout-changed', detail);
}
