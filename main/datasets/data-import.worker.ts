import type { DataRow } from '../contract/datasets.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { dataRequestSchema } from './data-import-task.ts';
import type { DataChunk, DataRequest } from './data-import-task.ts';
import { findDataFiles } from './reading/find-files.ts';
import type { DataFiles } from './reading/find-files.ts';
import { guessReading } from './reading/guess-reading.ts';
import { textsOf } from './reading/map-row.ts';
import { readData, readingFor } from './reading/read-data.ts';
import { chooseAttempt, splitOf } from './row-identity.ts';

/**
 * The data import process: reads files of unknown origin so that the main process need not, and hands rows over in pieces. One request,
 * then it exits. It writes nothing.
 */
serveTask(async (raw, task) => {
  const request = dataRequestSchema.parse(raw);
  const source = await findDataFiles(request.path);
  return request.kind === 'inspect' ? inspect(request, source, task) : importRows(request, source, task);
});

const previewRows = 20;
/** A preview of twenty books helps nobody. */
const previewCharacters = 400_000;

async function inspect(request: Extract<DataRequest, { kind: 'inspect' }>, source: DataFiles, task: TaskContext) {
  const { signal } = task;
  const reading = readingFor(request.reading ?? (await guessReading(source, signal)), source.isFolder);
  const rows: DataRow[] = [];
  let characters = 0;
  const findings = await readData(source, reading, {
    signal,
    lenient: true,
    onBytes: (count) => task.progress(count, source.sizeBytes, 'bytes'),
    onRows(found) {
      for (const { row } of found) {
        if (rows.length >= previewRows || characters > previewCharacters) return;
        rows.push(row);
        for (const text of textsOf(row)) characters += text.length;
      }
    },
  });
  const { columns, rowCount, duplicateCount, problemCount, problems } = findings;
  return { fileName: source.fileName, fileCount: source.files.length, sizeBytes: source.sizeBytes, reading, columns, rowCount, duplicateCount, problemCount, problems, rows };
}

const chunkRows = 500;
const chunkCharacters = 256 * 1024;

/**
 * Reads twice: first all of it, so that nothing is stored of what will be refused and the digest and the split are known; then again to
 * hand the rows over. A source that changed in between gives another digest.
 */
async function importRows(request: Extract<DataRequest, { kind: 'import' }>, source: DataFiles, task: TaskContext) {
  const { signal } = task;
  const reading = readingFor(request.reading, source.isFolder);
  task.phase('read');
  const found = await readData(source, reading, { signal, lenient: false, onBytes: (count) => task.progress(count, source.sizeBytes, 'bytes') });
  const { firstSideKeys, columns: _, ...kept } = found;
  if (request.known.includes(found.sha256)) return { kind: 'known', sha256: found.sha256 };
  const rule = { ...request.rule, attempt: request.rule.attempt ?? chooseAttempt(firstSideKeys, request.rule) };

  task.phase('store', String(found.rowCount));
  const splits = { train: 0, validation: 0, test: 0 };
  let chunk: DataChunk['rows'] = [];
  let characters = 0;
  let sent = 0;
  const taken = whenTaken(task);
  const send = async (): Promise<void> => {
    task.chunk({ rows: chunk } satisfies DataChunk);
    await taken();
    sent += chunk.length;
    task.progress(sent, found.rowCount, 'rows');
    chunk = [];
    characters = 0;
  };
  const again = await readData(source, reading, {
    signal,
    lenient: false,
    async onRows(rows) {
      for (const { hash, sideKey, content } of rows) {
        const split = splitOf(sideKey, rule);
        splits[split] += 1;
        chunk.push({ hash: hash.toString('base64'), sideKey: sideKey.toString('base64'), content, split });
        characters += content.length;
        if (chunk.length >= chunkRows || characters >= chunkCharacters) await send();
      }
    },
  });
  if (chunk.length > 0) await send();
  if (again.sha256 !== found.sha256) throw new ExpectedError('FILE_CHANGED_DURING_IMPORT', { path: request.path });
  return { kind: 'read', reading, attempt: rule.attempt, splits, ...kept };
}

/** The parent says when it has stored a piece: the next one is sent only then, so that never more than one waits on either side. */
function whenTaken(task: TaskContext): () => Promise<void> {
  let count = 0;
  let next: (() => void) | null = null;
  task.onTell(() => {
    count += 1;
    next?.();
  });
  return async () => {
    if (count === 0) {
      await new Promise<void>((resolve) => {
        next = resolve;
        task.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    next = null;
    task.signal.throwIfAborted();
    count -= 1;
  };
}
