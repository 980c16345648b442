import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { cancelled, ExpectedError, throwFileError } from './errors.ts';

/** Two such buffers in turn read at the speed of the disk while the other is hashed (measured: 1.84 GB/s against 0.65). */
const chunkBytes = 4 * 1024 * 1024;

export interface ReadThroughOptions {
  path: string;
  signal: AbortSignal;
  /** Where to write the same bytes, or null to hash only. */
  copyTo: string | null;
  /** Called after each chunk with the bytes done so far in this file. */
  onProgress: (doneBytes: number) => void;
}

/**
 * Reads a file once from start to end: SHA-256 in lower-case hex, and a copy on the way where one is asked for (flushed to
 * disk before it counts). Raises CANCELLED, FILE_CHANGED_DURING_IMPORT, DISK_FULL, PATH_NOT_READABLE, PATH_NOT_FOUND.
 */
export async function readThrough({ path, signal, copyTo, onProgress }: ReadThroughOptions): Promise<{ sha256: string; sizeBytes: number }> {
  let source: FileHandle;
  try {
    source = await open(path, 'r');
  } catch (error) {
    throwFileError(error, path);
  }
  let target: FileHandle | null = null;
  try {
    const before = await source.stat();
    if (copyTo !== null) target = await open(copyTo, 'wx', 0o400).catch((error: unknown) => throwFileError(error, copyTo));
    const sha = createHash('sha256');
    const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)] as const;
    let done = 0;
    let turn: 0 | 1 = 0;
    let reading = source.read(buffers[0], 0, chunkBytes, 0);
    for (;;) {
      const { bytesRead } = await reading.catch((error: unknown) => throwFileError(error, path));
      if (signal.aborted) throw cancelled();
      if (bytesRead === 0) break;
      const filled = buffers[turn].subarray(0, bytesRead);
      const offset = done;
      done += bytesRead;
      turn = turn === 0 ? 1 : 0;
      reading = source.read(buffers[turn], 0, chunkBytes, done);
      reading.catch(() => undefined); // awaited in the next round, or dropped with the file when this round fails
      const writing = target === null || copyTo === null ? null : writeAll({ target, path: copyTo }, filled, offset);
      sha.update(filled);
      await writing;
      onProgress(done);
    }
    const after = await source.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs || done !== before.size) {
      throw new ExpectedError('FILE_CHANGED_DURING_IMPORT', { path });
    }
    if (target !== null && copyTo !== null) await target.sync().catch((error: unknown) => throwFileError(error, copyTo));
    return { sha256: sha.digest('hex'), sizeBytes: done };
  } finally {
    await source.close();
    await target?.close();
  }
}

async function writeAll({ target, path }: { target: FileHandle; path: string }, bytes: Buffer, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const step = await target.write(bytes, written, bytes.length - written, offset + written).catch((error: unknown) => throwFileError(error, path));
    written += step.bytesWritten;
  }
}

/** Digest of a model: the file's own SHA-256, or for a split model the SHA-256 over its parts' digests, one a line. */
export function modelDigest(partDigests: readonly string[]): string {
  const [only] = partDigests;
  if (only !== undefined && partDigests.length === 1) return only;
  return createHash('sha256').update(partDigests.map((digest) => `${digest}\n`).join('')).digest('hex');
}
