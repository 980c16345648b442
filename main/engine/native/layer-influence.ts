import { ExpectedError } from '../../kernel/errors.ts';
import type { Pointer } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { NativeFailure } from './native-failure.ts';
import type { WindowMeasurement } from './perplexity.ts';
import { createTensorData, createTensorView } from './tensor-reader.ts';
import type { TensorData } from './tensor-reader.ts';
import { computeWindows, createWindowContext } from './text-windows.ts';

/**
 * What the graphs of llama.cpp 0.4.0 call the state that enters the first block (src/llama-graph.cpp `build_inp_embd`, src/models/*.cpp). A model
 * that scales or normalises its embeddings has two of them; the last one computed before block 0 ends is what enters it.
 */
const INPUTS: ReadonlySet<string> = new Set([
  'embd', 'inp_embd', 'inp_scaled', 'inp_embd_scaled', 'inp_norm', 'inp_norm-0', 'inpL', 'embd_norm', 'embedding_output', 'model.embed_tokens', 'model.input_embed',
]);
const blockOutput = /^l_out-(\d+)$/;
const F32 = 0; // GGML_TYPE_F32

/**
 * How much each block changes what passes through it: 1 − the cosine between its input and its output, averaged over all tokens (Men et
 * al. 2024, "ShortGPT: Layers in Large Language Models are More Redundant Than You Expect", block influence). 0 is a block that could be
 * left out. Index = block number. Raises PRUNE_REFUSED ("architecture") for a model whose graph does not tell its blocks apart this way,
 * NativeFailure ('decode-failed'), CANCELLED.
 */
export async function measureLayerInfluence(measurement: WindowMeasurement): Promise<number[]> {
  const { library, model, plan } = measurement;
  const meter = createMeter(library, { embeddingLength: model.embeddingLength, layerCount: model.layerCount });
  const callback = library.registerEval((tensor, ask) => {
    if (!ask) measurement.onSignOfLife?.();
    return meter.evaluate(tensor, ask);
  });
  try {
    const context = createWindowContext(model, plan, { threads: measurement.threads, evalCallback: callback.pointer });
    try {
      // All outputs, or the last block would compute only the tokens whose output is wanted.
      await computeWindows({ ...measurement, context, outputsFrom: 0, calledBack: true, onSlice: () => meter.check() });
    } finally {
      context.free();
    }
  } finally {
    callback.release();
  }
  return meter.influence();
}

interface Meter {
  evaluate(tensor: Pointer, ask: boolean): boolean;
  /** Raises what went wrong in a callback, from where it could not be thrown. */
  check(): void;
  influence(): number[];
}

/** A state between two blocks: which block it enters, its rows, and the room they lie in. */
interface PassingState {
  block: number;
  state: Float32Array;
  readonly data: TensorData;
}

function createMeter(library: LlamaLibrary, { embeddingLength, layerCount }: { embeddingLength: number; layerCount: number }): Meter {
  const node = createTensorView(library);
  const distances = new Float64Array(layerCount);
  const tokens = new Float64Array(layerCount);
  // What entered the block that is being computed, and what came out of it; they change places at its end.
  let entered: PassingState = { block: -1, state: new Float32Array(0), data: createTensorData(library) };
  let left: PassingState = { block: -1, state: new Float32Array(0), data: createTensorData(library) };
  let problem: unknown = null;

  const take = (name: string): void => {
    const rows = node.length(1);
    const isPlain = node.type === F32 && node.length(0) === embeddingLength && node.length(2) * node.length(3) === 1 && node.stride(1) === embeddingLength * 4;
    if (!isPlain) throw refused(`${name} [${node.length(0)}, ${node.length(1)}, ${node.length(2)}]`);
    left.state = left.data.floats(node.pointer, rows * embeddingLength * 4);
    const match = blockOutput.exec(name);
    left.block = match === null ? 0 : Number(match[1]) + 1;
    if (match !== null) {
      const block = Number(match[1]);
      if (entered.block !== block || block >= layerCount || entered.state.length !== left.state.length) throw refused(`${name} after block ${entered.block}`);
      distances[block] = (distances[block] ?? 0) + sumOfDistances(entered.state, left.state, embeddingLength);
      tokens[block] = (tokens[block] ?? 0) + rows;
    }
    [entered, left] = [left, entered];
  };

  return {
    evaluate(tensor, ask) {
      if (problem !== null) return false;
      try {
        const { name } = node.at(tensor);
        const wanted = INPUTS.has(name) || blockOutput.test(name);
        if (wanted && !ask) take(name);
        return ask ? wanted : true;
      } catch (error) {
        problem = error;
        return false;
      }
    },
    check() {
      if (problem !== null) throw problem instanceof Error ? problem : new NativeFailure('decode-failed', 'the evaluation callback failed');
      const missing = tokens.indexOf(0);
      if (missing !== -1) throw refused(`l_out-${missing}`);
    },
    influence: () => Array.from(distances, (distance, block) => distance / (tokens[block] ?? 1)),
  };
}

/** Σ 1 − cos over the rows of two states. Nothing in and nothing out is no change; nothing on one side only is as far as can be told. */
function sumOfDistances(before: Float32Array, after: Float32Array, length: number): number {
  let sum = 0;
  for (let start = 0; start < before.length; start += length) {
    let product = 0;
    let beforeSquares = 0;
    let afterSquares = 0;
    for (let index = start; index < start + length; index += 1) {
      const a = before[index] as number;
      const b = after[index] as number;
      product += a * b;
      beforeSquares += a * a;
      afterSquares += b * b;
    }
    const norm = Math.sqrt(beforeSquares * afterSquares);
    sum += norm === 0 ? (beforeSquares === afterSquares ? 0 : 1) : 1 - product / norm;
  }
  return sum;
}

function refused(detail: string): ExpectedError<'PRUNE_REFUSED'> {
  return new ExpectedError('PRUNE_REFUSED', { reason: 'architecture', detail });
}
