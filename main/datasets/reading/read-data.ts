import { createHash } from 'node:crypto';
import { DATASET_LIMITS } from '../../contract/datasets.contract.ts';
import type { DataMapping, DataPreview, DataReading, DataRow, RowProblem } from '../../contract/datasets.contract.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { sha256Of, SIDE_KEYS_LOOKED_AT, sideKeyOf } from '../row-identity.ts';
import { ENCODING_NAMES } from './encodings.ts';
import { tooLarge } from './find-files.ts';
import type { DataFiles } from './find-files.ts';
import { mapRow, textsOf } from './map-row.ts';
import { readRecords, TEXT_COLUMN } from './read-records.ts';
import type { DataRecord } from './read-records.ts';

/** A row as it will be kept. */
export interface ReadRow {
  row: DataRow;
  /** Canonical JSON of the row, and SHA-256 of it. */
  content: string;
  hash: Buffer;
  sideKey: Buffer;
}

/** What one pass over the source found. Everything but `firstSideKeys` is what a version keeps of it. */
export interface DataFindings {
  columns: DataPreview['columns'];
  rowCount: number;
  textBytes: number;
  kinds: { text: number; chat: number };
  duplicateCount: number;
  problemCount: number;
  problems: RowProblem[];
  /** SHA-256 over the hashes of the rows in order, hex. */
  sha256: string;
  firstSideKeys: Buffer[];
}

export interface ReadDataOptions {
  signal: AbortSignal;
  onBytes?: (count: number) => void;
  /** Called with the rows of each piece, in order and without duplicates; the next piece waits for it. */
  onRows?: (rows: ReadRow[]) => Promise<void> | void;
  /** To look only: also what cannot be imported as it is mapped is worth showing. */
  lenient: boolean;
}

const problemsKept = 100;
const columnsKept = 200;
const samplesKept = 3;
const sampleCharacters = 200;
/** So many lines may be wrong in the encoding before it is the encoding that is wrong. */
const badEncodingShare = 0.1;

/** What a reading says for a source of this kind: a folder is a folder, and text has one column. */
export function readingFor(reading: DataReading, isFolder: boolean): DataReading {
  const format = isFolder ? 'folder' : reading.format === 'folder' ? 'text' : reading.format;
  return format === 'text' || format === 'folder' ? { ...reading, format, mapping: { kind: 'text', text: TEXT_COLUMN } } : { ...reading, format };
}

/**
 * Reads the whole source once. Keeps no row but in `onRows`; what it holds is a digest per row, to drop duplicates.
 * Raises DATASET_REFUSED, CANCELLED by way of AbortError, PATH_NOT_READABLE.
 */
export async function readData(source: DataFiles, reading: DataReading, { signal, onBytes, onRows, lenient }: ReadDataOptions): Promise<DataFindings> {
  const { mapping } = reading;
  const findings: DataFindings = { columns: [], rowCount: 0, textBytes: 0, kinds: { text: 0, chat: 0 }, duplicateCount: 0, problemCount: 0, problems: [], sha256: '', firstSideKeys: [] };
  const columns = createColumnTally();
  const seen = new Set<string>();
  const digest = createHash('sha256');
  const missing = new Set(columnsOf(mapping));
  let recordCount = 0;
  let badEncoding = 0;
  let firstBadLine = 0;

  const note = ({ file, line, problem, detail }: RowProblem, count: number): void => {
    findings.problemCount += count;
    for (let at = 0; at < count && findings.problems.length < problemsKept; at += 1) findings.problems.push({ file, line: line + at, problem, detail });
  };
  const take = (record: DataRecord): ReadRow | null => {
    columns.add(record);
    if (missing.size > 0) for (const name of record.names) missing.delete(name);
    const { file, line } = record;
    const mapped = mapRow(record, mapping);
    if ('problem' in mapped) {
      note({ file, line, ...mapped }, 1);
      return null;
    }
    const { row } = mapped;
    const content = canonicalJson(row);
    const hash = sha256Of(content);
    const key = hash.toString('latin1');
    if (seen.has(key)) {
      findings.duplicateCount += 1;
      return null;
    }
    seen.add(key);
    digest.update(hash);
    findings.rowCount += 1;
    findings.kinds[row.kind] += 1;
    for (const text of textsOf(row)) findings.textBytes += Buffer.byteLength(text);
    requireWithinLimits(findings, line);
    const sideKey = sideKeyOf(row);
    if (findings.firstSideKeys.length < SIDE_KEYS_LOOKED_AT) findings.firstSideKeys.push(sideKey);
    return { row, content, hash, sideKey };
  };

  const options = { signal, textLimit: DATASET_LIMITS.rowCharacters, ...(onBytes === undefined ? {} : { onBytes }) };
  for await (const items of readRecords(source, reading, options)) {
    const rows: ReadRow[] = [];
    for (const item of items) {
      if (item.kind === 'problem') {
        note(item, item.count);
        // Bytes that are no characters; characters that no text should hold (mapRow) say nothing about the encoding.
        if (item.problem === 'bad-encoding') {
          if (badEncoding === 0) firstBadLine = item.line;
          badEncoding += 1;
        }
        continue;
      }
      recordCount += 1;
      const row = take(item);
      if (row !== null) rows.push(row);
    }
    if (rows.length > 0) await onRows?.(rows);
  }

  const refused = (reason: 'empty' | 'wrong-encoding' | 'missing-columns' | 'no-usable-rows', detail: string, line: number | null): ExpectedError =>
    new ExpectedError('DATASET_REFUSED', { reason, detail, line, limit: null });
  if (recordCount + findings.problemCount === 0) throw refused('empty', '', null);
  if (badEncoding > badEncodingShare * (recordCount + badEncoding)) throw refused('wrong-encoding', ENCODING_NAMES[reading.encoding], firstBadLine);
  const [absent] = missing;
  if (!lenient && absent !== undefined && recordCount > 0) throw refused('missing-columns', absent, null);
  if (!lenient && findings.rowCount === 0) throw refused('no-usable-rows', '', findings.problems[0]?.line ?? null);
  return { ...findings, columns: columns.list(), sha256: digest.digest('hex') };
}

function columnsOf(mapping: DataMapping): string[] {
  switch (mapping.kind) {
    case 'text':
      return [mapping.text];
    case 'question-answer':
      return [mapping.question, mapping.answer, ...(mapping.system === null ? [] : [mapping.system])];
    case 'conversation':
      return [mapping.messages];
  }
}

function requireWithinLimits({ rowCount, textBytes }: DataFindings, line: number): void {
  if (rowCount > DATASET_LIMITS.rows) {
    throw new ExpectedError('DATASET_REFUSED', { reason: 'too-many-rows', detail: `> ${DATASET_LIMITS.rows}`, line, limit: DATASET_LIMITS.rows });
  }
  if (textBytes > DATASET_LIMITS.textBytes) throw tooLarge(textBytes);
}

function createColumnTally() {
  const found = new Map<string, { name: string; filled: number; samples: string[] }>();
  return {
    add({ names, values }: DataRecord): void {
      // Objects with ever new keys would fill the list without telling anything: those beyond the first two hundred are not counted.
      for (let at = 0; at < names.length && at < 2 * columnsKept; at += 1) {
        const name = names[at] ?? '';
        let column = found.get(name);
        if (column === undefined) {
          if (found.size >= columnsKept || name.length > 200 || name === '') continue;
          found.set(name, (column = { name, filled: 0, samples: [] }));
        }
        const value = values[at];
        if (value === undefined || value === null || value === '') continue;
        column.filled += 1;
        if (column.samples.length < samplesKept) column.samples.push(sampleOf(value));
      }
    },
    list: () => [...found.values()],
  };
}

function sampleOf(value: unknown): string {
  const text = shown(value, 3);
  return (text.length > sampleCharacters ? `${text.slice(0, sampleCharacters)}…` : text).toWellFormed();
}

/** JSON as far as a sample shows it: neither depth nor length of a hostile value is followed. */
function shown(value: unknown, depth: number): string {
  if (typeof value === 'string') return value.slice(0, sampleCharacters + 1);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === 0) return '…';
  const few = samplesKept + 2;
  if (Array.isArray(value)) return `[${value.slice(0, few).map((item) => shown(item, depth - 1)).join(', ')}${value.length > few ? ', …' : ''}]`;
  const entries = Object.entries(value);
  return `{${entries.slice(0, few).map(([key, item]) => `${key}: ${shown(item, depth - 1)}`).join(', ')}${entries.length > few ? ', …' : ''}}`;
}
