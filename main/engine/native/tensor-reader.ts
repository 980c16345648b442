import { TENSOR } from './c-structs.ts';
import type { Pointer } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';

/** What is read of a `struct ggml_tensor`; valid until the next one is read into the same view. */
export interface TensorView {
  /** Copies the structure at an address; its fields are read from the copy. */
  at(tensor: Pointer): TensorView;
  readonly pointer: Pointer;
  readonly op: number;
  readonly type: number;
  readonly name: string;
  /** Elements of dimension 0 to 3. */
  length(dimension: 0 | 1 | 2 | 3): number;
  /** Bytes from one element of a dimension to the next. */
  stride(dimension: 0 | 1 | 2 | 3): number;
  /** 0n where there is none. */
  source(index: number): Pointer;
}

const decoder = new TextDecoder('latin1');

/** One copy of 336 bytes instead of a call for each field: an evaluation calls back for every node of the graph. */
export function createTensorView(library: Pick<LlamaLibrary, 'copy'>): TensorView {
  const bytes = new Uint8Array(new ArrayBuffer(TENSOR.size));
  const view = new DataView(bytes.buffer);
  let pointer: Pointer = 0n;
  const tensorView: TensorView = {
    at(tensor) {
      pointer = tensor;
      library.copy(bytes, tensor, TENSOR.size);
      return tensorView;
    },
    get pointer() {
      return pointer;
    },
    get op() {
      return view.getInt32(TENSOR.op, true);
    },
    get type() {
      return view.getInt32(TENSOR.type, true);
    },
    get name() {
      const end = bytes.indexOf(0, TENSOR.name);
      return decoder.decode(bytes.subarray(TENSOR.name, Math.min(end === -1 ? TENSOR.size : end, TENSOR.name + TENSOR.nameLength)));
    },
    length: (dimension) => Number(view.getBigInt64(TENSOR.ne + 8 * dimension, true)),
    stride: (dimension) => Number(view.getBigUint64(TENSOR.nb + 8 * dimension, true)),
    source: (index) => view.getBigUint64(TENSOR.src + 8 * index, true),
  };
  return tensorView;
}

/** `enum ggml_op` by name, as this release numbers them: asked once. */
export function operationNamed(library: Pick<LlamaLibrary, 'ggml_op_name'>, name: string): number {
  const mostOperations = 512;
  for (let op = 0; op < mostOperations; op += 1) if (library.ggml_op_name(op) === name) return op;
  throw new Error(`ggml knows no ${name}`);
}

/** Room for tensor data that grows to the largest asked for, so that a graph of hundreds does not make as many arrays. */
export interface TensorData {
  /** The first `bytes` bytes behind a tensor's first element, wherever its memory is; overwritten by the next call. */
  floats(tensor: Pointer, bytes: number): Float32Array;
  integers(tensor: Pointer, bytes: number): Int32Array;
}

export function createTensorData(library: Pick<LlamaLibrary, 'ggml_backend_tensor_get'>): TensorData {
  let room = new ArrayBuffer(0);
  const fetched = (tensor: Pointer, bytes: number): ArrayBuffer => {
    if (room.byteLength < bytes) room = new ArrayBuffer(bytes);
    library.ggml_backend_tensor_get(tensor, new Uint8Array(room), 0, bytes);
    return room;
  };
  return {
    floats: (tensor, bytes) => new Float32Array(fetched(tensor, bytes), 0, bytes / 4),
    integers: (tensor, bytes) => new Int32Array(fetched(tensor, bytes), 0, bytes / 4),
  };
}
