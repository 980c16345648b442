import { create } from 'zustand';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';

interface Upload {
  fileName: string;
  sizeBytes: number;
  sentBytes: number;
  bytesPerSecond: number | null;
  state: 'sending' | 'sent' | 'failed';
  uploadId: string | null;
  error: AppError | null;
}

/** The file being sent from a browser, at most one. It goes on while the person looks elsewhere. */
export const useUpload = create<{ upload: Upload | null }>(() => ({ upload: null }));
let request: XMLHttpRequest | null = null;

/** Speed is measured over windows of this length, so that it neither jumps nor lags. */
const SPEED_WINDOW_MS = 2000;

/** Sends a file to the console host; `onSent` gets the upload's id. XMLHttpRequest, because fetch tells no progress. */
export async function startUpload(file: File, onSent: (uploadId: string) => void): Promise<void> {
  await cancelUpload();
  useUpload.setState({
    upload: { fileName: file.name, sizeBytes: file.size, sentBytes: 0, bytesPerSecond: null, state: 'sending', uploadId: null, error: null },
  });
  let place: { uploadId: string; url: string };
  try {
    place = await client.models.beginUpload({ fileName: file.name, sizeBytes: file.size });
  } catch (thrown) {
    change({ state: 'failed', error: asError(thrown) });
    return;
  }
  const xhr = new XMLHttpRequest();
  request = xhr;
  change({ uploadId: place.uploadId });
  let windowStart = { timeMs: performance.now(), bytes: 0 };
  xhr.upload.addEventListener('progress', ({ loaded }) => {
    const now = performance.now();
    const elapsedMs = now - windowStart.timeMs;
    if (elapsedMs >= SPEED_WINDOW_MS) {
      change({ bytesPerSecond: ((loaded - windowStart.bytes) / elapsedMs) * 1000 });
      windowStart = { timeMs: now, bytes: loaded };
    }
    change({ sentBytes: loaded });
  });
  xhr.addEventListener('load', () => {
    if (request !== xhr) return;
    request = null;
    if (xhr.status >= 200 && xhr.status < 300) {
      change({ state: 'sent', sentBytes: file.size });
      onSent(place.uploadId);
    } else change({ state: 'failed' });
  });
  xhr.addEventListener('error', () => request === xhr && change({ state: 'failed' }));
  xhr.open('PUT', place.url);
  xhr.setRequestHeader('content-type', 'application/octet-stream');
  xhr.send(file);
}

/** Stops sending and removes what has arrived. */
export async function cancelUpload(): Promise<void> {
  const { upload } = useUpload.getState();
  const xhr = request;
  request = null;
  xhr?.abort();
  useUpload.setState({ upload: null });
  if (upload?.uploadId == null) return;
  try {
    await client.models.discardUpload({ uploadId: upload.uploadId });
  } catch (thrown) {
    // The host discards what nobody imports by itself; only a fault of the program is worth a word.
    const { code } = asError(thrown);
    if (code === 'BUG') throw thrown;
  }
}

/** Forgets a file that has been handed over to an import. */
export function forgetUpload(): void {
  useUpload.setState({ upload: null });
}

function change(part: Partial<Upload>): void {
  useUpload.setState(({ upload }) => ({ upload: upload === null ? null : { ...upload, ...part } }));
}
