import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { GgufRefusal } from './gguf-refusal.ts';

/**
 * Random access to bytes, as the reader needs it. `read` gives at most `length` bytes from `offset`, fewer only at the end;
 * what it returns is valid until the next `read` (a source may reuse its buffer).
 */
export interface ByteSource {
  readonly sizeBytes: number;
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A source over bytes already in memory. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/**
 * Opens a regular file as a source, hands it to `use` and closes it again. Symbolic links, devices, pipes and folders are
 * refused before they are opened: a link could point at another file by the time it is loaded, a pipe would block.
 * @throws GgufRefusal `not-a-regular-file`; the errors of node:fs (ENOENT, EACCES, EIO) as they are.
 */
export async function withFileSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const seen = await lstat(path);
  if (!seen.isFile()) throw new GgufRefusal('not-a-regular-file', 0, { kind: kindOf(seen) });
  // O_NOFOLLOW and O_NONBLOCK close the gap between lstat and open; both are absent (undefined) on Windows.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags);
  try {
    const opened = await handle.stat();
    if (!opened.isFile()) throw new GgufRefusal('not-a-regular-file', 0, { kind: kindOf(opened) });
    let buffer: Buffer = Buffer.alloc(0);
    const source: ByteSource = {
      sizeBytes: opened.size,
      async read(offset, length) {
        if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
    };
    return await use(source);
  } finally {
    await handle.close();
  }
}

interface FileKind {
  isSymbolicLink(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

function kindOf(stats: FileKind): string {
  if (stats.isSymbolicLink()) return 'symbolic-link';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  if (stats.isSocket()) return 'socket';
  return 'device';
}
