/** A line of text; null where its bytes were not valid, `tooLong` where they were too many to keep. */
export interface TextLine {
  number: number;
  text: string | null;
  tooLong: boolean;
}

export type CsvOutcome = { line: number; cells: string[] } | { line: number; problem: 'open-quote' | 'too-long' | 'bad-encoding' | 'column-count'; detail: string };

export interface CsvParser {
  feed(line: TextLine): CsvOutcome[];
  end(): CsvOutcome[];
}

/** No table for training has more; a line of a million delimiters is an attack or no table. */
export const COLUMN_LIMIT = 1000;
/** A record is at most as long as a line. */
const recordLimitCharacters = 4 * 1024 * 1024;

/**
 * Takes CSV apart line by line after RFC 4180: fields in quotation marks may hold delimiters, line ends and doubled quotation marks. A
 * quotation mark that is never closed, or closed in the middle of a field, is a problem of its own line alone: reading goes on with the
 * line after it. (A line inside an open field holds an even number of quotation marks, so it reads as well from outside: every line is
 * read at most twice.) A mark in the middle of an unquoted field is an ordinary character, as Excel and LibreOffice take it.
 */
export function createCsvParser(delimiter: string): CsvParser {
  let cells: string[] = [];
  let field = '';
  let quoted = false;
  /** Lines of the record that is open, the first of them first. */
  let held: TextLine[] = [];
  let heldCharacters = 0;

  const reset = (): void => {
    cells = [];
    field = '';
    quoted = false;
    held = [];
    heldCharacters = 0;
  };

  /** Reads one line on; answers what became of the record. */
  const scan = (text: string): 'complete' | 'open' | 'malformed' | 'too-many' => {
    let at = 0;
    for (;;) {
      if (quoted) {
        const mark = text.indexOf('"', at);
        if (mark === -1) {
          field += `${text.slice(at)}\n`;
          return 'open';
        }
        field += text.slice(at, mark);
        const next = text[mark + 1];
        if (next === '"') {
          field += '"';
          at = mark + 2;
          continue;
        }
        quoted = false;
        at = mark + 1;
        if (next !== undefined && next !== delimiter) return 'malformed';
      } else if (text[at] === '"') {
        quoted = true;
        at += 1;
        continue;
      } else {
        const end = text.indexOf(delimiter, at);
        field = end === -1 ? text.slice(at) : text.slice(at, end);
        at = end === -1 ? text.length : end;
      }
      cells.push(field);
      field = '';
      if (at >= text.length) return 'complete';
      if (cells.length > COLUMN_LIMIT) return 'too-many';
      at += 1; // over the delimiter; at the end of the text an empty field follows
      if (at === text.length) {
        cells.push('');
        return 'complete';
      }
    }
  };

  const feedAll = (lines: TextLine[], out: CsvOutcome[]): void => {
    // The newest at the end, so that lines read again are taken without moving the others.
    const waiting = lines.toReversed();
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
      const first = held[0] ?? line;
      if (line.text === null || line.tooLong) {
        out.push({ line: first.number, problem: line.tooLong ? 'too-long' : 'bad-encoding', detail: '' });
        reset();
        continue;
      }
      if (held.length === 0 && line.text === '') {
        out.push({ line: line.number, cells: [] });
        continue;
      }
      held.push(line);
      heldCharacters += line.text.length + 1;
      const state = scan(line.text);
      if (state === 'complete') {
        out.push({ line: first.number, cells });
        reset();
      } else if (state === 'too-many') {
        out.push({ line: first.number, problem: 'column-count', detail: `> ${COLUMN_LIMIT}` });
        reset();
      } else if (state === 'malformed' || heldCharacters > recordLimitCharacters) {
        out.push({ line: first.number, problem: 'open-quote', detail: '' });
        const again = held.slice(1);
        reset();
        for (const earlier of again.toReversed()) waiting.push(earlier);
      }
    }
  };

  return {
    feed(line) {
      const out: CsvOutcome[] = [];
      feedAll([line], out);
      return out;
    },
    end() {
      const out: CsvOutcome[] = [];
      while (held.length > 0) {
        const [first, ...again] = held;
        out.push({ line: first?.number ?? 1, problem: 'open-quote', detail: '' });
        reset();
        feedAll(again, out);
      }
      return out;
    },
  };
}
