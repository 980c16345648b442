import type { GradientTape, Variable } from './gradient-tape.ts';
import type { GraphOperations, GraphTensor, RopeInput } from './graph-types.ts';
import type { TransformerShape } from './transformer-shape.ts';

/** What is written before a step, and the constants of the graph. */
export interface GraphInputs {
  /** int32, one for each position. */
  readonly tokens: GraphTensor;
  readonly positions: GraphTensor;
  /** float32 [rows, rows]: 0 where a position may look, minus infinity where not. */
  readonly mask: GraphTensor;
  /** int32: row × vocabulary + label, where each label's probability lies. */
  readonly labelPlaces: GraphTensor;
  /** float32 [1, rows]: what each position's loss weighs; they sum to 1. */
  readonly rowWeights: GraphTensor;
}

/** What is read after a step. */
export interface GraphOutputs {
  /** float32 [1, rows]: the probability of each label. */
  readonly labelProbabilities: GraphTensor;
  /** int32 [rows]: the most probable token. */
  readonly predictions: GraphTensor;
  /** To go back from, with `rowWeights`. */
  readonly loss: Variable;
}

/**
 * The transformer that llama.cpp's src/models/{llama,qwen2,qwen3}.cpp compute, over one window without a cache. Its keys and values go
 * straight from their matrices into attention, so that gradients reach those matrices (docs/decisions/012).
 */
export function buildTransformer(
  { operations, tape }: { operations: GraphOperations; tape: GradientTape },
  shape: TransformerShape,
  { weights, inputs }: { weights: ReadonlyMap<string, GraphTensor>; inputs: GraphInputs },
): GraphOutputs {
  const parameters = new Map([...weights].map(([name, value]) => [name, tape.parameter(name, value)]));
  const optional = (name: string): Variable | null => parameters.get(name) ?? null;
  const weight = (name: string): Variable => {
    const found = parameters.get(name);
    if (found === undefined) throw new Error(`no weight ${name}`);
    return found;
  };
  const rows = inputs.tokens.shape[0];
  const rope = ropeOf(shape, { positions: inputs.positions, factors: weights.get('rope_freqs.weight') ?? null });
  const attend = { mask: inputs.mask, scale: 1 / Math.sqrt(shape.headLength) };

  let stream = tape.embedding(weight('token_embd.weight'), inputs.tokens);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const named = (name: string): string => `blk.${layer}.${name}`;
    const project = (name: string, input: Variable): Variable => {
      const product = tape.linear(weight(named(`${name}.weight`)), input);
      const bias = optional(named(`${name}.bias`));
      return bias === null ? product : tape.bias(product, bias);
    };
    const heads = (name: string, input: Variable, count: number): Variable => tape.reshape(project(name, input), [shape.headLength, count, rows, 1]);
    const turned = (name: string, input: Variable, count: number): Variable => {
      const norm = optional(named(`${name}_norm.weight`));
      const split = heads(name, input, count);
      return tape.rope(norm === null ? split : tape.rmsNorm(split, norm, shape.normEpsilon), rope);
    };
    const normed = tape.rmsNorm(stream, weight(named('attn_norm.weight')), shape.normEpsilon);
    const query = turned('attn_q', normed, shape.heads);
    const key = turned('attn_k', normed, shape.keyHeads);
    const mixed = tape.attention({ query, key, value: heads('attn_v', normed, shape.keyHeads) }, attend);
    stream = tape.add(stream, project('attn_output', mixed));
    const narrow = tape.rmsNorm(stream, weight(named('ffn_norm.weight')), shape.normEpsilon);
    const wide = tape.swiglu(project('ffn_gate', narrow), project('ffn_up', narrow));
    stream = tape.add(stream, project('ffn_down', wide));
  }
  const hidden = tape.rmsNorm(stream, weight('output_norm.weight'), shape.normEpsilon);
  return predict({ operations, tape }, { hidden, output: optional('output.weight') ?? weight('token_embd.weight') }, inputs);
}

function ropeOf(shape: TransformerShape, { positions, factors }: { positions: GraphTensor; factors: GraphTensor | null }): RopeInput {
  const { dimensions, mode, trainedContextSize, base, scale, attentionFactor } = shape.rope;
  return { positions, factors, parameters: [dimensions, mode, trainedContextSize, base, scale, 0, attentionFactor, 32, 1] };
}

/**
 * Probabilities of the labels, and the gradient of sum(wᵢ × -log pᵢ[labelᵢ]): with respect to the logits of a row it is
 * wᵢ × (pᵢ - onehot). The probabilities become p - onehot in place, and the weights go onto the small side of each product.
 */
function predict(
  { operations, tape }: { operations: GraphOperations; tape: GradientTape },
  { hidden, output }: { hidden: Variable; output: Variable },
  inputs: GraphInputs,
): GraphOutputs {
  const logits = operations.multiply(output.value, hidden.value);
  const predictions = operations.largest(logits);
  operations.schedule(predictions); // before the probabilities take the logits' place in memory
  const probabilities = operations.softMax(logits);
  const [vocabulary, rows] = logits.shape;
  const flat = operations.reshape(probabilities, [1, vocabulary * rows, 1, 1]);
  const labelProbabilities = operations.rows(flat, inputs.labelPlaces);
  for (const kept of [predictions, labelProbabilities]) operations.keep(kept);
  operations.schedule(labelProbabilities);

  const loss = tape.custom([output, hidden], labelProbabilities, (rowWeights, give) => {
    const atLabels = operations.scaleAndShift(labelProbabilities, 1, -1);
    const errors = operations.reshape(operations.setRows(flat, atLabels, inputs.labelPlaces), [vocabulary, rows, 1, 1]);
    if (hidden.trained) {
      const back = operations.multiply(operations.transposed(output.value), errors);
      give(hidden, operations.times(back, rowWeights));
    }
    if (!output.trained) return;
    const weighted = operations.times(hidden.value, rowWeights);
    give(output, operations.multiply(operations.transposed(weighted), operations.transposed(errors)));
  });
  return { labelProbabilities, predictions, loss };
}
