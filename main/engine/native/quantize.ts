import type { Pointer, QuantizeParams } from './c-structs.ts';
import type { TensorImportance } from './importance-matrix-file.ts';
import { runAside } from './llama-library.ts';
import type { LlamaLibrary } from './llama-library.ts';
import type { NativeLog } from './native-log.ts';
import { NativeFailure } from './native-failure.ts';
import { createQuantizeLog } from './quantize-log.ts';
import type { QuantizedTensor, QuantizeStep } from './quantize-log.ts';

/** What `quantize.imatrix.*` of the written file will say, and what each tensor's values are. */
export interface QuantizeImportance {
  tensors: readonly TensorImportance[];
  /** Written as quantize.imatrix.file; llama-quantize writes the path it was given there. */
  fileName: string;
  /** Written as quantize.imatrix.dataset: the first text of the matrix; null leaves the key out. */
  dataset: string | null;
  chunks: number;
}

export interface QuantizeOrder {
  /** The model, or the first part of a split one. */
  inputPath: string;
  /** Written as one file. On Windows the library takes it in the code page of the machine: keep to ASCII, relative. */
  outputPath: string;
  /** `enum llama_ftype`; 'copy' keeps every tensor's type. */
  type: number | 'copy';
  /** ggml types. */
  outputTensorType: number | null;
  tokenEmbeddingType: number | null;
  /** The first pattern found in a tensor's name decides. In lower case, as llama-quantize makes them. */
  overrides: readonly { pattern: string; type: number }[];
  pure: boolean;
  leaveOutputTensor: boolean;
  allowRequantize: boolean;
  /** Blocks to leave out. */
  pruneLayers: readonly number[];
  importance: QuantizeImportance | null;
  /** Nothing is written: only what would become of each tensor. */
  dryRun: boolean;
  threads: number;
  /** Told when a tensor's turn comes. */
  onStep?: (step: QuantizeStep) => void;
}

export interface QuantizeOutcome {
  tensors: QuantizedTensor[];
  /** llama.cpp's own log, at most 256 KiB from its end. */
  log: string;
  durationMs: number;
}

/** Rows of one tensor held in memory at once. Rows are quantized one by one, so that the bytes written do not depend on it. */
const bufferBytes = 1024 ** 3;
const noType = 43; // GGML_TYPE_COUNT
const overrideTag = { integer: 0, text: 3 } as const; // enum llama_model_kv_override_type
/** `struct llama_model_kv_override`: tag, key[128], then at 136 a union of which val_str[128] is the largest. */
const kvOverride = { key: 4, value: 136, size: 264, textLength: 127 } as const;

/**
 * Runs the quantizer of llama.cpp on a thread of its own, with the same parameters and metadata as the tool llama-quantize, so that
 * the file is the same byte for byte (given the same name of the importance matrix). The caller gives the output its final name.
 * Raises NativeFailure ('quantize-failed') with the library's own words.
 */
export async function quantize(library: LlamaLibrary, nativeLog: NativeLog, order: QuantizeOrder): Promise<QuantizeOutcome> {
  const started = performance.now();
  const kept = new NativeMemory(library);
  const log = createQuantizeLog(order.onStep);
  nativeLog.onLine(({ text }) => log.take(text));
  const params: QuantizeParams = {
    ...library.llama_model_quantize_default_params(),
    nthread: order.threads,
    only_copy: order.type === 'copy',
    ...(order.type === 'copy' ? {} : { ftype: order.type }),
    output_tensor_type: order.outputTensorType ?? noType,
    token_embedding_type: order.tokenEmbeddingType ?? noType,
    allow_requantize: order.allowRequantize,
    quantize_output_tensor: !order.leaveOutputTensor,
    pure: order.pure,
    dry_run: order.dryRun,
    imatrix: order.importance === null ? null : kept.importance(order.importance.tensors),
    kv_overrides: order.importance === null ? null : kept.kvOverrides(importanceKeys(order.importance)),
    tt_overrides: order.overrides.length === 0 ? null : kept.tensorOverrides(order.overrides),
    prune_layers: order.pruneLayers.length === 0 ? null : kept.integers([...new Set(order.pruneLayers)].sort((a, b) => a - b)),
    max_buf_size: bufferBytes,
  };
  try {
    const code = await runAside(library.llama_model_quantize, order.inputPath, order.outputPath, params);
    if (code !== 0) throw new NativeFailure('quantize-failed', nativeLog.lastWords());
    return { tensors: log.tensors(), log: log.text(), durationMs: performance.now() - started };
  } finally {
    nativeLog.onLine(() => undefined);
    kept.release();
  }
}

/** The keys llama-quantize adds when it has an importance matrix, in its order (tools/quantize/quantize.cpp). */
export function importanceKeys({ fileName, dataset, tensors, chunks }: QuantizeImportance): { key: string; value: string | number }[] {
  return [
    { key: 'quantize.imatrix.file', value: fileName },
    ...(dataset === null ? [] : [{ key: 'quantize.imatrix.dataset', value: dataset }]),
    { key: 'quantize.imatrix.entries_count', value: tensors.length },
    ...(chunks > 0 ? [{ key: 'quantize.imatrix.chunks_count', value: chunks }] : []),
  ];
}

/** A text as it fits into `val_str[128]`: cut after 127 bytes, as strncpy does. */
export function overrideText(text: string): Uint8Array {
  return Buffer.from(text, 'utf8').subarray(0, kvOverride.textLength);
}

/** Arrays and strings whose addresses the library holds during the call; nothing of it may be collected before. */
class NativeMemory {
  readonly #library: LlamaLibrary;
  #held: NodeJS.TypedArray[] = [];

  constructor(library: LlamaLibrary) {
    this.#library = library;
  }

  /** `struct llama_model_imatrix_data { const char * name; const float * data; size_t size; }[]`, closed by an empty one. */
  importance(tensors: readonly TensorImportance[]): Pointer {
    const fields = new BigUint64Array(new ArrayBuffer((tensors.length + 1) * 24));
    for (const [index, { name, values }] of tensors.entries()) {
      fields[index * 3] = this.#text(name);
      fields[index * 3 + 1] = this.#hold(values);
      fields[index * 3 + 2] = BigInt(values.length);
    }
    return this.#hold(fields);
  }

  /** `struct llama_model_tensor_override { const char * pattern; enum ggml_type type; }[]`, closed by an empty one. */
  tensorOverrides(overrides: readonly { pattern: string; type: number }[]): Pointer {
    const bytes = new Uint8Array(new ArrayBuffer((overrides.length + 1) * 16));
    const view = new DataView(bytes.buffer);
    for (const [index, { pattern, type }] of overrides.entries()) {
      view.setBigUint64(index * 16, this.#text(pattern), true);
      view.setInt32(index * 16 + 8, type, true);
    }
    view.setInt32(overrides.length * 16 + 8, noType, true);
    return this.#hold(bytes);
  }

  kvOverrides(keys: readonly { key: string; value: string | number }[]): Pointer {
    const bytes = new Uint8Array(new ArrayBuffer((keys.length + 1) * kvOverride.size));
    const view = new DataView(bytes.buffer);
    for (const [index, { key, value }] of keys.entries()) {
      const at = index * kvOverride.size;
      view.setInt32(at, typeof value === 'number' ? overrideTag.integer : overrideTag.text, true);
      bytes.set(Buffer.from(key, 'latin1'), at + kvOverride.key);
      if (typeof value === 'number') view.setBigInt64(at + kvOverride.value, BigInt(value), true);
      else bytes.set(overrideText(value), at + kvOverride.value);
    }
    return this.#hold(bytes);
  }

  integers(values: readonly number[]): Pointer {
    const array = new Int32Array(new ArrayBuffer((values.length + 1) * 4));
    array.set([...values, -1]);
    return this.#hold(array);
  }

  release(): void {
    this.#held = [];
  }

  #text(text: string): Pointer {
    const encoded = Buffer.from(text, 'utf8');
    const bytes = new Uint8Array(new ArrayBuffer(encoded.length + 1));
    bytes.set(encoded);
    return this.#hold(bytes);
  }

  #hold(array: NodeJS.TypedArray): Pointer {
    this.#held.push(array);
    return this.#library.addressOf(array);
  }
}
