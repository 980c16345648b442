import { type GgufMetadataToWrite, type GgufTensorToWrite, writeGguf } from '../../main/engine/gguf/gguf-writer.ts';
import { type SeededRandom, seededRandom } from '../../main/engine/testing/seeded-random.ts';
import { CHATML_TEMPLATE } from '../../main/engine/testing/random-model.ts';
import { tokenizerMetadata, type Vocabulary } from './tokenizer.ts';

/** Sizes of a llama-architecture model whose output matrix is its embedding table. */
export interface ModelShape {
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly headsKv: number;
  readonly feedForward: number;
  readonly context: number;
}

/** Every row is a multiple of 256 long, so that all K-quants apply. */
export const sampleShape: ModelShape = { layers: 3, embedding: 256, heads: 4, headsKv: 2, feedForward: 512, context: 512 };

export interface ModelWords {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly licence: string;
}

/**
 * Writes the untrained model, all in float32. Weights are drawn as usual for such models: normal with deviation 0.02, and 0.02 /
 * sqrt(2 × layers) where a product is added to the residual stream (attn_output, ffn_down), so that the stream's variance does not
 * grow with depth (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3); RMSNorm begins at 1
 * (Touvron et al. 2023, "LLaMA", with Zhang & Sennrich 2019). The same seed gives the same bytes.
 */
export async function writeInitialModel(path: string, { shape, vocabulary, words, seed }: { shape: ModelShape; vocabulary: Vocabulary; words: ModelWords; seed: number }): Promise<void> {
  await writeGguf(path, { metadata: modelMetadata(shape, vocabulary, words), tensors: initialTensors(shape, vocabulary.tokens.length, seed) });
}

export function modelMetadata(shape: ModelShape, vocabulary: Vocabulary, words: ModelWords): GgufMetadataToWrite[] {
  const number = (key: string, value: number): GgufMetadataToWrite => ({ key: `llama.${key}`, type: 'uint32', value });
  const text = (key: string, value: string): GgufMetadataToWrite => ({ key: `general.${key}`, type: 'string', value });
  return [
    text('architecture', 'llama'),
    text('type', 'model'),
    text('name', words.name),
    text('author', 'Modelward'),
    text('version', words.version),
    text('description', words.description),
    text('license', words.licence),
    text('size_label', sizeLabel(shape, vocabulary.tokens.length)),
    { key: 'general.languages', type: 'array', elementType: 'string', value: ['en', 'zh'] },
    { key: 'general.tags', type: 'array', elementType: 'string', value: ['text-generation', 'text-classification', 'help-desk'] },
    { key: 'general.file_type', type: 'uint32', value: 0 },
    number('vocab_size', vocabulary.tokens.length),
    number('context_length', shape.context),
    number('embedding_length', shape.embedding),
    number('block_count', shape.layers),
    number('feed_forward_length', shape.feedForward),
    number('attention.head_count', shape.heads),
    number('attention.head_count_kv', shape.headsKv),
    number('rope.dimension_count', shape.embedding / shape.heads),
    { key: 'llama.rope.freq_base', type: 'float32', value: 10_000 },
    { key: 'llama.attention.layer_norm_rms_epsilon', type: 'float32', value: 1e-5 },
    ...tokenizerMetadata(vocabulary),
    { key: 'tokenizer.chat_template', type: 'string', value: CHATML_TEMPLATE },
  ];
}

/** Numbers of a model of this shape. */
export function parameterCount(shape: ModelShape, vocabularySize: number): number {
  return tensorShapes(shape, vocabularySize).reduce((sum, { dimensions }) => sum + dimensions.reduce((product, dimension) => product * dimension, 1), 0);
}

function sizeLabel(shape: ModelShape, vocabularySize: number): string {
  return `${(parameterCount(shape, vocabularySize) / 1e6).toFixed(1)}M`;
}

interface TensorShape {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly deviation: number;
}

const usualDeviation = 0.02;

function tensorShapes({ layers, embedding, heads, headsKv, feedForward }: ModelShape, vocabularySize: number): TensorShape[] {
  const keyValueLength = (embedding / heads) * headsKv;
  const residual = usualDeviation / Math.sqrt(2 * layers);
  const shapes: TensorShape[] = [{ name: 'token_embd.weight', dimensions: [embedding, vocabularySize], deviation: usualDeviation }];
  for (let layer = 0; layer < layers; layer += 1) {
    const add = (name: string, dimensions: readonly number[], deviation: number): void => void shapes.push({ name: `blk.${layer}.${name}.weight`, dimensions, deviation });
    add('attn_norm', [embedding], 0);
    add('attn_q', [embedding, embedding], usualDeviation);
    add('attn_k', [embedding, keyValueLength], usualDeviation);
    add('attn_v', [embedding, keyValueLength], usualDeviation);
    add('attn_output', [embedding, embedding], residual);
    add('ffn_norm', [embedding], 0);
    add('ffn_gate', [embedding, feedForward], usualDeviation);
    add('ffn_up', [embedding, feedForward], usualDeviation);
    add('ffn_down', [feedForward, embedding], residual);
  }
  shapes.push({ name: 'output_norm.weight', dimensions: [embedding], deviation: 0 });
  return shapes;
}

function initialTensors(shape: ModelShape, vocabularySize: number, seed: number): GgufTensorToWrite[] {
  return tensorShapes(shape, vocabularySize).map(({ name, dimensions, deviation }, index) => {
    const values = new Float32Array(dimensions.reduce((product, dimension) => product * dimension, 1));
    if (dimensions.length === 1) values.fill(1);
    else fillNormal(seededRandom(Math.imul(seed, 7919) + index), values, deviation);
    return { name, type: 'F32', dimensions, data: new Uint8Array(values.buffer) };
  });
}

/** Box and Muller 1958. */
function fillNormal(random: SeededRandom, values: Float32Array, deviation: number): void {
  for (let index = 0; index < values.length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < values.length) values[index + 1] = radius * Math.sin(angle);
  }
}
