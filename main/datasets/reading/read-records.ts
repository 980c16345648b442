import type { DataReading, RowProblem } from '../../contract/datasets.contract.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { createCsvParser } from './csv-records.ts';
import type { CsvOutcome, TextLine } from './csv-records.ts';
import { decodeLine, encodingOf, ENCODING_NAMES, readHead, requireText } from './encodings.ts';
import type { DataFiles } from './find-files.ts';
import { createElementSplitter } from './json-elements.ts';
import { readLines } from './split-lines.ts';

/** One record before columns are mapped: names and values in order, values as JSON has them (CSV and text: strings). */
export interface DataRecord {
  kind: 'record';
  file: string | null;
  line: number;
  names: readonly string[];
  values: readonly unknown[];
}
/** A place from which no record came. `count` such lines follow each other from `line` on. */
export interface RecordProblem {
  kind: 'problem';
  file: string | null;
  line: number;
  problem: RowProblem['problem'];
  detail: string;
  count: number;
}
export type RecordItem = DataRecord | RecordProblem;

/** The only column of plain text. */
export const TEXT_COLUMN = 'text';
const namesOfText = [TEXT_COLUMN];

export type RecordReading = Pick<DataReading, 'format' | 'encoding' | 'delimiter' | 'textRows'>;

export interface ReadRecordsOptions {
  signal: AbortSignal;
  /** Told how many bytes of all files were read so far. */
  onBytes?: (count: number) => void;
  /** Most characters one text may have before it is not collected any further. */
  textLimit: number;
}

interface FileReader {
  feed(line: TextLine): RecordItem[];
  end(): RecordItem[];
}

/**
 * Reads all files record by record, a piece at a time. What is wrong with one record is an item; raises DATASET_REFUSED for what is
 * wrong with the whole: no text, a header that is empty or names a column twice.
 */
export async function* readRecords(source: DataFiles, reading: RecordReading, { signal, onBytes, textLimit }: ReadRecordsOptions): AsyncGenerator<RecordItem[], void, void> {
  let before = 0;
  for (const { path, name } of source.files) {
    const head = await readHead(path);
    const encoding = encodingOf(head, reading.encoding);
    requireText(head, encoding);
    const reader = readerOf(reading, { file: name, textLimit, encodingName: ENCODING_NAMES[encoding] });
    let ofThis = 0;
    const pieces = readLines(path, {
      encoding,
      signal,
      onBytes: (count) => {
        ofThis = count;
        onBytes?.(before + count);
      },
    });
    for await (const lines of pieces) {
      const items: RecordItem[] = [];
      for (const { number, bytes, tooLong } of lines) {
        for (const item of reader.feed({ number, tooLong, text: tooLong ? '' : decodeLine(bytes, encoding) })) items.push(item);
      }
      if (items.length > 0) yield items;
    }
    before += ofThis;
    yield reader.end();
  }
}

interface ReaderContext {
  file: string | null;
  textLimit: number;
  encodingName: string;
}

function readerOf(reading: RecordReading, context: ReaderContext): FileReader {
  switch (reading.format) {
    case 'jsonl':
      return jsonReader(context);
    case 'csv':
      return csvReader(reading.delimiter, context);
    case 'text':
    case 'folder':
      return textReader(reading.textRows, context);
  }
}

function problemAt({ file }: ReaderContext, line: number, { problem, detail = '', count = 1 }: { problem: RowProblem['problem']; detail?: string; count?: number }): RecordProblem {
  return { kind: 'problem', file, line, problem, detail, count };
}

/** Empty lines between others are told; those at the end of a file are none of anybody's business. */
function emptyLines(context: ReaderContext) {
  let first = 0;
  let count = 0;
  return {
    add(line: number): void {
      if (count === 0) first = line;
      count += 1;
    },
    flush(): RecordItem[] {
      if (count === 0) return [];
      const told = problemAt(context, first, { problem: 'empty', count });
      count = 0;
      return [told];
    },
  };
}

/** JSON Lines: an object on each line. A file that begins with `[` is one array of objects instead. */
function jsonReader(context: ReaderContext): FileReader {
  const empty = emptyLines(context);
  let array: ReturnType<typeof createElementSplitter> | null = null;
  let begun = false;
  const recordOf = (text: string, line: number): RecordItem => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return problemAt(context, line, { problem: 'not-json' });
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return problemAt(context, line, { problem: 'not-an-object' });
    return { kind: 'record', file: context.file, line, names: Object.keys(value), values: Object.values(value) };
  };
  const elements = (found: { line: number; text: string | null }[]): RecordItem[] =>
    found.map(({ line, text }) => (text === null ? problemAt(context, line, { problem: 'too-long' }) : recordOf(text, line)));
  return {
    feed({ number, text, tooLong }) {
      if (tooLong) return [...empty.flush(), problemAt(context, number, { problem: 'too-long' })];
      if (text === null) return [...empty.flush(), problemAt(context, number, { problem: 'bad-encoding' })];
      if (array !== null) return elements(array.feed(text, number));
      if (text.trim() === '') {
        if (begun) empty.add(number);
        return [];
      }
      // A first line that is an array by itself is a wrong row of JSON Lines, unless it holds objects.
      if (!begun && /^\s*\[\s*(?:\{|$)/.test(text)) {
        array = createElementSplitter();
        begun = true;
        return elements(array.feed(text, number));
      }
      begun = true;
      return [...empty.flush(), recordOf(text, number)];
    },
    end: () => (array === null ? [] : elements(array.end())),
  };
}

function csvReader(delimiter: string, context: ReaderContext): FileReader {
  const parser = createCsvParser(delimiter);
  const empty = emptyLines(context);
  let names: string[] | null = null;
  const itemsOf = (outcome: CsvOutcome): RecordItem[] => {
    const { line } = outcome;
    if (names === null) {
      if ('cells' in outcome && outcome.cells.length === 0) return [];
      names = headerOf(outcome, context);
      return [];
    }
    if ('problem' in outcome) return [...empty.flush(), problemAt(context, line, outcome)];
    if (outcome.cells.length === 0) {
      empty.add(line);
      return [];
    }
    if (outcome.cells.length !== names.length) return [...empty.flush(), problemAt(context, line, { problem: 'column-count', detail: `${outcome.cells.length} / ${names.length}` })];
    return [...empty.flush(), { kind: 'record', file: context.file, line, names, values: outcome.cells }];
  };
  return { feed: (line) => parser.feed(line).flatMap(itemsOf), end: () => parser.end().flatMap(itemsOf) };
}

/** Raises DATASET_REFUSED: wrong-encoding, no-header, duplicate-columns. */
function headerOf(outcome: CsvOutcome, { encodingName }: ReaderContext): string[] {
  const { line } = outcome;
  if ('problem' in outcome) {
    if (outcome.problem === 'bad-encoding') throw new ExpectedError('DATASET_REFUSED', { reason: 'wrong-encoding', detail: encodingName, line, limit: null });
    throw new ExpectedError('DATASET_REFUSED', { reason: 'no-header', detail: '', line, limit: null });
  }
  const trimmed = outcome.cells.map((cell) => cell.trim());
  if (trimmed.every((name) => name === '')) throw new ExpectedError('DATASET_REFUSED', { reason: 'no-header', detail: '', line, limit: null });
  // Tables saved with their row numbers have a first column without a name.
  const names = trimmed.map((name, index) => (name === '' ? `#${index + 1}` : name.slice(0, 200)));
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new ExpectedError('DATASET_REFUSED', { reason: 'duplicate-columns', detail: name, line, limit: null });
    seen.add(name);
  }
  return names;
}

/** Plain text: a row is a line, a paragraph (what stands between empty lines), or the whole file. */
function textReader(rows: DataReading['textRows'], context: ReaderContext): FileReader {
  const { file, textLimit } = context;
  let parts: string[] = [];
  let characters = 0;
  let startLine = 0;
  let bad = false;
  const take = (): RecordItem[] => {
    if (startLine === 0) return [];
    const item: RecordItem = bad
      ? problemAt(context, startLine, { problem: 'bad-encoding' })
      : characters > textLimit
        ? problemAt(context, startLine, { problem: 'too-long', detail: String(characters) })
        : { kind: 'record', file, line: startLine, names: namesOfText, values: [parts.join('\n')] };
    parts = [];
    characters = 0;
    startLine = 0;
    bad = false;
    return [item];
  };
  return {
    feed({ number, text, tooLong }) {
      if (rows === 'lines') {
        if (tooLong) return [problemAt(context, number, { problem: 'too-long' })];
        if (text === null) return [problemAt(context, number, { problem: 'bad-encoding' })];
        return text.trim() === '' ? [] : [{ kind: 'record', file, line: number, names: namesOfText, values: [text] }];
      }
      const blank = !tooLong && text !== null && text.trim() === '';
      if (blank && rows === 'paragraphs') return take();
      if (blank && startLine === 0) return [];
      if (startLine === 0) startLine = number;
      if (text === null) bad = true;
      characters += tooLong ? textLimit + 1 : (text?.length ?? 0) + 1;
      if (characters <= textLimit + 1 && text !== null) parts.push(text);
      return [];
    },
    end: take,
  };
}
