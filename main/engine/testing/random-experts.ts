import { writeGguf } from '../gguf/gguf-writer.ts';
import type { GgufTensorToWrite } from '../gguf/gguf-writer.ts';
import { randomModelMetadata, randomModelTensors } from './random-model.ts';
import type { RandomModelOptions } from './random-model.ts';
import { seededRandom } from './seeded-random.ts';

/** Writes a llama model whose feed-forward parts are mixtures of experts (`ffn_*_exps`), F32, with random weights. */
export async function writeRandomExpertsModel(path: string, options: RandomModelOptions, { experts, used }: { experts: number; used: number }): Promise<void> {
  const { embedding, feedForward, layers } = options;
  const tensors = randomModelTensors(options).filter(({ name }) => !/ffn_(?:gate|up|down)/.test(name));
  const add = (name: string, ...dimensions: number[]): void => {
    tensors.push(randomTensor(name, dimensions, options.seed * 104_729 + tensors.length));
  };
  for (let layer = 0; layer < layers; layer += 1) {
    add(`blk.${layer}.ffn_gate_inp.weight`, embedding, experts);
    add(`blk.${layer}.ffn_gate_exps.weight`, embedding, feedForward, experts);
    add(`blk.${layer}.ffn_up_exps.weight`, embedding, feedForward, experts);
    add(`blk.${layer}.ffn_down_exps.weight`, feedForward, embedding, experts);
  }
  const counts = [['expert_count', experts], ['expert_used_count', used]] as const;
  const metadata = [...randomModelMetadata(options), ...counts.map(([key, value]) => ({ key: `llama.${key}`, type: 'uint32', value }) as const)];
  await writeGguf(path, { metadata, tensors });
}

function randomTensor(name: string, dimensions: readonly number[], seed: number): GgufTensorToWrite {
  const random = seededRandom(seed);
  const spread = Math.sqrt(3 / (dimensions[0] ?? 1));
  const values = Float32Array.from({ length: dimensions.reduce((product, length) => product * length, 1) }, () => (random.next() * 2 - 1) * spread);
  return { name, type: 'F32', dimensions, data: new Uint8Array(values.buffer) };
}
