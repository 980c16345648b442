import { readFile } from 'node:fs/promises';
import type { GgufScalar, GgufTensor } from '../gguf/gguf-header.ts';
import { readGgufFile } from '../gguf/gguf-reader.ts';
import { type GgufMetadataToWrite, type GgufTensorToWrite, writeGguf } from '../gguf/gguf-writer.ts';
import { seededRandom } from './seeded-random.ts';
import { type EncodableTensorType, encodeTensorValues } from './tensor-encoding.ts';

export interface RandomAdapterOptions {
  /** A tensor of the base is changed where this says so; by default the attention's and feed-forward's matrices of every block. */
  readonly targets?: (name: string) => boolean;
  readonly rank?: number;
  readonly alpha?: number;
  readonly type?: EncodableTensorType;
  /** Size of the change: 1 is about as large as the weights of a random model. */
  readonly strength?: number;
  readonly seed?: number;
  readonly name?: string;
  readonly architecture?: string;
  /** Keys added or, with the same name, put in place of the usual ones; null leaves the key out. */
  readonly metadata?: Readonly<Record<string, GgufMetadataToWrite | null>>;
  /** Changes the list of tensors before it is written: to drop, rename or reshape. */
  readonly tensors?: (tensors: GgufTensorToWrite[]) => GgufTensorToWrite[];
}

const BLOCK_MATRICES = /^blk\.\d+\.(attn_(q|k|v|qkv|output)|ffn_(up|down|gate))\.weight$/;

/**
 * Writes a LoRA adapter with random matrices for the model at `basePath`, as convert_lora_to_gguf.py of llama.cpp would: for each
 * changed tensor `.lora_a` [in, rank] and `.lora_b` [rank, out]. The same options give the same bytes.
 */
export async function writeRandomAdapter(path: string, basePath: string, options: RandomAdapterOptions = {}): Promise<void> {
  const base = await readGgufFile(basePath);
  const { targets = (name: string) => BLOCK_MATRICES.test(name), rank = 4, type = 'F32', strength = 1 } = options;
  const random = seededRandom(options.seed ?? 11);
  const tensors: GgufTensorToWrite[] = [];
  for (const tensor of base.tensors.filter(({ name }) => targets(name))) {
    const [columns = 1, rows = 1] = tensor.dimensions;
    const values = (count: number, spread: number): Float32Array => Float32Array.from({ length: count }, () => (random.next() * 2 - 1) * spread);
    const a = values(columns * rank, Math.sqrt(3 / columns));
    const b = values(rank * rows, Math.sqrt(3 / rank) * strength);
    // Of the token embedding llama.cpp takes rows: there A has a row for each token (llm_graph_context::build_inp_embd).
    const embedding = tensor.name === 'token_embd.weight';
    tensors.push({ name: `${tensor.name}.lora_a`, type, dimensions: embedding ? [rank, rows] : [columns, rank], data: encodeTensorValues(type, embedding ? b : a) });
    tensors.push({ name: `${tensor.name}.lora_b`, type, dimensions: embedding ? [rank, columns] : [rank, rows], data: encodeTensorValues(type, embedding ? a : b) });
  }
  const metadata: Record<string, GgufMetadataToWrite | null> = {
    'general.architecture': { key: 'general.architecture', type: 'string', value: options.architecture ?? textOf(base.metadata.get('general.architecture')?.value) },
    'general.type': { key: 'general.type', type: 'string', value: 'adapter' },
    'general.name': { key: 'general.name', type: 'string', value: options.name ?? 'Random adapter' },
    'adapter.type': { key: 'adapter.type', type: 'string', value: 'lora' },
    'adapter.lora.alpha': { key: 'adapter.lora.alpha', type: 'float32', value: options.alpha ?? rank },
    ...options.metadata,
  };
  await writeGguf(path, {
    metadata: Object.values(metadata).filter((entry) => entry !== null),
    tensors: options.tensors?.(tensors) ?? tensors,
  });
}

/**
 * Writes the base with the adapter worked into its weights: W + weight · alpha/rank · B·A, computed in float64, for comparison with
 * what llama.cpp makes of base and adapter. Base and adapter are F32.
 */
export async function writeMergedModel(path: string, parts: { basePath: string; adapterPath: string; weight: number }): Promise<void> {
  const [base, adapter] = await Promise.all([openFloats(parts.basePath), openFloats(parts.adapterPath)]);
  const alpha = Number(adapter.header.metadata.get('adapter.lora.alpha')?.value);
  const tensors = base.header.tensors.map((tensor): GgufTensorToWrite => {
    const values = base.valuesOf(tensor.name);
    const a = adapter.header.tensors.find(({ name }) => name === `${tensor.name}.lora_a`);
    if (a !== undefined) {
      if (tensor.name === 'token_embd.weight') throw new Error('the token embedding is not merged here');
      const rank = a.dimensions[1] ?? 1;
      addProduct(values, { a: adapter.valuesOf(a.name), b: adapter.valuesOf(`${tensor.name}.lora_b`), rank, scale: (parts.weight * alpha) / rank, columns: tensor.dimensions[0] ?? 1 });
    }
    return { name: tensor.name, type: 'F32', dimensions: tensor.dimensions, data: encodeTensorValues('F32', values) };
  });
  await writeGguf(path, { metadata: [...base.header.metadata.values()].map(toWrite), tensors });
}

function addProduct(values: Float32Array, product: { a: Float32Array; b: Float32Array; rank: number; scale: number; columns: number }): void {
  const { a, b, rank, scale, columns } = product;
  for (let index = 0; index < values.length; index += 1) {
    const row = Math.floor(index / columns);
    const column = index % columns;
    let sum = 0;
    for (let k = 0; k < rank; k += 1) sum += (b[row * rank + k] ?? 0) * (a[k * columns + column] ?? 0);
    values[index] = (values[index] ?? 0) + scale * sum;
  }
}

async function openFloats(path: string) {
  const header = await readGgufFile(path, { keptElements: 1e6, keptStringBytes: 1e7, keptTotalBytes: 1e8 });
  const bytes = await readFile(path);
  return {
    header,
    valuesOf(name: string): Float32Array {
      const tensor: GgufTensor | undefined = header.tensors.find((candidate) => candidate.name === name);
      if (tensor?.type.name !== 'F32') throw new Error(`${name} is not an F32 tensor of ${path}`);
      return Float32Array.from({ length: tensor.elementCount }, (_, index) => bytes.readFloatLE(tensor.dataOffset + index * 4));
    },
  };
}

function toWrite(entry: NonNullable<ReturnType<Awaited<ReturnType<typeof readGgufFile>>['metadata']['get']>>): GgufMetadataToWrite {
  const { key, type, elementType, value } = entry;
  if (!entry.complete) throw new Error(`${key} is too long to be copied`);
  if (type !== 'array') return { key, type, value: value as GgufScalar };
  if (elementType === null || elementType === 'array') throw new Error(`${key} has no element type`);
  return { key, type, elementType, value: value as readonly GgufScalar[] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
