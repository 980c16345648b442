import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled, ExpectedError, isCancelled, throwFileError } from '../kernel/errors.ts';
import { freeBytesAt } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';

interface Upload {
  fileName: string;
  sizeBytes: number;
  clientId: string;
  state: 'expected' | 'receiving' | 'received';
}

/**
 * Files dragged into a browser have no path for us: their bytes come by HTTP to the console host and wait in
 * `uploads/<id>/` for their import. Nothing survives a restart.
 */
export interface Uploads {
  /** Raises DISK_FULL when the file would not fit. */
  begin(clientId: string, file: { fileName: string; sizeBytes: number }): Promise<string>;
  /** Receives the body. Raises NOT_FOUND for an unknown, foreign or already used upload, WRONG_INPUT when the length differs. */
  receive(uploadId: string, clientId: string, body: Readable): Promise<void>;
  /** Path of a received file. Raises NOT_FOUND. */
  pathOf(uploadId: string): string;
  discard(uploadId: string): Promise<void>;
  /** Removes what an earlier run left. */
  sweep(): Promise<void>;
}

export function createUploads(folder: string): Uploads {
  const uploads = new Map<string, Upload>();
  const folderOf = (id: string): string => join(folder, id);
  const notFound = (id: string) => new ExpectedError('NOT_FOUND', { what: 'upload', id });
  const discard = async (id: string): Promise<void> => {
    uploads.delete(id);
    await rm(folderOf(id), { recursive: true, force: true });
  };
  return {
    async begin(clientId, { fileName, sizeBytes }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const freeBytes = await freeBytesAt(folder);
      const neededBytes = sizeBytes + 64 * 1024 * 1024;
      if (freeBytes < neededBytes) throw new ExpectedError('DISK_FULL', { path: folder, neededBytes, freeBytes });
      const id = newId('upl');
      uploads.set(id, { fileName: safeName(fileName), sizeBytes, clientId, state: 'expected' });
      return id;
    },
    async receive(uploadId, clientId, body) {
      const upload = uploads.get(uploadId);
      if (upload === undefined || upload.clientId !== clientId || upload.state !== 'expected') throw notFound(uploadId);
      upload.state = 'receiving';
      const path = join(folderOf(uploadId), upload.fileName);
      try {
        await mkdir(folderOf(uploadId), { recursive: true, mode: 0o700 });
        await pipeline(limited(body, upload.sizeBytes), createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: 1 << 20 }));
        const { size } = await stat(path);
        if (size !== upload.sizeBytes) throw wrongLength(upload.sizeBytes, size);
        upload.state = 'received';
      } catch (error) {
        await discard(uploadId);
        if (isCancelled(error) || (error as { code?: string }).code === 'ECONNRESET' || (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE') {
          throw cancelled();
        }
        throwFileError(error, path);
      }
    },
    pathOf(uploadId) {
      const upload = uploads.get(uploadId);
      if (upload?.state !== 'received') throw notFound(uploadId);
      return join(folderOf(uploadId), upload.fileName);
    },
    discard,
    async sweep() {
      uploads.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function safeName(fileName: string): string {
  const name = basename(fileName.replaceAll('\\', '/')).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  return name === '' || name.startsWith('.') ? `upload${name}` : name;
}

function wrongLength(expected: number, found: number): ExpectedError {
  return new ExpectedError('WRONG_INPUT', { issues: [{ path: 'body', message: `${found} of ${expected} bytes` }] });
}

async function* limited(body: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > limitBytes) throw wrongLength(limitBytes, received);
    yield chunk;
  }
}
