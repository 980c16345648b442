import type { FileHandle } from 'node:fs/promises';
import type { Pointer } from '../c-structs.ts';
import type { GgufHeader } from '../../gguf/gguf-header.ts';
import type { GgmlFunctions } from './ggml-functions.ts';
import type { GraphTensor, Shape } from './graph-types.ts';
import { TrainingRefusal } from './training-refusal.ts';

/** Bytes read from or written to a tensor or a file at once. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/** A weight in memory, and AdamW's two moments of it where it is trained. */
export interface StoredParameter {
  readonly name: string;
  readonly weight: GraphTensor;
  readonly moments: { readonly m: GraphTensor; readonly v: GraphTensor } | null;
  readonly elementCount: number;
  readonly sizeBytes: number;
  /** Where its data lies in the model's file. */
  readonly fileOffset: number;
}

/** All weights of a model as float32, outside JavaScript's heap, with moments that begin at zero. */
export interface ParameterStore {
  readonly parameters: readonly StoredParameter[];
  /** Reads all weights from the model's file. */
  load(file: FileHandle): Promise<void>;
  /** A tensor's bytes in pieces of 4 MiB at most; each is overwritten by the next. */
  pieces(tensor: GraphTensor): Generator<Uint8Array>;
  /** Writes `bytes` into a tensor from a byte offset on. */
  write(tensor: GraphTensor, bytes: Uint8Array, offsetBytes: number): void;
  readonly sizeBytes: number;
  free(): void;
}

const F32 = 0; // GGML_TYPE_F32

/** Makes room for the model's weights on a backend. Raises TrainingRefusal ('not-enough-memory'). */
export function createParameterStore(
  { ggml, backend }: { ggml: GgmlFunctions; backend: Pointer },
  header: GgufHeader,
  isTrained: (name: string) => boolean,
): ParameterStore {
  const context = ggml.ggml_init({ mem_size: ggml.ggml_tensor_overhead() * (header.tensors.length * 3 + 1), mem_buffer: null, no_alloc: true });
  const make = (name: string, shape: Shape): GraphTensor => {
    const pointer = ggml.ggml_new_tensor_4d(context, F32, ...shape);
    ggml.ggml_set_name(pointer, name);
    return { pointer, shape };
  };
  const parameters = header.tensors.map(({ name, dimensions, elementCount, sizeBytes, dataOffset }): StoredParameter => {
    const shape: Shape = [dimensions[0] ?? 1, dimensions[1] ?? 1, dimensions[2] ?? 1, dimensions[3] ?? 1];
    const weight = make(name, shape);
    const trained = isTrained(name);
    if (trained) ggml.ggml_set_param(weight.pointer);
    return { name, weight, moments: trained ? { m: make(`m ${name}`, shape), v: make(`v ${name}`, shape) } : null, elementCount, sizeBytes, fileOffset: dataOffset };
  });
  const buffer = ggml.ggml_backend_alloc_ctx_tensors(context, backend);
  if (buffer === null) {
    ggml.ggml_free(context);
    throw new TrainingRefusal('not-enough-memory', 'no room for the weights and their moments');
  }
  ggml.ggml_backend_buffer_clear(buffer, 0);
  const room = new Uint8Array(new ArrayBuffer(PIECE_BYTES));
  const write = (tensor: GraphTensor, bytes: Uint8Array, offsetBytes: number): void => ggml.ggml_backend_tensor_set(tensor.pointer, bytes, offsetBytes, bytes.length);
  return {
    parameters,
    async load(file) {
      for (const { weight, sizeBytes, fileOffset, name } of parameters) {
        for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
          const piece = room.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
          await readFully(file, piece, fileOffset + offset, name);
          write(weight, piece, offset);
        }
      }
    },
    *pieces(tensor) {
      const sizeBytes = tensor.shape.reduce((product, length) => product * length, 4);
      for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
        const piece = room.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
        ggml.ggml_backend_tensor_get(tensor.pointer, piece, offset, piece.length);
        yield piece;
      }
    },
    write,
    sizeBytes: ggml.ggml_backend_buffer_get_size(buffer),
    free() {
      ggml.ggml_backend_buffer_free(buffer);
      ggml.ggml_free(context);
    },
  };
}

// oxlint-disable-next-line max-params -- what is read, from where, and what it is called when it is not there
async function readFully(file: FileHandle, target: Uint8Array, position: number, name: string): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new TrainingRefusal('architecture-not-trainable', `${name} ends before its end`);
    done += bytesRead;
  }
}
