import type { GgmlFunctions } from './ggml-functions.ts';
import { ADAM_PARAMETERS } from './training-graph.ts';
import type { StaticInputs } from './training-graph.ts';
import { TrainingRefusal } from './training-refusal.ts';
import type { GraphOutputs } from './transformer-graph.ts';

/** One window of text, each array as long as the context. */
export interface TrainingWindow {
  readonly tokens: Int32Array;
  /** The token that is to follow each; read only where its weight is above zero. */
  readonly labels: Int32Array;
  /** What each label's loss weighs, 0 or more; null is 1 everywhere. */
  readonly weights: Float32Array | null;
  /**
   * Rows of the same number, which lie together, are a text of their own: they see and count positions among themselves only, as if
   * each were alone in a window. Left out or null: the whole window is one text.
   */
  readonly segments?: Int32Array | null;
}

export interface OptimizerSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Of matrices; vectors do not decay. Decoupled from the gradient, times the learning rate. */
  readonly weightDecay: number;
}

export interface StepResult {
  /** Nats per scored token, the weighted mean; that of a step is from before its update. */
  readonly loss: number;
  readonly scoredTokens: number;
  /** Scored tokens that the model thought the most probable. */
  readonly correct: number;
}

/** Writes windows into a graph's inputs and reads its results. */
export interface WindowIo {
  /** Whether anything is scored. Raises TrainingRefusal ('window'). */
  write(window: TrainingWindow): boolean;
  /** `step` counts from 1. */
  writeOptimizer(settings: OptimizerSettings, step: number): void;
  read(outputs: GraphOutputs, window: TrainingWindow): StepResult;
}

/** Of a window in which nothing is scored. */
export const NOTHING_SCORED: StepResult = { loss: 0, scoredTokens: 0, correct: 0 };

/** A probability below float32's smallest counts as that: no single label costs more than 103.3 nats. */
const smallestProbability = 2 ** -149;

export function createWindowIo(
  ggml: Pick<GgmlFunctions, 'ggml_backend_tensor_set' | 'ggml_backend_tensor_get'>,
  { statics, contextSize, vocabularySize }: { statics: StaticInputs; contextSize: number; vocabularySize: number },
): WindowIo {
  const places = new Int32Array(new ArrayBuffer(contextSize * 4));
  const rowWeights = new Float32Array(new ArrayBuffer(contextSize * 4));
  const probabilities = new Float32Array(new ArrayBuffer(contextSize * 4));
  const predictions = new Int32Array(new ArrayBuffer(contextSize * 4));
  const optimizer = new Float32Array(new ArrayBuffer(ADAM_PARAMETERS * 4));
  const { inputs } = statics;
  const look = createLook(contextSize);
  const set = (tensor: { pointer: bigint }, values: Int32Array | Float32Array): void => ggml.ggml_backend_tensor_set(tensor.pointer, values, 0, values.byteLength);
  return {
    write(window) {
      const { tokens, labels, weights } = window;
      const segments = window.segments ?? null;
      for (const array of [tokens, labels, weights, segments]) if (array !== null && array.length !== contextSize) throw new TrainingRefusal('window', `${array.length} entries and not ${contextSize}`);
      const total = totalWeight(window);
      for (const [row, token] of tokens.entries()) {
        const weight = weights?.[row] ?? 1;
        const label = weight > 0 ? (labels[row] ?? -1) : 0;
        for (const id of [token, label]) if (id < 0 || id >= vocabularySize) throw new TrainingRefusal('window', `token ${id} of ${vocabularySize}`);
        if (!(weight >= 0)) throw new TrainingRefusal('window', `weight ${weight}`);
        places[row] = row * vocabularySize + label;
        rowWeights[row] = total > 0 ? weight / total : 0;
      }
      set(inputs.tokens, tokens);
      set(inputs.labelPlaces, places);
      set(inputs.rowWeights, rowWeights);
      if (look.turnTo(segments)) {
        set(inputs.mask, look.mask);
        set(inputs.positions, look.positions);
      }
      return total > 0;
    },
    writeOptimizer({ learningRate, beta1, beta2, epsilon, weightDecay }, step) {
      optimizer.set([learningRate, beta1, beta2, epsilon, weightDecay, 1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]);
      set(statics.decaying, optimizer);
      optimizer[4] = 0;
      set(statics.steady, optimizer);
    },
    read(outputs, window) {
      ggml.ggml_backend_tensor_get(outputs.labelProbabilities.pointer, probabilities, 0, probabilities.byteLength);
      ggml.ggml_backend_tensor_get(outputs.predictions.pointer, predictions, 0, predictions.byteLength);
      let loss = 0;
      let scoredTokens = 0;
      let correct = 0;
      for (const [row, probability] of probabilities.entries()) {
        const weight = window.weights?.[row] ?? 1;
        if (weight <= 0) continue;
        scoredTokens += 1;
        loss -= weight * Math.log(probability === 0 ? smallestProbability : probability);
        if (predictions[row] === window.labels[row]) correct += 1;
      }
      return scoredTokens === 0 ? NOTHING_SCORED : { loss: loss / totalWeight(window), scoredTokens, correct };
    },
  };
}

/** Which rows each row sees, and where it stands in its text. */
interface Look {
  /** Row by row: 0 where it sees, minus infinity where not. */
  readonly mask: Float32Array;
  readonly positions: Int32Array;
  /** Whether anything is different from what it was for the window before. */
  turnTo(segments: Int32Array | null): boolean;
}

function createLook(rows: number): Look {
  const mask = new Float32Array(new ArrayBuffer(rows * rows * 4));
  const positions = new Int32Array(new ArrayBuffer(rows * 4));
  const starts = new Int32Array(rows).fill(-1);
  return {
    mask,
    positions,
    turnTo(segments) {
      let changed = false;
      let start = 0;
      for (let row = 0; row < rows; row += 1) {
        if (row > 0 && segments !== null && segments[row] !== segments[row - 1]) start = row;
        if (starts[row] === start) continue;
        starts[row] = start;
        positions[row] = row - start;
        mask.fill(-Infinity, row * rows, (row + 1) * rows).fill(0, row * rows + start, row * rows + row + 1);
        changed = true;
      }
      return changed;
    },
  };
}

function totalWeight({ tokens, weights }: TrainingWindow): number {
  return weights === null ? tokens.length : weights.reduce((total, weight) => total + weight, 0);
}
