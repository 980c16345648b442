import type { GgufMetadataToWrite, GgufTensorToWrite } from '../gguf/gguf-writer.ts';
import { writeGguf } from '../gguf/gguf-writer.ts';
import { vocabularyMetadata } from './random-vocabulary.ts';
import { seededRandom } from './seeded-random.ts';
import { encodeTensorValues } from './tensor-encoding.ts';

const shape = { layers: 2, embedding: 32, heads: 4, feedForward: 64, vocabulary: 320, context: 128, buckets: 32 } as const;

/** Writes the encoder half of a T5 with random weights: for llama.cpp a model that is an encoder and nothing else. */
export async function writeRandomT5Encoder(path: string): Promise<void> {
  const number = (key: string, value: number): GgufMetadataToWrite => ({ key: `t5encoder.${key}`, type: 'uint32', value });
  const metadata: GgufMetadataToWrite[] = [
    { key: 'general.architecture', type: 'string', value: 't5encoder' },
    { key: 'general.type', type: 'string', value: 'model' },
    number('context_length', shape.context),
    number('embedding_length', shape.embedding),
    number('block_count', shape.layers),
    number('feed_forward_length', shape.feedForward),
    number('attention.head_count', shape.heads),
    number('attention.relative_buckets_count', shape.buckets),
    // That of the first token: it knows of the others only where attention goes in both directions.
    number('pooling_type', 2),
    { key: 't5encoder.attention.layer_norm_rms_epsilon', type: 'float32', value: 1e-6 },
    ...vocabularyMetadata('sentencepiece', shape.vocabulary),
  ];
  await writeGguf(path, { metadata, tensors: tensors() });
}

/** As llama.cpp's src/models/t5encoder.cpp asks for them. */
function tensors(): GgufTensorToWrite[] {
  const { embedding, feedForward } = shape;
  const made: GgufTensorToWrite[] = [];
  const add = (name: string, ...dimensions: number[]): void => {
    const random = seededRandom(made.length + 1);
    const spread = Math.sqrt(3 / (dimensions[0] ?? 1));
    const values = Float32Array.from({ length: dimensions.reduce((product, each) => product * each, 1) }, () => (dimensions.length === 1 ? 1 : (random.next() * 2 - 1) * spread));
    made.push({ name: `${name}.weight`, type: 'F32', dimensions, data: encodeTensorValues('F32', values) });
  };
  add('token_embd', embedding, shape.vocabulary);
  add('enc.output_norm', embedding);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const block = `enc.blk.${layer}`;
    add(`${block}.attn_norm`, embedding);
    if (layer === 0) add(`${block}.attn_rel_b`, shape.heads, shape.buckets);
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_o']) add(`${block}.${part}`, embedding, embedding);
    add(`${block}.ffn_norm`, embedding);
    add(`${block}.ffn_gate`, embedding, feedForward);
    add(`${block}.ffn_up`, embedding, feedForward);
    add(`${block}.ffn_down`, feedForward, embedding);
  }
  return made;
}
