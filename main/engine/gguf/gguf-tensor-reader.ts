import type { GgufCursor } from './gguf-cursor.ts';
import { alignUp, GGML_MAX_DIMENSIONS, GGML_MAX_NAME_BYTES, type GgmlType, ggmlTypeOf, tensorSizeBytes } from './gguf-format.ts';
import { type GgufTensor, shownText } from './gguf-header.ts';
import { GgufRefusal } from './gguf-refusal.ts';

/** A tensor as described in the header, its offset still counted from the start of the data and not yet believed. */
interface DescribedTensor {
  readonly name: string;
  readonly type: GgmlType;
  readonly dimensions: readonly number[];
  readonly elementCount: number;
  readonly sizeBytes: number;
  readonly relativeOffset: number;
  readonly offsetByte: number;
  readonly byteOffset: number;
}

/**
 * Reads `tensorCount` tensor descriptions from the cursor on and checks that their data lies aligned, without gap or overlap,
 * and inside the file.
 * @throws GgufRefusal for everything that is not exactly what llama.cpp lays out.
 */
export async function readTensors(
  cursor: GgufCursor,
  tensorCount: number,
  alignment: number,
): Promise<{ tensors: readonly GgufTensor[]; dataOffset: number; endOffset: number }> {
  const described: DescribedTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index += 1) {
    const tensor = await readDescription(cursor, index);
    if (names.has(tensor.name)) {
      throw new GgufRefusal('duplicate-tensor', tensor.byteOffset, { tensor: shownText(tensor.name), index });
    }
    names.add(tensor.name);
    described.push(tensor);
  }
  if (tensorCount === 0) return { tensors: [], dataOffset: cursor.position, endOffset: cursor.position };
  const dataOffset = alignUp(cursor.position, alignment);
  cursor.require(dataOffset - cursor.position, 'padding before the tensor data');
  return placeTensors(described, { dataOffset, alignment, fileBytes: cursor.sizeBytes });
}

async function readDescription(cursor: GgufCursor, index: number): Promise<DescribedTensor> {
  const byteOffset = cursor.position;
  const name = await readName(cursor, index);
  const tensor = shownText(name);
  if (!cursor.has(4)) await cursor.fill(4, 'number of dimensions');
  const dimensionCount = cursor.uint32();
  if (dimensionCount < 1 || dimensionCount > GGML_MAX_DIMENSIONS) {
    throw new GgufRefusal('dimension-count', cursor.position - 4, { tensor, dimensions: dimensionCount });
  }
  const dimensions: number[] = [];
  let elementCount = 1;
  for (let dimension = 0; dimension < dimensionCount; dimension += 1) {
    const at = cursor.position;
    if (!cursor.has(8)) await cursor.fill(8, 'dimension');
    const size = cursor.uint64AsNumber();
    if (size < 1 || size > Number.MAX_SAFE_INTEGER) {
      throw new GgufRefusal('dimension-range', at, { tensor, dimension, size });
    }
    elementCount *= size;
    if (elementCount > Number.MAX_SAFE_INTEGER) {
      throw new GgufRefusal('element-count', at, { tensor, elements: elementCount });
    }
    dimensions.push(size);
  }
  const type = await readTensorType(cursor, tensor);
  const rowLength = dimensions[0] ?? 0;
  if (rowLength % type.blockSize !== 0) {
    throw new GgufRefusal('block-size', cursor.position - 4, {
      tensor,
      type: type.name,
      rowLength,
      blockSize: type.blockSize,
    });
  }
  const offsetByte = cursor.position;
  if (!cursor.has(8)) await cursor.fill(8, 'tensor offset');
  const relativeOffset = cursor.uint64AsNumber();
  const sizeBytes = tensorSizeBytes(type, elementCount);
  return { name, type, dimensions, elementCount, sizeBytes, relativeOffset, offsetByte, byteOffset };
}

async function readName(cursor: GgufCursor, index: number): Promise<string> {
  const offset = cursor.position;
  if (!cursor.has(8)) await cursor.fill(8, 'length of a tensor name');
  const length = cursor.uint64AsNumber();
  if (length < 1 || length > GGML_MAX_NAME_BYTES) {
    throw new GgufRefusal('tensor-name', offset, { index, lengthBytes: length, limitBytes: GGML_MAX_NAME_BYTES });
  }
  if (!cursor.has(length)) await cursor.fill(length, 'tensor name');
  const bytes = cursor.take(length);
  const wrong = bytes.findIndex((byte) => byte < 0x21 || byte > 0x7e);
  if (wrong !== -1) {
    throw new GgufRefusal('tensor-name', offset + 8 + wrong, { index, byte: bytes[wrong] ?? 0 });
  }
  return bytes.toString('latin1');
}

async function readTensorType(cursor: GgufCursor, tensor: string): Promise<GgmlType> {
  if (!cursor.has(4)) await cursor.fill(4, 'tensor type');
  const typeId = cursor.uint32();
  const type = ggmlTypeOf(typeId);
  if (type === null) throw new GgufRefusal('unknown-tensor-type', cursor.position - 4, { tensor, typeId });
  return type;
}

interface DataSection {
  readonly dataOffset: number;
  readonly alignment: number;
  readonly fileBytes: number;
}

function placeTensors(
  described: readonly DescribedTensor[],
  section: DataSection,
): { tensors: readonly GgufTensor[]; dataOffset: number; endOffset: number } {
  const { dataOffset, alignment, fileBytes } = section;
  const tensors: GgufTensor[] = [];
  let expected = 0;
  for (const { relativeOffset, offsetByte, ...tensor } of described) {
    const shown = { tensor: shownText(tensor.name), offset: relativeOffset };
    if (dataOffset + relativeOffset + tensor.sizeBytes > fileBytes) {
      throw new GgufRefusal('tensor-out-of-file', offsetByte, {
        ...shown,
        endOffset: dataOffset + relativeOffset + tensor.sizeBytes,
        fileBytes,
      });
    }
    if (relativeOffset % alignment !== 0) throw new GgufRefusal('offset-unaligned', offsetByte, { ...shown, alignment });
    if (relativeOffset < expected) throw new GgufRefusal('overlap', offsetByte, { ...shown, expected });
    if (relativeOffset > expected) throw new GgufRefusal('gap', offsetByte, { ...shown, expected });
    tensors.push({ ...tensor, dataOffset: dataOffset + relativeOffset });
    expected = alignUp(relativeOffset + tensor.sizeBytes, alignment);
  }
  return { tensors, dataOffset, endOffset: dataOffset + expected };
}
