/** A table of text, as RFC 4180 writes it; delimiters other than a comma are recognised by the header line. */
export interface Csv {
  header: string[];
  /** Cells of each further line that is not empty, with the number of the line it began on, from 1. */
  rows: { at: number; cells: string[] }[];
  delimiter: string;
}

const delimiters = [',', ';', '\t'] as const;

/** Reads at most `mostRows` rows; quotes may span lines, an unclosed one ends with the text. */
export function parseCsv(text: string, mostRows: number): Csv {
  const body = text.replace(/^\uFEFF/, '');
  const firstLine = body.slice(0, Math.max(0, body.search(/[\r\n]|$/)));
  const counts = delimiters.map((delimiter) => firstLine.split(delimiter).length);
  const delimiter = delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
  const lines: Csv['rows'] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let began = 1;
  const endLine = (): void => {
    cells.push(cell);
    cell = '';
    if (cells.some((value) => value.trim() !== '')) lines.push({ at: began, cells });
    cells = [];
  };
  for (let index = 0; index < body.length && lines.length <= mostRows; index += 1) {
    const character = body[index] ?? '';
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (body[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      endLine();
      began = line;
    } else if (character !== '\r') cell += character;
  }
  if (lines.length <= mostRows) endLine();
  return { header: lines[0]?.cells.map((name) => name.trim()) ?? [], rows: lines.slice(1), delimiter };
}

/** A line of CSV. What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection). */
export function csvLine(values: readonly (string | number | null)[]): string {
  return values.map(csvCell).join(',');
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
