/** Where a command speaks: results on standard output, everything else on standard error. */
export interface Output {
  /** The outcome: as JSON with --json, else the text of `words` (nothing when it is empty). */
  result(value: unknown, words: () => string): void;
  /** A remark on the way. */
  note(text: string): void;
  /** Text as it comes; not with --json. */
  stream(text: string): void;
  streamEnd(): void;
}

export function createOutput(json: boolean): Output {
  return {
    result(value, words) {
      const text = json ? JSON.stringify(value, null, 2) : words();
      if (text !== '') process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (!json) process.stderr.write(`${text}\n`);
    },
    stream(text) {
      if (!json) process.stdout.write(text);
    },
    streamEnd() {
      if (!json) process.stdout.write('\n');
    },
  };
}

/** Columns aligned by what a terminal shows: a Chinese character takes two cells. Numbers (column names in `right`) to the right. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = headers.map((header, column) => Math.max(cells(header), ...rows.map((row) => cells(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => {
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - cells(text)));
        return right.includes(column) ? gap + text : text + gap;
      })
      .join('  ')
      .trimEnd();
  return [line(headers), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

function cells(text: string): number {
  let width = 0;
  for (const character of text) width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1;
  return width;
}
