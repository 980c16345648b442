import { create } from 'zustand';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import type { SourceKind } from './source-kinds.ts';

interface Upload {
  fileName: string;
  sizeBytes: number;
  sentBytes: number;
  bytesPerSecond: number | null;
  state: 'sending' | 'sent' | 'failed';
  uploadId: string | null;
  error: AppError | null;
}

type Key = SourceKind['key'];

/** The files being sent from a browser, at most one of each kind. They go on while the person looks elsewhere. */
const useUploads = create<{ uploads: Partial<Record<Key, Upload>> }>(() => ({ uploads: {} }));
const requests = new Map<Key, XMLHttpRequest>();

/** The upload of this kind, or null. */
export function useUpload({ key }: SourceKind): Upload | null {
  return useUploads((state) => state.uploads[key] ?? null);
}

/** Speed is measured over windows of this length, so that it neither jumps nor lags. */
const SPEED_WINDOW_MS = 2000;

/** Sends a file to the console host; `onSent` gets the upload's id. XMLHttpRequest, because fetch tells no progress. */
export async function startUpload(kind: SourceKind, file: File, onSent: (uploadId: string) => void): Promise<void> {
  await cancelUpload(kind);
  const change = (part: Partial<Upload>): void => put(kind, part);
  set(kind, { fileName: file.name, sizeBytes: file.size, sentBytes: 0, bytesPerSecond: null, state: 'sending', uploadId: null, error: null });
  let place: { uploadId: string; url: string };
  try {
    place = await kind.api.beginUpload({ fileName: file.name, sizeBytes: file.size });
  } catch (thrown) {
    change({ state: 'failed', error: asError(thrown) });
    return;
  }
  const xhr = new XMLHttpRequest();
  requests.set(kind.key, xhr);
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
    if (requests.get(kind.key) !== xhr) return;
    requests.delete(kind.key);
    if (xhr.status >= 200 && xhr.status < 300) {
      change({ state: 'sent', sentBytes: file.size });
      onSent(place.uploadId);
    } else change({ state: 'failed' });
  });
  xhr.addEventListener('error', () => requests.get(kind.key) === xhr && change({ state: 'failed' }));
  xhr.open('PUT', place.url);
  xhr.setRequestHeader('content-type', 'application/octet-stream');
  xhr.send(file);
}

/** Stops sending and removes what has arrived. */
export async function cancelUpload(kind: SourceKind): Promise<void> {
  const upload = useUploads.getState().uploads[kind.key];
  const xhr = requests.get(kind.key);
  requests.delete(kind.key);
  xhr?.abort();
  set(kind, undefined);
  if (upload?.uploadId == null) return;
  try {
    await kind.api.discardUpload({ uploadId: upload.uploadId });
  } catch (thrown) {
    // The host discards what nobody imports by itself; only a fault of the program is worth a word.
    const { code } = asError(thrown);
    if (code === 'BUG') throw thrown;
  }
}

/** Forgets a file that has been handed over to an import. */
export function forgetUpload(kind: SourceKind): void {
  set(kind, undefined);
}

function set({ key }: SourceKind, upload: Upload | undefined): void {
  useUploads.setState(({ uploads: { [key]: _, ...others } }) => ({ uploads: upload === undefined ? others : { ...others, [key]: upload } }));
}

function put(kind: SourceKind, part: Partial<Upload>): void {
  const upload = useUploads.getState().uploads[kind.key];
  if (upload !== undefined) set(kind, { ...upload, ...part });
}
