import type { QuantizeOptions } from '../../contract/quantization.contract.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { GGUF_DEFAULT_ALIGNMENT, ggmlTypeNamed } from '../gguf/gguf-format.ts';
import type { GgufHeader, GgufTensor } from '../gguf/gguf-header.ts';
import { readModelHeaders } from '../gguf/split-files.ts';
import { readImportanceMatrixFile, tensorImportances } from './importance-matrix-file.ts';
import type { TensorImportance } from './importance-matrix-file.ts';
import type { LlamaLibrary } from './llama-library.ts';
import type { NativeLog } from './native-log.ts';
import { quantizableTypeNamed, quantizationTypeNamed } from './quantization-types.ts';
import { importanceKeys, quantize } from './quantize.ts';
import type { QuantizeOrder } from './quantize.ts';
import type { QuantizedTensor } from './quantize-log.ts';
import { quantizedFileBytes } from './quantized-size.ts';

/** What is to become of a model; 'COPY' keeps the types and is for leaving out blocks. */
export interface QuantizeWish {
  modelPath: string;
  type: string;
  options: QuantizeOptions;
  /** The kept file of the matrix, and the name that the new model's metadata will give it. */
  matrix: { path: string; fileName: string } | null;
  pruneLayers: readonly number[];
  /** False refuses a type that needs a matrix and has none; true lets a plan show it. */
  withoutNeededMatrix: boolean;
  threads: number;
}

/** Everything known before a byte is written. */
export interface QuantizePreparation {
  order: QuantizeOrder;
  tensors: QuantizedTensor[];
  /** Exact size of the file to be. */
  sizeBytes: number;
  /** By tensor name as written, which pruning changes: bytes read from the source for it. */
  sourceBytesOf: ReadonlyMap<string, number>;
  bitsPerWeight: number;
  needsMatrix: boolean;
}

/**
 * Checks a wish and lets the library itself say what would become of each tensor (dry run).
 * Raises QUANTIZATION_REFUSED, IMPORTANCE_MATRIX_MISMATCH, IMPORTANCE_MATRIX_UNREADABLE; GgufRefusal; NativeFailure in the library's words.
 */
export async function prepareQuantization(library: LlamaLibrary, log: NativeLog, wish: QuantizeWish): Promise<QuantizePreparation> {
  const { headers } = await readModelHeaders(wish.modelPath);
  const [first] = headers;
  if (first === undefined) throw new RangeError(`${wish.modelPath} has no parts`);
  const tensors = headers.flatMap((header) => header.tensors);
  const order = await orderOf(wish, { first, tensors });
  const planned = await quantize(library, log, { ...order, dryRun: true });
  const needsMatrix = planned.log.includes('will require an imatrix');
  if (needsMatrix && !wish.withoutNeededMatrix) throw refused(wish.type, 'matrix-required', '');
  if (order.type !== 'copy' && planned.tensors.every(({ from, to }) => from === to)) throw refused(wish.type, 'nothing-to-do', '');
  const added = order.importance === null ? [] : importanceKeys(order.importance);
  const weights = planned.tensors.reduce((sum, { dimensions }) => sum + elementsOf(dimensions), 0);
  const bits = planned.tensors.reduce((sum, { dimensions, to }) => sum + elementsOf(dimensions) * bitsOf(to), 0);
  return {
    order,
    tensors: planned.tensors,
    sizeBytes: quantizedFileBytes(first, planned.tensors, added),
    sourceBytesOf: new Map(planned.tensors.map(({ name, dimensions, from }) => [name, (elementsOf(dimensions) * bitsOf(from)) / 8])),
    bitsPerWeight: weights === 0 ? 0 : bits / weights,
    needsMatrix,
  };
}

async function orderOf(wish: QuantizeWish, { first, tensors }: { first: GgufHeader; tensors: readonly GgufTensor[] }): Promise<QuantizeOrder> {
  const { type: typeName, options } = wish;
  const type = typeName === 'COPY' ? 'copy' : quantizationTypeNamed(typeName)?.ftype;
  if (type === undefined) throw refused(typeName, 'unknown-type', typeName);
  // The quantizer pads by 32 whatever the model says, and its file could not be read again.
  if (first.alignment !== GGUF_DEFAULT_ALIGNMENT) throw refused(typeName, 'library-refused', `general.alignment ${first.alignment}`);
  const overrides = options.overrides.map(({ pattern, type: wanted }) => ({ pattern: checkedPattern(typeName, pattern), type: typeIdOf(typeName, wanted) }));
  const matrix = wish.matrix === null ? null : await readImportanceMatrixFile(wish.matrix.path);
  const importances = matrix === null ? [] : tensorImportances(matrix);
  checkImportances(importances, tensors, matrix !== null);
  return {
    inputPath: wish.modelPath,
    outputPath: '',
    type,
    outputTensorType: chosenType(typeName, options.outputTensorType, tensors.find(({ name }) => name === 'output.weight')),
    tokenEmbeddingType: chosenType(typeName, options.tokenEmbeddingType, tensors.find(({ name }) => name === 'token_embd.weight')),
    overrides,
    pure: options.pure,
    leaveOutputTensor: options.leaveOutputTensor,
    // Whether a quantized model may be quantized again was asked before.
    allowRequantize: true,
    pruneLayers: wish.pruneLayers,
    importance:
      matrix === null || wish.matrix === null
        ? null
        : { tensors: importances, fileName: wish.matrix.fileName, dataset: matrix.datasets[0] ?? null, chunks: matrix.chunks },
    dryRun: false,
    threads: wish.threads,
  };
}

/** A matrix must fit wherever the model has a tensor of the same name, and fit somewhere. Raises IMPORTANCE_MATRIX_MISMATCH. */
export function checkImportances(importances: readonly TensorImportance[], tensors: readonly GgufTensor[], given = true): void {
  if (!given) return;
  const byName = new Map(importances.map(({ name, values }) => [name, values.length]));
  let matching = 0;
  for (const { name, dimensions } of tensors) {
    const matrixSize = byName.get(name);
    if (matrixSize === undefined) continue;
    const tensorSize = (dimensions[0] ?? 0) * (dimensions[2] ?? 1);
    // llama.cpp passes over the token embeddings here: matrices computed elsewhere may have another idea of them.
    if (matrixSize !== tensorSize && name !== 'token_embd.weight') throw new ExpectedError('IMPORTANCE_MATRIX_MISMATCH', { tensor: name, matrixSize, tensorSize });
    matching += 1;
  }
  if (matching > 0) return;
  const wanting = tensors.find(({ name, dimensions }) => name.startsWith('blk.') && dimensions.length > 1);
  throw new ExpectedError('IMPORTANCE_MATRIX_MISMATCH', { tensor: wanting?.name ?? '', matrixSize: 0, tensorSize: wanting?.dimensions[0] ?? 0 });
}

/** What JavaScript has since learned and the library's std::regex (ECMAScript 3) has not: some of it ends the process. */
const NEWER_SYNTAX = /\(\?[^:=!]|\\[pk]|\\u\{|\[\[[:.=]/;

/** llama-quantize makes them lower case. */
function checkedPattern(typeName: string, pattern: string): string {
  const lower = pattern.toLowerCase();
  if (NEWER_SYNTAX.test(lower)) throw refused(typeName, 'bad-pattern', pattern);
  try {
    ''.search(lower); // only to see whether it is one
    return lower;
  } catch {
    throw refused(typeName, 'bad-pattern', pattern);
  }
}

function typeIdOf(typeName: string, name: string): number {
  const found = quantizableTypeNamed(name);
  if (found === null) throw refused(typeName, 'unknown-tensor-type', name);
  return found.id;
}

/** The library takes these two without a look at the tensor's shape, and ends in an assertion when its rows do not divide. */
function chosenType(typeName: string, name: string | null, tensor: GgufTensor | undefined): number | null {
  if (name === null) return null;
  const id = typeIdOf(typeName, name);
  const blockSize = quantizableTypeNamed(name)?.blockSize ?? 1;
  const columns = tensor?.dimensions[0] ?? 0;
  if (columns % blockSize !== 0) throw refused(typeName, 'library-refused', `${tensor?.name ?? ''}: ${columns} % ${blockSize} ≠ 0 (${name})`);
  return id;
}

function refused(type: string, reason: 'unknown-type' | 'unknown-tensor-type' | 'bad-pattern' | 'matrix-required' | 'nothing-to-do' | 'library-refused', detail: string): ExpectedError {
  return new ExpectedError('QUANTIZATION_REFUSED', { type, reason, detail });
}

function elementsOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => product * dimension, 1);
}

function bitsOf(typeName: string): number {
  const type = ggmlTypeNamed(typeName);
  return type === null ? 0 : (type.blockBytes * 8) / type.blockSize;
}
