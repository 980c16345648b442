import { writeGguf } from '../../../gguf/gguf-writer.ts';
import { randomModelMetadata, randomModelTensors } from '../../../testing/random-model.ts';
import type { RandomModelOptions } from '../../../testing/random-model.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import type { TrainingWindow } from '../trainer.ts';
import type { ReferenceShape, ReferenceWeights, ReferenceWindow } from './reference-transformer.ts';

/** Small enough for a reference of plain loops; every kind of sharing and layer is in it. */
export const TINY: RandomModelOptions = {
  architecture: 'llama',
  layers: 2,
  embedding: 32,
  heads: 4,
  headsKv: 2,
  feedForward: 64,
  vocabulary: 264,
  context: 64,
  tensorType: 'F32',
  seed: 5,
};

/** Writes a model of random weights, norms and biases among them, and gives the same weights back as float64. */
export async function writeTinyModel(path: string, options: RandomModelOptions, tied: boolean): Promise<ReferenceWeights> {
  const described = randomModelTensors(options).filter(({ name }) => !(tied && name === 'output.weight'));
  const biases = options.architecture === 'qwen2' ? ['attn_q', 'attn_k', 'attn_v'] : [];
  const rowsOf = (name: string): number => described.find((tensor) => tensor.name === `${name}.weight`)?.dimensions[1] ?? 0;
  const layerNames = Array.from({ length: options.layers }, (_, layer) => biases.map((bias) => `blk.${layer}.${bias}`)).flat();
  const all = [...described.map(({ name, dimensions }) => ({ name, dimensions })), ...layerNames.map((name) => ({ name: `${name}.bias`, dimensions: [rowsOf(name)] }))];
  const random = seededRandom(options.seed);
  const weights: ReferenceWeights = new Map();
  const tensors = all.map(({ name, dimensions }) => {
    const isVector = dimensions.length === 1;
    const spread = isVector ? 0.3 : Math.sqrt(3 / (dimensions[0] ?? 1));
    const values = Float32Array.from({ length: dimensions.reduce((a, b) => a * b, 1) }, () => (name.endsWith('norm.weight') ? 1 : 0) + (random.next() * 2 - 1) * spread);
    weights.set(name, Float64Array.from(values));
    return { name, type: 'F32', dimensions, data: new Uint8Array(values.buffer) };
  });
  await writeGguf(path, { metadata: randomModelMetadata(options), tensors });
  return weights;
}

export function referenceShapeOf(options: RandomModelOptions): ReferenceShape {
  return {
    layers: options.layers,
    embedding: options.embedding,
    heads: options.heads,
    keyHeads: options.headsKv,
    feedForward: options.feedForward,
    vocabulary: options.vocabulary,
    epsilon: Math.fround(1e-5),
    ropeBase: 10_000,
    neighbouringPairs: options.architecture === 'llama',
  };
}

/** Random text of a window's length, scored everywhere and one text, or, where it is not plain, of three texts with unequal weights. */
export function randomWindow({ contextSize, vocabulary, seed }: { contextSize: number; vocabulary: number; seed: number }, apart = false): TrainingWindow {
  const random = seededRandom(seed);
  const tokens = Int32Array.from({ length: contextSize }, () => random.below(vocabulary));
  const labels = Int32Array.from(tokens, (_, index) => tokens[index + 1] ?? random.below(vocabulary));
  const weights = apart ? Float32Array.from(tokens, (_, index) => (index % 3 === 0 ? 0 : random.below(4) / 2)) : null;
  const segments = apart ? Int32Array.from(tokens, (_, index) => (index < 5 ? 0 : index < 20 + (seed % 3) ? 1 : 2)) : null;
  return { tokens, labels, weights, segments };
}

export function referenceWindowOf({ tokens, labels, weights, segments }: TrainingWindow): ReferenceWindow {
  const starts = Array.from(tokens, (_, row) => (segments === null || segments === undefined ? 0 : segments.indexOf(segments[row] ?? 0)));
  return { tokens: [...tokens], labels: [...labels], weights: weights === null ? Array.from(tokens, () => 1) : [...weights], starts };
}
