import { writeFileSync } from 'node:fs';
import type { DataReading } from '../../contract/datasets.contract.ts';
import { findDataFiles } from '../reading/find-files.ts';
import { guessReading } from '../reading/guess-reading.ts';
import { readData, readingFor } from '../reading/read-data.ts';
import type { DataFindings, ReadRow } from '../reading/read-data.ts';

export interface ReadText extends DataFindings {
  reading: DataReading;
  rows: ReadRow[];
}

/** Reads a file or folder as an import does, in this process. `changes`: what is not to be guessed. */
export async function readPath(path: string, { changes = {}, lenient = true }: { changes?: Partial<DataReading>; lenient?: boolean } = {}): Promise<ReadText> {
  const { signal } = new AbortController();
  const source = await findDataFiles(path);
  const reading = readingFor({ ...(await guessReading(source, signal)), ...changes }, source.isFolder);
  const rows: ReadRow[] = [];
  const findings = await readData(source, reading, { signal, lenient, onRows: (found) => void rows.push(...found) });
  return { ...findings, reading, rows };
}

/** The same of contents, written there first. */
export async function readText(path: string, content: string | Buffer, options: Parameters<typeof readPath>[1] = {}): Promise<ReadText> {
  writeFileSync(path, content);
  return readPath(path, options);
}

/** Question and answer of each row, or its text. */
export function plain({ rows }: ReadText): string[] {
  return rows.map(({ row }) => (row.kind === 'text' ? row.text : row.messages.map(({ content }) => content).join(' → ')));
}

/** `line problem` of each. */
export function problemsOf({ problems }: ReadText): string[] {
  return problems.map(({ line, problem }) => `${line} ${problem}`);
}
