import { fileTypeNamed } from '../gguf/gguf-format.ts';
import { type GgufMetadataToWrite, type GgufTensorToWrite, writeGguf } from '../gguf/gguf-writer.ts';
import { seededRandom } from './seeded-random.ts';
import { encodeTensorValues } from './tensor-encoding.ts';
import { wordPieceMetadata } from './word-piece-vocabulary.ts';

/** `enum llama_pooling_type` (include/llama.h). */
export const POOLING = { none: 0, mean: 1, cls: 2, last: 3, rank: 4 } as const;

export interface RandomEncoderOptions {
  /** Null leaves the key out. */
  readonly pooling: keyof typeof POOLING | null;
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly seed: number;
  readonly name?: string;
  /** Keys added or, with the same name, put in place of the usual ones. */
  readonly metadata?: readonly GgufMetadataToWrite[];
}

/** Some ten thousand parameters: loads in milliseconds, and puts texts in places that mean nothing but are always the same. */
export const SMALL_RANDOM_ENCODER: RandomEncoderOptions = {
  pooling: 'mean',
  layers: 2,
  embedding: 32,
  heads: 4,
  feedForward: 64,
  vocabulary: 320,
  context: 128,
  seed: 1,
};

/**
 * Writes a BERT with random weights, as convert_hf_to_gguf.py writes one: a WordPiece vocabulary, attention in both directions, and with the pooling `rank`
 * a classification head of one score.
 */
export async function writeRandomEncoder(path: string, options: RandomEncoderOptions): Promise<void> {
  await writeGguf(path, { metadata: metadataOf(options), tensors: tensorsOf(options) });
}

function metadataOf(options: RandomEncoderOptions): GgufMetadataToWrite[] {
  const number = (key: string, value: number): GgufMetadataToWrite => ({ key: `bert.${key}`, type: 'uint32', value });
  const metadata: GgufMetadataToWrite[] = [
    { key: 'general.architecture', type: 'string', value: 'bert' },
    { key: 'general.type', type: 'string', value: 'model' },
    { key: 'general.name', type: 'string', value: options.name ?? 'Random encoder' },
    { key: 'general.license', type: 'string', value: 'apache-2.0' },
    { key: 'general.languages', type: 'array', elementType: 'string', value: ['en'] },
    { key: 'general.file_type', type: 'uint32', value: fileTypeNamed('F32') ?? 0 },
    { key: 'general.quantization_version', type: 'uint32', value: 2 },
    number('context_length', options.context),
    number('embedding_length', options.embedding),
    number('block_count', options.layers),
    number('feed_forward_length', options.feedForward),
    number('attention.head_count', options.heads),
    { key: 'bert.attention.layer_norm_epsilon', type: 'float32', value: 1e-6 },
    { key: 'bert.attention.causal', type: 'bool', value: false },
    ...(options.pooling === null ? [] : [number('pooling_type', POOLING[options.pooling])]),
    ...wordPieceMetadata(options.vocabulary),
  ];
  const replaced = new Map((options.metadata ?? []).map((entry) => [entry.key, entry]));
  return [...metadata.filter((entry) => !replaced.has(entry.key)), ...replaced.values()];
}

/** The tensors as llama.cpp's src/models/bert.cpp asks for them. */
function tensorsOf({ layers, embedding, feedForward, vocabulary, context, pooling, seed }: RandomEncoderOptions): GgufTensorToWrite[] {
  const tensors: GgufTensorToWrite[] = [];
  const add = (name: string, kind: 'weight' | 'bias' | 'norm', ...dimensions: number[]): void => {
    const random = seededRandom(seed * 7919 + tensors.length);
    const spread = kind === 'bias' ? 0.1 : Math.sqrt(3 / (dimensions[0] ?? 1));
    const values = Float32Array.from({ length: dimensions.reduce((product, each) => product * each, 1) }, () => (kind === 'norm' ? 1 : (random.next() * 2 - 1) * spread));
    tensors.push({ name, type: 'F32', dimensions, data: encodeTensorValues('F32', values) });
  };
  const linear = (name: string, from: number, to: number): void => {
    add(`${name}.weight`, 'weight', from, to);
    add(`${name}.bias`, 'bias', to);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, 'norm', embedding);
    add(`${name}.bias`, 'bias', embedding);
  };
  add('token_embd.weight', 'weight', embedding, vocabulary);
  add('token_types.weight', 'weight', embedding, 2);
  add('position_embd.weight', 'weight', embedding, context);
  norm('token_embd_norm');
  for (let layer = 0; layer < layers; layer += 1) {
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) linear(`blk.${layer}.${part}`, embedding, embedding);
    norm(`blk.${layer}.attn_output_norm`);
    linear(`blk.${layer}.ffn_up`, embedding, feedForward);
    linear(`blk.${layer}.ffn_down`, feedForward, embedding);
    norm(`blk.${layer}.layer_output_norm`);
  }
  if (pooling === 'rank') {
    linear('cls', embedding, embedding);
    linear('cls.output', embedding, 1);
  }
  return tensors;
}
