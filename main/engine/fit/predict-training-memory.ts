import type { ModelFacts } from '../../contract/models.contract.ts';
import { gradientTape } from '../native/training/gradient-tape.ts';
import type { GraphTensor, Shape } from '../native/training/graph-types.ts';
import { createGraphPlan } from '../native/training/plan-graph.ts';
import { buildTransformer } from '../native/training/transformer-graph.ts';
import type { TransformerShape } from '../native/training/transformer-shape.ts';
import { modelShapeOf } from './model-shape.ts';

const MEBIBYTE = 1024 * 1024;
const F32_BYTES = 4;
/** Node, the libraries and the trainer without a model, measured on Linux. */
const PROCESS_BYTES = 100 * MEBIBYTE;
/** What ggml keeps of the nodes of a layer, and what its allocator keeps of them. */
const LAYER_BYTES = MEBIBYTE / 2;
/** Tables of the vocabulary for each token, measured: byte-pair ones keep merges too. */
const TOKEN_BYTES = { bytePair: 900, other: 500 } as const;

export interface TrainingOrder {
  /** Tokens of a window. */
  readonly contextSize: number;
  /** Whether a weight is trained, by its name in the file ("blk.3.attn_q.weight"). */
  readonly trainable: (tensorName: string) => boolean;
}

/** Bytes of memory a training run needs, by what for. */
export interface TrainingMemory {
  /** All weights as float32. */
  readonly weightsBytes: number;
  /** AdamW's two moments of each trained weight. */
  readonly momentsBytes: number;
  /** What a step keeps: values for the way back, gradients, one row of probabilities for each position. */
  readonly stepBytes: number;
  /** The same for an evaluation, which lies beside it. */
  readonly evaluationBytes: number;
  readonly processBytes: number;
  readonly totalBytes: number;
}

/**
 * Memory of a training run on the processor. The step's graph is planned with the trainer's own code, and its memory given out as
 * ggml's allocator does, so that this holds for every shape. An architecture that cannot be trained is counted as a llama of
 * its dimensions. Resident memory of six generated models of 3 to 46 million parameters was 0.98 to 1.02 of it (bench/training.bench.ts
 * repeats this); a step's own part is what ggml reports to 1 % (predict-training-memory.int.test.ts).
 */
export function predictTrainingMemory(facts: ModelFacts, order: TrainingOrder): TrainingMemory {
  const shape = shapeOf(facts);
  const weights = weightShapesOf(shape);
  const trained = new Set([...weights.keys()].filter((name) => order.trainable(name)));
  const elements = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + (weights.get(name) ?? [0]).reduce((product, length) => product * length, 1), 0);
  const weightsBytes = Math.max(elements(weights.keys()), facts.parameterCount) * F32_BYTES;
  const momentsBytes = elements(trained) * F32_BYTES * 2;
  const stepBytes = trained.size === 0 ? 0 : graphBytes(shape, weights, { contextSize: order.contextSize, trained });
  const evaluationBytes = graphBytes(shape, weights, { contextSize: order.contextSize, trained: new Set() });
  const maskBytes = order.contextSize ** 2 * F32_BYTES;
  const perToken = facts.tokenizerModel === 'gpt2' ? TOKEN_BYTES.bytePair : TOKEN_BYTES.other;
  const processBytes = PROCESS_BYTES + LAYER_BYTES * facts.layerCount + maskBytes * 2 + perToken * facts.vocabularySize;
  return { weightsBytes, momentsBytes, stepBytes, evaluationBytes, processBytes, totalBytes: weightsBytes + momentsBytes + stepBytes + evaluationBytes + processBytes };
}

function graphBytes(shape: TransformerShape, weights: ReadonlyMap<string, Shape>, { contextSize, trained }: { contextSize: number; trained: ReadonlySet<string> }): number {
  const plan = createGraphPlan();
  const tape = gradientTape(plan.operations, (name) => trained.has(name));
  const placed = new Map([...weights].map(([name, dimensions]) => [name, plan.external(dimensions)]));
  const perRow = (): GraphTensor => plan.external([contextSize, 1, 1, 1]);
  const inputs = { tokens: perRow(), positions: perRow(), mask: plan.external([contextSize, contextSize, 1, 1]), labelPlaces: perRow(), rowWeights: plan.external([1, contextSize, 1, 1]) };
  const { loss } = buildTransformer({ operations: plan.operations, tape }, shape, { weights: placed, inputs });
  tape.back(loss, inputs.rowWeights, (name, gradient) => {
    const weight = placed.get(name);
    if (weight === undefined) return;
    const beside = plan.external(weight.shape);
    plan.operations.schedule(plan.operations.adamStep({ weight, gradient, m: beside, v: beside, parameters: beside }));
  });
  return plan.peakBytes();
}

function shapeOf(facts: ModelFacts): TransformerShape {
  const architecture = facts.architecture === 'qwen2' || facts.architecture === 'qwen3' ? facts.architecture : 'llama';
  return {
    architecture,
    layers: facts.layerCount,
    embedding: facts.embeddingLength,
    heads: facts.headCount,
    keyHeads: Math.max(1, facts.headCountKv),
    headLength: facts.keyLength,
    feedForward: facts.feedForwardLength,
    vocabulary: facts.vocabularySize,
    normEpsilon: 1e-5,
    tied: modelShapeOf(facts).outputIsTokenEmbedding,
    rope: { dimensions: facts.keyLength, mode: 0, trainedContextSize: facts.contextLength, base: 10_000, scale: 1, attentionFactor: 1 },
    layerTensors: [],
  };
}

/** Names and shapes of the weights of such a model, as in its file. */
function weightShapesOf(shape: TransformerShape): Map<string, Shape> {
  const { embedding, feedForward, vocabulary, headLength } = shape;
  const queries = headLength * shape.heads;
  const keys = headLength * shape.keyHeads;
  const weights = new Map<string, Shape>();
  const matrix = (name: string, columns: number, rows: number): void => void weights.set(`${name}.weight`, [columns, rows, 1, 1]);
  matrix('token_embd', embedding, vocabulary);
  matrix('output_norm', embedding, 1);
  if (!shape.tied) matrix('output', embedding, vocabulary);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const named = (name: string): string => `blk.${layer}.${name}`;
    matrix(named('attn_norm'), embedding, 1);
    matrix(named('attn_q'), embedding, queries);
    matrix(named('attn_k'), embedding, keys);
    matrix(named('attn_v'), embedding, keys);
    matrix(named('attn_output'), queries, embedding);
    matrix(named('ffn_norm'), embedding, 1);
    matrix(named('ffn_gate'), embedding, feedForward);
    matrix(named('ffn_up'), embedding, feedForward);
    matrix(named('ffn_down'), feedForward, embedding);
    if (shape.architecture === 'qwen3') for (const name of ['attn_q_norm', 'attn_k_norm']) matrix(named(name), headLength, 1);
    if (shape.architecture === 'qwen2') for (const [name, rows] of [['attn_q', queries], ['attn_k', keys], ['attn_v', keys]] as const) weights.set(`${named(name)}.bias`, [rows, 1, 1, 1]);
  }
  return weights;
}
