import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import { bufferSource } from './byte-source.ts';
import { allGgmlTypes, tensorSizeBytes } from './gguf-format.ts';
import { readGguf, readGgufFile } from './gguf-reader.ts';
import { encodeGguf, type GgufMetadataToWrite, type GgufTensorToWrite, writeGguf } from './gguf-writer.ts';

const EVERY_TYPE: readonly GgufMetadataToWrite[] = [
  { key: 'a.uint8', type: 'uint8', value: 255 },
  { key: 'a.int8', type: 'int8', value: -128 },
  { key: 'a.uint16', type: 'uint16', value: 65_535 },
  { key: 'a.int16', type: 'int16', value: -32_768 },
  { key: 'a.uint32', type: 'uint32', value: 4_294_967_295 },
  { key: 'a.int32', type: 'int32', value: -2_147_483_648 },
  { key: 'a.float32', type: 'float32', value: 0.5 },
  { key: 'a.float64', type: 'float64', value: Math.PI },
  { key: 'a.uint64', type: 'uint64', value: 2n ** 64n - 1n },
  { key: 'a.int64', type: 'int64', value: -(2n ** 63n) },
  { key: 'a.bool', type: 'bool', value: true },
  { key: 'a.string', type: 'string', value: '病院 🏥' },
  { key: 'a.empty', type: 'string', value: '' },
  { key: 'a.strings', type: 'array', elementType: 'string', value: ['one', '', '三'] },
  { key: 'a.numbers', type: 'array', elementType: 'int16', value: [-1, 0, 1] },
  { key: 'a.bools', type: 'array', elementType: 'bool', value: [true, false] },
  { key: 'a.none', type: 'array', elementType: 'uint32', value: [] },
];

describe('round trip through the reader', () => {
  it('keeps every value type', async () => {
    const { metadata } = await readGguf(bufferSource(encodeGguf({ metadata: EVERY_TYPE, tensors: [] })));
    expect([...metadata.values()].map(({ key, value }) => ({ key, value }))).toEqual(
      EVERY_TYPE.map(({ key, value }) => ({ key, value })),
    );
  });

  it('keeps every tensor type, at any alignment and version', async () => {
    const random = seededRandom(3);
    const tensors = allGgmlTypes().map((type, index): GgufTensorToWrite => {
      const dimensions = [type.blockSize * (1 + (index % 3)), 1 + (index % 5)];
      const length = tensorSizeBytes(type, (dimensions[0] ?? 1) * (dimensions[1] ?? 1));
      return { name: `tensor.${type.name}`, type: type.name, dimensions, data: Buffer.alloc(length, random.below(256)) };
    });
    for (const alignment of [8, 32, 4096]) {
      const bytes = encodeGguf({ metadata: [], tensors, alignment, version: 2 });
      const header = await readGguf(bufferSource(bytes));
      expect(header).toMatchObject({ alignment, version: 2, trailingBytes: 0 });
      for (const [index, tensor] of header.tensors.entries()) {
        expect(tensor.dataOffset % alignment).toBe(0);
        expect(bytes.subarray(tensor.dataOffset, tensor.dataOffset + tensor.sizeBytes)).toEqual(tensors[index]?.data);
      }
    }
  });
});

describe('writing to a disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-gguf-writer-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('streams pieces into the same bytes as in memory', async () => {
    const path = join(folder, 'model.gguf');
    const data = Buffer.from(Array.from({ length: 48 }, (_, index) => index));
    const tensor = { name: 'a', type: 'F32', dimensions: [12] };
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield data.subarray(0, 5);
      yield await Promise.resolve(data.subarray(5));
    }
    await writeGguf(path, { metadata: EVERY_TYPE, tensors: [{ ...tensor, data: pieces }] });
    expect(await readFile(path)).toEqual(encodeGguf({ metadata: EVERY_TYPE, tensors: [{ ...tensor, data }] }));
    expect((await readGgufFile(path)).tensors).toHaveLength(1);
  });

  it('leaves nothing behind when the data fails or has the wrong length', async () => {
    const path = join(folder, 'model.gguf');
    const failing = (): Iterable<Uint8Array> => {
      throw new Error('source is gone');
    };
    const tensor = { name: 'a', type: 'F32', dimensions: [12] };
    await expect(writeGguf(path, { metadata: [], tensors: [{ ...tensor, data: failing }] })).rejects.toThrow('source is gone');
    await expect(writeGguf(path, { metadata: [], tensors: [{ ...tensor, data: Buffer.alloc(47) }] })).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps the old file when writing its replacement fails', async () => {
    const path = join(folder, 'model.gguf');
    await writeGguf(path, { metadata: EVERY_TYPE, tensors: [] });
    const before = await readFile(path);
    const tensor = { name: 'a', type: 'F32', dimensions: [12], data: Buffer.alloc(1) };
    await expect(writeGguf(path, { metadata: [], tensors: [tensor] })).rejects.toThrow(RangeError);
    expect(await readFile(path)).toEqual(before);
  });
});
