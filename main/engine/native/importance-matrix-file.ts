import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { ExpectedError, throwFileError } from '../../kernel/errors.ts';
import type { GgufHeader, GgufTensor } from '../gguf/gguf-header.ts';
import { readGgufFile } from '../gguf/gguf-reader.ts';
import { GgufRefusal } from '../gguf/gguf-refusal.ts';
import { writeGguf } from '../gguf/gguf-writer.ts';

/** How much each input of one weight matrix matters. */
export interface ImportanceEntry {
  /** The tensor's name in the model: "blk.0.ffn_down.weight". */
  name: string;
  /** Sums of the squared inputs: one row of equal length for each count (one, or one for each expert). */
  sums: Float32Array;
  /** Tokens each row was summed over. */
  counts: Float32Array;
}

/** What llama-imatrix writes (tools/imatrix/imatrix.cpp, save_imatrix). */
export interface ImportanceMatrixFile {
  entries: ImportanceEntry[];
  /** Names of the texts it was computed from. */
  datasets: string[];
  /** Windows of text, and tokens in each; the old format does not tell the latter: 0. */
  chunks: number;
  contextSize: number;
  format: 'gguf' | 'old';
}

/** What the quantizer is given for one tensor. */
export interface TensorImportance {
  name: string;
  values: Float32Array;
}

const sumsSuffix = '.in_sum2';
const countsSuffix = '.counts';
/** The largest published models need a quarter of this; it is read into memory. */
const sizeLimitBytes = 4 * 1024 ** 3;
const countLimit = 65_536;

/**
 * Reads an importance matrix in llama-imatrix's GGUF format or its old `.dat` format, as common/imatrix-loader.cpp does. The file
 * may be hostile: call it in a job process. Raises IMPORTANCE_MATRIX_UNREADABLE, PATH_NOT_FOUND, PATH_NOT_READABLE.
 */
export async function readImportanceMatrixFile(path: string): Promise<ImportanceMatrixFile> {
  const unreadable = (detail: string): ExpectedError => new ExpectedError('IMPORTANCE_MATRIX_UNREADABLE', { path, detail });
  const handle = await open(path, 'r').catch((error: unknown) => throwFileError(error, path));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new ExpectedError('NOT_A_REGULAR_FILE', { path });
    if (stat.size > sizeLimitBytes) throw unreadable(`${stat.size} bytes`);
    const magic = await bytesAt(handle, 0, Math.min(4, stat.size));
    const file = Buffer.from(magic).toString('latin1') === 'GGUF' ? await readGgufFormat(path, handle, unreadable) : await readOldFormat(handle, stat.size, unreadable);
    checkEntries(file.entries, unreadable);
    return file;
  } finally {
    await handle.close();
  }
}

type Unreadable = (detail: string) => ExpectedError;

async function readGgufFormat(path: string, handle: FileHandle, unreadable: Unreadable): Promise<ImportanceMatrixFile> {
  const header = await readGgufFile(path).catch((error: unknown) => {
    if (error instanceof GgufRefusal) throw unreadable(`${error.rule} at byte ${error.byteOffset}`);
    return throwFileError(error, path);
  });
  const datasets = header.metadata.get('imatrix.datasets');
  const chunks = numberOf(header, 'imatrix.chunk_count');
  const contextSize = numberOf(header, 'imatrix.chunk_size');
  // llama-quantize refuses a file without any of these three too.
  if (datasets?.type !== 'array' || datasets.elementType !== 'string' || chunks === null || contextSize === null) throw unreadable('imatrix.datasets, imatrix.chunk_count, imatrix.chunk_size');
  const sums = new Map<string, GgufTensor>();
  const counts = new Map<string, GgufTensor>();
  for (const tensor of header.tensors) {
    if (tensor.name.endsWith(sumsSuffix)) sums.set(tensor.name.slice(0, -sumsSuffix.length), tensor);
    else if (tensor.name.endsWith(countsSuffix)) counts.set(tensor.name.slice(0, -countsSuffix.length), tensor);
  }
  const unmatched = [...counts.keys()].find((name) => !sums.has(name));
  if (unmatched !== undefined) throw unreadable(`${unmatched}${sumsSuffix}`);
  const entries: ImportanceEntry[] = [];
  for (const [name, sum] of sums) {
    const count = counts.get(name);
    if (count === undefined) throw unreadable(`${name}${countsSuffix}`);
    if (sum.type.name !== 'F32' || count.type.name !== 'F32') throw unreadable(`${name}: ${sum.type.name}`);
    entries.push({ name, sums: await floatsAt(handle, sum), counts: (await floatsAt(handle, count)).map(Math.round) });
  }
  return { entries, datasets: (datasets.value as readonly unknown[]).map(String), chunks, contextSize, format: 'gguf' };
}

/** int32 count, then for each entry name, calls, values; then perhaps the chunks and the name of the text (save_imatrix_legacy). */
async function readOldFormat(handle: FileHandle, sizeBytes: number, unreadable: Unreadable): Promise<ImportanceMatrixFile> {
  let position = 0;
  const take = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (length < 0 || position + length > sizeBytes) throw unreadable(`byte ${position}`);
    const bytes = await bytesAt(handle, position, length);
    position += length;
    return bytes;
  };
  const int32 = async (): Promise<number> => Buffer.from(await take(4)).readInt32LE(0);
  const entryCount = await int32();
  if (entryCount < 1 || entryCount > countLimit) throw unreadable('byte 0');
  const entries: ImportanceEntry[] = [];
  for (let index = 0; index < entryCount; index += 1) {
    const nameLength = await int32();
    if (nameLength < 1 || nameLength > 255) throw unreadable(`byte ${position - 4}`);
    const name = Buffer.from(await take(nameLength)).toString('utf8');
    const calls = await int32();
    const values = await int32();
    if (values < 1) throw unreadable(`byte ${position - 4}`);
    // It holds means × calls and is divided by the calls: kept as sums and counts of the new format, the quotient is the same.
    entries.push({ name, sums: new Float32Array((await take(values * 4)).buffer), counts: Float32Array.of(Math.max(1, calls)) });
  }
  const chunks = position + 4 <= sizeBytes ? await int32() : 0;
  const nameLength = position + 4 <= sizeBytes ? await int32() : 0;
  const dataset = nameLength > 0 && nameLength < 4096 && position + nameLength <= sizeBytes ? Buffer.from(await take(nameLength)).toString('utf8') : null;
  return { entries, datasets: dataset === null ? [] : [dataset], chunks: Math.max(0, chunks), contextSize: 0, format: 'old' };
}

/** What would make the quantizer divide wrongly or fail in the middle. */
function checkEntries(entries: readonly ImportanceEntry[], unreadable: Unreadable): void {
  if (entries.length === 0) throw unreadable('0');
  const seen = new Set<string>();
  for (const { name, sums, counts } of entries) {
    if (seen.has(name)) throw unreadable(`${name} ×2`);
    seen.add(name);
    if (counts.length === 0 || sums.length === 0 || sums.length % counts.length !== 0) throw unreadable(`${name}: ${sums.length} / ${counts.length}`);
    if (!sums.every(Number.isFinite) || !counts.every(Number.isFinite)) throw unreadable(`${name}: NaN`);
  }
}

/** Writes the GGUF format, byte for byte as llama-imatrix does from the same sums: entries sorted by name. Raises what writeGguf raises. */
export async function writeImportanceMatrixFile(path: string, file: Omit<ImportanceMatrixFile, 'format'>): Promise<void> {
  const sorted = [...file.entries].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  await writeGguf(path, {
    metadata: [
      { key: 'general.type', type: 'string', value: 'imatrix' },
      { key: 'imatrix.datasets', type: 'array', elementType: 'string', value: file.datasets },
      { key: 'imatrix.chunk_count', type: 'uint32', value: file.chunks },
      { key: 'imatrix.chunk_size', type: 'uint32', value: file.contextSize },
    ],
    tensors: sorted.flatMap(({ name, sums, counts }) => {
      const rows = counts.length;
      const shape = (length: number): number[] => (rows === 1 ? [length] : [length, rows]);
      return [
        { name: `${name}${sumsSuffix}`, type: 'F32', dimensions: shape(sums.length / rows), data: bytesOf(sums) },
        { name: `${name}${countsSuffix}`, type: 'F32', dimensions: shape(1), data: bytesOf(counts) },
      ];
    }),
  });
}

/** The mean of the squared inputs of each row; 1 everywhere for a row that was never seen (tools/quantize/quantize.cpp, load_imatrix). */
export function tensorImportances(file: Pick<ImportanceMatrixFile, 'entries'>): TensorImportance[] {
  return file.entries.map(({ name, sums, counts }) => {
    const values = new Float32Array(new ArrayBuffer(sums.byteLength)); // an ArrayBuffer of its own: its address is handed to llama.cpp
    const length = sums.length / counts.length;
    for (const [row, count] of counts.entries()) {
      for (let index = row * length; index < (row + 1) * length; index += 1) values[index] = count > 0 ? (sums[index] ?? 0) / count : 1;
    }
    return { name, values };
  });
}

function numberOf(header: GgufHeader, key: string): number | null {
  const entry = header.metadata.get(key);
  return entry?.type === 'uint32' && typeof entry.value === 'number' ? entry.value : null;
}

async function floatsAt(handle: FileHandle, tensor: GgufTensor): Promise<Float32Array> {
  return new Float32Array((await bytesAt(handle, tensor.dataOffset, tensor.sizeBytes)).buffer);
}

/** Reads exactly `length` bytes into memory of their own. */
async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, 1 << 30), position + done);
    if (bytesRead === 0) throw new RangeError(`the file ends before byte ${position + length}`);
    done += bytesRead;
  }
  return bytes;
}

function bytesOf(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
