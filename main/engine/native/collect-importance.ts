import type { Pointer } from './c-structs.ts';
import type { ImportanceEntry } from './importance-matrix-file.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { NativeFailure } from './native-failure.ts';
import type { WindowMeasurement } from './perplexity.ts';
import { addSquares } from './sum-squares.ts';
import { createTensorData, createTensorView, operationNamed } from './tensor-reader.ts';
import type { TensorView } from './tensor-reader.ts';
import { computeWindows, createWindowContext } from './text-windows.ts';

const F32 = 0; // GGML_TYPE_F32
/** Smaller batches are not collected (tools/imatrix/imatrix.cpp). */
const LEAST_ROWS = 16;

/** Sums of squared inputs of the weights of all blocks. */
export interface CollectedImportance {
  /** In the order in which they were met. */
  readonly entries: ImportanceEntry[];
  /** Windows that the most used tensor saw. */
  readonly chunks: number;
}

/**
 * Computes an importance matrix as llama-imatrix does by default (tools/imatrix/imatrix.cpp): for every matrix multiplication with a
 * weight of a block ("blk."), and for every one of experts, the squares of each input column are added up over all tokens, in float32
 * and in the same order. The output matrix is left out. Raises NativeFailure ('decode-failed', also for activations that are not
 * finite), CANCELLED.
 */
export async function collectImportance(measurement: WindowMeasurement): Promise<CollectedImportance> {
  const { library, model, plan } = measurement;
  const collector = createCollector(library);
  const callback = library.registerEval((tensor, ask) => {
    if (!ask) measurement.onSignOfLife?.();
    return collector.evaluate(tensor, ask);
  });
  try {
    const context = createWindowContext(model, plan, { threads: measurement.threads, evalCallback: callback.pointer });
    try {
      const onSlice = (): void => collector.check();
      await computeWindows({ ...measurement, context, outputsFrom: 0, calledBack: true, onSlice });
    } finally {
      context.free();
    }
  } finally {
    callback.release();
  }
  const entries = [...collector.entries].map(([name, { sums, counts }]) => ({ name, sums, counts: Float32Array.from(counts) }));
  const mostTokens = entries.reduce((most, { counts }) => counts.reduce((a, b) => Math.max(a, b), most), 0);
  return { entries, chunks: Math.floor(mostTokens / plan.contextSize) };
}

interface Collected {
  readonly sums: Float32Array;
  /** Whole numbers; in double precision, because float32 stops counting at 2²⁴. */
  readonly counts: Float64Array;
}

interface Collector {
  readonly entries: ReadonlyMap<string, Collected>;
  evaluate(tensor: Pointer, ask: boolean): boolean;
  /** Raises what went wrong in a callback, from where it could not be thrown. */
  check(): void;
}

function createCollector(library: LlamaLibrary): Collector {
  const multiply = operationNamed(library, 'MUL_MAT');
  const multiplyExperts = operationNamed(library, 'MUL_MAT_ID');
  const node = createTensorView(library);
  const weight = createTensorView(library);
  const input = createTensorView(library);
  const chosen = createTensorView(library);
  const data = createTensorData(library);
  const choices = createTensorData(library);
  const entries = new Map<string, Collected>();
  let problem: unknown = null;

  const entryOf = (name: string, values: number, rows: number): Collected => {
    const known = entries.get(name);
    if (known === undefined) {
      const made = { sums: new Float32Array(values), counts: new Float64Array(rows) };
      entries.set(name, made);
      return made;
    }
    if (known.sums.length !== values || known.counts.length !== rows) throw new NativeFailure('decode-failed', `${name}: ${known.sums.length} and ${values} values`);
    return known;
  };

  /** Columns from `start` (in floats), `rows` rows `stride` floats apart, are added to the sums from `offset` on. */
  const collectDense = (name: string): void => {
    const columns = input.length(0);
    const matrices = weight.length(2) * weight.length(3);
    const entry = entryOf(name, columns * matrices, 1);
    const values = data.floats(input.pointer, bytesOf(input));
    for (let i3 = 0; i3 < input.length(3); i3 += 1) {
      for (let i2 = 0; i2 < input.length(2); i2 += 1) {
        const matrix = (i3 % weight.length(3)) * weight.length(2) + (i2 % weight.length(2));
        const start = (i2 * input.stride(2) + i3 * input.stride(3)) / 4;
        addSquares(entry.sums.subarray(matrix * columns, (matrix + 1) * columns), values, { start, rows: input.length(1), stride: input.stride(1) / 4 });
      }
    }
    entry.counts[0] = (entry.counts[0] ?? 0) + (input.length(1) * input.length(2) * input.length(3)) / matrices;
  };

  /** Input [columns, used or 1, tokens]; chosen experts [used, tokens], not contiguous. */
  const collectExperts = (name: string): void => {
    const columns = input.length(0);
    const experts = weight.length(2);
    const entry = entryOf(name, columns * experts, experts);
    const values = data.floats(input.pointer, bytesOf(input));
    chosen.at(node.source(2));
    const ids = choices.integers(chosen.pointer, bytesOf(chosen));
    for (let index = 0; index < chosen.length(0); index += 1) {
      const inputRow = ((index % input.length(1)) * input.stride(1)) / 4;
      for (let token = 0; token < input.length(2); token += 1) {
        const expert = ids[(token * chosen.stride(1) + index * chosen.stride(0)) / 4] ?? -1;
        if (expert < 0 || expert >= experts) throw new NativeFailure('decode-failed', `${name}: expert ${expert} of ${experts}`);
        entry.counts[expert] = (entry.counts[expert] ?? 0) + 1;
        const start = inputRow + (token * input.stride(2)) / 4;
        addSquares(entry.sums.subarray(expert * columns, (expert + 1) * columns), values, { start, rows: 1, stride: 0 });
      }
    }
  };

  const wanted = (): boolean => {
    const op = node.op;
    if (op === multiplyExperts) return true;
    if (op !== multiply) return false;
    input.at(node.source(1));
    if (input.length(1) < LEAST_ROWS || input.type !== F32) return false;
    return weightName(weight.at(node.source(0)).name).startsWith('blk.');
  };

  return {
    entries,
    evaluate(tensor, ask) {
      if (problem !== null) return false;
      try {
        node.at(tensor);
        if (ask) return wanted();
        weight.at(node.source(0));
        input.at(node.source(1));
        if (node.op === multiplyExperts) collectExperts(weightName(weight.name));
        else collectDense(weightName(weight.name));
        return true;
      } catch (error) {
        problem = error;
        return false;
      }
    },
    check() {
      if (problem !== null) throw problem instanceof Error ? problem : new NativeFailure('decode-failed', 'the evaluation callback failed');
      for (const [name, { sums }] of entries) {
        // A sum that was not finite once stays so.
        if (!sums.every(Number.isFinite)) throw new NativeFailure('decode-failed', `${name}: values that are not finite`);
      }
    },
  };
}

/** The bytes between a tensor's first and last element, gaps included (`ggml_nbytes` of a type of four bytes). */
function bytesOf(tensor: TensorView): number {
  let bytes = 4;
  for (const dimension of [0, 1, 2, 3] as const) bytes += (tensor.length(dimension) - 1) * tensor.stride(dimension);
  return bytes;
}

/** Without what a scheduler puts around it: "CUDA0#blk.0.attn_k.weight#0" is "blk.0.attn_k.weight". */
function weightName(name: string): string {
  return name.split('#', 2)[1] ?? name;
}
