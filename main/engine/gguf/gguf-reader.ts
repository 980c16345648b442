import { type ByteSource, withFileSource } from './byte-source.ts';
import { GgufCursor } from './gguf-cursor.ts';
import { GGUF_DEFAULT_ALIGNMENT, GGUF_MAGIC, GGUF_SUPPORTED_VERSIONS } from './gguf-format.ts';
import { DEFAULT_GGUF_LIMITS, type GgufHeader, type GgufLimits, type GgufMetadataEntry, shownText } from './gguf-header.ts';
import { GgufMetadataReader } from './gguf-metadata-reader.ts';
import { GgufRefusal } from './gguf-refusal.ts';
import { readTensors } from './gguf-tensor-reader.ts';

/**
 * Reads and checks the header of a GGUF file that may be hostile. Tensor data is never read.
 * Runs only in disposable job processes.
 * @throws GgufRefusal naming rule, byte and values; errors of node:fs where the file cannot be read.
 */
export async function readGgufFile(path: string, limits: Partial<GgufLimits> = {}): Promise<GgufHeader> {
  return withFileSource(path, (source) => readGguf(source, limits));
}

/**
 * The same from any source of bytes. Memory stays bounded by the limits whatever the file claims; time grows with the bytes
 * that are really there.
 */
export async function readGguf(source: ByteSource, limits: Partial<GgufLimits> = {}): Promise<GgufHeader> {
  const bounds: GgufLimits = { ...DEFAULT_GGUF_LIMITS, ...limits };
  const cursor = new GgufCursor(source);
  await checkMagic(cursor);
  const version = await readVersion(cursor);
  await cursor.fill(16, 'counts');
  const tensorCount = cursor.uint64AsNumber();
  if (tensorCount > bounds.maxTensors) {
    throw new GgufRefusal('too-many-tensors', 8, { tensors: tensorCount, limit: bounds.maxTensors });
  }
  const keyCount = cursor.uint64AsNumber();
  if (keyCount > bounds.maxKeys) throw new GgufRefusal('too-many-keys', 16, { keys: keyCount, limit: bounds.maxKeys });

  const metadataStart = cursor.position;
  const metadata = await new GgufMetadataReader(cursor, bounds).read(keyCount);
  const metadataBytes = cursor.position - metadataStart;
  const alignment = alignmentOf(metadata.get('general.alignment'), bounds);
  const { tensors, dataOffset, endOffset } = await readTensors(cursor, tensorCount, alignment);
  return {
    version,
    sizeBytes: source.sizeBytes,
    alignment,
    metadata,
    tensors,
    metadataBytes,
    dataOffset,
    trailingBytes: Math.max(0, source.sizeBytes - endOffset),
  };
}

async function checkMagic(cursor: GgufCursor): Promise<void> {
  const seen = Math.min(16, cursor.sizeBytes);
  await cursor.fill(seen, 'magic');
  const beginning = cursor.peek(seen);
  if (seen >= 4 && beginning.readUInt32LE(0) === GGUF_MAGIC) {
    cursor.skip(4);
    return;
  }
  // A file cut inside the four letters is a cut file; anything else is not one of ours.
  if ('GGUF'.startsWith(beginning.toString('latin1'))) {
    throw new GgufRefusal('truncated', 0, { reading: 'magic', neededBytes: 4, leftBytes: seen });
  }
  throw new GgufRefusal('not-gguf', 0, {
    begins: shownText(beginning.toString('latin1')),
    looksLike: guessFormat(beginning),
  });
}

/** What people commonly mistake for a GGUF, so that the refusal can say what the file is instead. */
function guessFormat(beginning: Buffer): string {
  const text = beginning.toString('latin1');
  if (text.startsWith('version https:')) return 'git-lfs-pointer';
  if (text.startsWith('PK\x03\x04')) return 'zip-or-pytorch';
  if (text.startsWith('\x1f\x8b')) return 'gzip';
  if (/^(lmgg|tjgg|fmgg|algg)/.test(text)) return 'old-ggml';
  if (/^\s*<(!|html)/i.test(text)) return 'web-page';
  if (beginning.length > 8 && beginning[8] === 0x7b && beginning.readUInt32LE(4) === 0) return 'safetensors';
  if (beginning.every((byte) => byte === 0)) return 'zeros';
  return 'unknown';
}

async function readVersion(cursor: GgufCursor): Promise<number> {
  await cursor.fill(4, 'version');
  const version = cursor.uint32();
  if (GGUF_SUPPORTED_VERSIONS.includes(version)) return version;
  // Version 3 written by a big-endian machine reads as 0x03000000.
  if (version !== 0 && (version & 0xffff) === 0) throw new GgufRefusal('big-endian', 4, { version });
  throw new GgufRefusal('version', 4, { version });
}

function alignmentOf(entry: GgufMetadataEntry | undefined, bounds: GgufLimits): number {
  if (entry === undefined) return GGUF_DEFAULT_ALIGNMENT;
  if (entry.type !== 'uint32' || typeof entry.value !== 'number') {
    throw new GgufRefusal('wrong-type', entry.byteOffset, { key: entry.key, type: entry.type, expected: 'uint32' });
  }
  const alignment = entry.value;
  const isPowerOfTwo = alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment < bounds.minAlignment || alignment > bounds.maxAlignment) {
    throw new GgufRefusal('alignment', entry.byteOffset, {
      alignment,
      smallest: bounds.minAlignment,
      largest: bounds.maxAlignment,
    });
  }
  return alignment;
}
