import { fileTypeNamed } from '../gguf/gguf-format.ts';
import { type GgufMetadataToWrite, type GgufTensorToWrite, writeGguf } from '../gguf/gguf-writer.ts';
import { isReadableToken, type VocabularyKind, vocabularyMetadata } from './random-vocabulary.ts';
import { seededRandom } from './seeded-random.ts';
import { blockSizeOf, type EncodableTensorType, encodeTensorValues } from './tensor-encoding.ts';

export type RandomModelArchitecture = 'llama' | 'qwen2' | 'qwen3' | 'gemma' | 'phi3';

export interface RandomModelOptions {
  readonly architecture: RandomModelArchitecture;
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly headsKv: number;
  readonly feedForward: number;
  /** Tokens; at least SMALLEST_VOCABULARY. */
  readonly vocabulary: number;
  readonly context: number;
  readonly tensorType: EncodableTensorType;
  /** Left out: a small ChatML template. null: none. */
  readonly chatTemplate?: string | null;
  readonly seed: number;
  readonly name?: string;
  readonly licence?: string;
  /** Writes that many files `…-00001-of-0000N.gguf` instead of one. */
  readonly splitInto?: number;
  /** Keys added or, with the same name, put in place of the usual ones. */
  readonly metadata?: readonly GgufMetadataToWrite[];
}

/** A few hundred thousand parameters: loads in milliseconds, writes nonsense. */
export const SMALL_RANDOM_MODEL: RandomModelOptions = {
  architecture: 'llama',
  layers: 2,
  embedding: 64,
  heads: 4,
  headsKv: 2,
  feedForward: 128,
  vocabulary: 320,
  context: 512,
  tensorType: 'F32',
  seed: 1,
};

export const CHATML_TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * Writes a model with random weights that llama.cpp loads and generates with. The same options give the same bytes.
 * @returns the path of the file, or of all parts in order.
 */
export async function writeRandomModel(path: string, options: RandomModelOptions): Promise<{ paths: string[] }> {
  const metadata = randomModelMetadata(options);
  const tensors = randomModelTensors(options);
  const count = options.splitInto ?? 1;
  if (count === 1) {
    await writeGguf(path, { metadata, tensors });
    return { paths: [path] };
  }
  const paths: string[] = [];
  const perFile = Math.ceil(tensors.length / count);
  for (let index = 0; index < count; index += 1) {
    const splitKeys: GgufMetadataToWrite[] = [
      { key: 'split.no', type: 'uint16', value: index },
      { key: 'split.count', type: 'uint16', value: count },
      { key: 'split.tensors.count', type: 'int32', value: tensors.length },
    ];
    const partPath = splitPath(path, index, count);
    // As llama-gguf-split does it: only the first part says what the model is.
    await writeGguf(partPath, {
      metadata: index === 0 ? [...metadata, ...splitKeys] : splitKeys,
      tensors: tensors.slice(index * perFile, (index + 1) * perFile),
    });
    paths.push(partPath);
  }
  return { paths };
}

/** `name.gguf` → `name-00002-of-00003.gguf` for index 1 of 3. */
export function splitPath(path: string, index: number, count: number): string {
  const prefix = path.replace(/\.gguf$/, '');
  return `${prefix}-${String(index + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;
}

/** The keys of such a model, for tests that want to change one. */
export function randomModelMetadata(options: RandomModelOptions): GgufMetadataToWrite[] {
  const { architecture } = options;
  const number = (key: string, value: number): GgufMetadataToWrite => ({
    key: `${architecture}.${key}`,
    type: 'uint32',
    value,
  });
  const metadata: GgufMetadataToWrite[] = [
    { key: 'general.architecture', type: 'string', value: architecture },
    { key: 'general.type', type: 'string', value: 'model' },
    { key: 'general.name', type: 'string', value: options.name ?? `Random ${architecture}` },
    { key: 'general.license', type: 'string', value: options.licence ?? 'apache-2.0' },
    { key: 'general.languages', type: 'array', elementType: 'string', value: ['en'] },
    { key: 'general.file_type', type: 'uint32', value: fileTypeNamed(options.tensorType) ?? 0 },
    { key: 'general.quantization_version', type: 'uint32', value: 2 },
    number('context_length', options.context),
    number('embedding_length', options.embedding),
    number('block_count', options.layers),
    number('feed_forward_length', options.feedForward),
    number('attention.head_count', options.heads),
    number('attention.head_count_kv', options.headsKv),
    number('rope.dimension_count', options.embedding / options.heads),
    { key: `${architecture}.attention.layer_norm_rms_epsilon`, type: 'float32', value: 1e-5 },
    ...vocabularyMetadata(vocabularyKindOf(architecture), options.vocabulary),
  ];
  const template = options.chatTemplate === undefined ? CHATML_TEMPLATE : options.chatTemplate;
  if (template !== null) metadata.push({ key: 'tokenizer.chat_template', type: 'string', value: template });
  const replaced = new Map((options.metadata ?? []).map((entry) => [entry.key, entry]));
  return [...metadata.filter((entry) => !replaced.has(entry.key)), ...replaced.values()];
}

function vocabularyKindOf(architecture: RandomModelArchitecture): VocabularyKind {
  return architecture === 'qwen2' || architecture === 'qwen3' ? 'byte-pair' : 'sentencepiece';
}

/** The tensors as llama.cpp's src/models/<architecture>.cpp asks for them. */
export function randomModelTensors(options: RandomModelOptions): GgufTensorToWrite[] {
  const { architecture, embedding, feedForward, vocabulary } = options;
  const headLength = embedding / options.heads;
  const keyValueLength = headLength * options.headsKv;
  const tensors: GgufTensorToWrite[] = [];
  const add = (name: string, ...dimensions: number[]): void => {
    tensors.push(randomTensor(options, { name: `${name}.weight`, dimensions, seed: options.seed * 7919 + tensors.length }));
  };
  add('token_embd', embedding, vocabulary);
  add('output_norm', embedding);
  if (architecture !== 'gemma') add('output', embedding, vocabulary);
  for (let layer = 0; layer < options.layers; layer += 1) {
    const prefix = `blk.${String(layer)}`;
    add(`${prefix}.attn_norm`, embedding);
    if (architecture === 'phi3') {
      add(`${prefix}.attn_qkv`, embedding, embedding + 2 * keyValueLength);
    } else {
      add(`${prefix}.attn_q`, embedding, embedding);
      add(`${prefix}.attn_k`, embedding, keyValueLength);
      add(`${prefix}.attn_v`, embedding, keyValueLength);
    }
    if (architecture === 'qwen3') {
      add(`${prefix}.attn_q_norm`, headLength);
      add(`${prefix}.attn_k_norm`, headLength);
    }
    add(`${prefix}.attn_output`, embedding, embedding);
    add(`${prefix}.ffn_norm`, embedding);
    if (architecture !== 'phi3') add(`${prefix}.ffn_gate`, embedding, feedForward);
    add(`${prefix}.ffn_up`, embedding, architecture === 'phi3' ? 2 * feedForward : feedForward);
    add(`${prefix}.ffn_down`, feedForward, embedding);
  }
  return tensors;
}

function randomTensor(
  options: RandomModelOptions,
  { name, dimensions, seed }: { name: string; dimensions: readonly number[]; seed: number },
): GgufTensorToWrite {
  const rowLength = dimensions[0] ?? 1;
  const rows = dimensions[1] ?? 1;
  const isNorm = dimensions.length === 1;
  // As llama.cpp's own quantizer: vectors stay F32, and rows that do not divide into blocks fall back.
  const type = isNorm ? 'F32' : rowLength % blockSizeOf(options.tensorType) === 0 ? options.tensorType : 'F16';
  const kind = vocabularyKindOf(options.architecture);
  // Rows of zeros in the output matrix give those tokens a logit of 0, which some readable token always beats.
  const isZeroRow = (row: number): boolean =>
    name === 'output.weight' && !isReadableToken(kind, options.vocabulary, row);
  return { name, type, dimensions, data: () => randomRows(type, { rowLength, rows, seed, isNorm, isZeroRow }) };
}

interface RowsToMake {
  readonly rowLength: number;
  readonly rows: number;
  readonly seed: number;
  readonly isNorm: boolean;
  readonly isZeroRow: (row: number) => boolean;
}

const PIECE_ELEMENTS = 262_144;

/** Uniform values of unit variance after a product with a row, whole rows at a time. */
function* randomRows(type: EncodableTensorType, shape: RowsToMake): Generator<Uint8Array> {
  const random = seededRandom(shape.seed);
  const spread = Math.sqrt(3 / shape.rowLength);
  const rowsAtOnce = Math.max(1, Math.floor(PIECE_ELEMENTS / shape.rowLength));
  for (let row = 0; row < shape.rows; row += rowsAtOnce) {
    const values = new Float32Array(Math.min(rowsAtOnce, shape.rows - row) * shape.rowLength);
    for (let index = 0; index < values.length; index += 1) {
      values[index] = shape.isNorm ? 1 : (random.next() * 2 - 1) * spread;
    }
    for (let at = 0; at * shape.rowLength < values.length; at += 1) {
      if (shape.isZeroRow(row + at)) values.fill(0, at * shape.rowLength, (at + 1) * shape.rowLength);
    }
    yield encodeTensorValues(type, values);
  }
}
