import { extname } from 'node:path';
import { DATASET_LIMITS } from '../../contract/datasets.contract.ts';
import type { DataFormat, DataMapping, DataReading } from '../../contract/datasets.contract.ts';
import { createCsvParser } from './csv-records.ts';
import { decodeLine, guessEncoding } from './encodings.ts';
import type { DataFiles } from './find-files.ts';
import { readRecords, TEXT_COLUMN } from './read-records.ts';
import { readLines } from './split-lines.ts';

type Delimiter = DataReading['delimiter'];
const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];

/** Names under which files hold what is asked, answered, instructed, or simply written; the first that is there is taken. */
const known = {
  messages: ['messages', 'conversations', 'conversation', 'dialog', 'dialogue', '对话', '消息'],
  question: ['prompt', 'question', 'query', 'instruction', 'user', 'input', 'request', '问题', '提问', '指令', '问', '输入', '用户'],
  answer: ['completion', 'answer', 'response', 'output', 'reply', 'assistant', 'target', '回答', '答案', '答复', '回复', '答', '输出'],
  system: ['system', 'system_prompt', 'systemprompt', '系统', '系统提示', '系统提示词'],
  text: ['text', 'content', 'body', 'document', '正文', '内容', '文本', '文章'],
} as const;

interface Column {
  name: string;
  filled: number;
}

/** Guesses everything a reading says, from the file itself and its name. Raises what reading it would. */
export async function guessReading(source: DataFiles, signal: AbortSignal): Promise<DataReading> {
  const encoding = await guessEncoding(source.files.map(({ path }) => path), signal);
  const base = { encoding, delimiter: ',' as Delimiter, mapping: { kind: 'text', text: TEXT_COLUMN } as DataMapping };
  if (source.isFolder) return { ...base, format: 'folder', textRows: 'files' };
  const path = source.files[0]?.path ?? '';
  const lines = await firstLines(path, encoding, signal);
  const { format, delimiter } = guessFormat(extname(path).toLowerCase(), lines);
  if (format === 'text') return { ...base, format, textRows: guessTextRows(lines) };
  const reading = { ...base, format, delimiter, textRows: 'lines' as const };
  return { ...reading, mapping: guessMapping(await firstColumns(source, reading, signal), format) };
}

const linesLookedAt = 200;
const charactersLookedAt = 256 * 1024;

async function firstLines(path: string, encoding: DataReading['encoding'], signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let characters = 0;
  for await (const lines of readLines(path, { encoding, signal })) {
    for (const { bytes } of lines) {
      const text = decodeLine(bytes, encoding) ?? '';
      found.push(text);
      characters += text.length;
      if (found.length >= linesLookedAt || characters > charactersLookedAt) return found;
    }
  }
  return found;
}

function guessFormat(extension: string, lines: readonly string[]): { format: Exclude<DataFormat, 'folder'>; delimiter: Delimiter } {
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  if (['.jsonl', '.ndjson', '.json'].includes(extension) || isJsonObject(first)) return { format: 'jsonl', delimiter: ',' };
  const { delimiter, columns, header } = guessDelimiter(lines, extension === '.tsv' ? '\t' : null);
  if (['.csv', '.tsv', '.tab'].includes(extension)) return { format: 'csv', delimiter };
  // Prose has commas too: a table without the name of one must have columns that are known.
  const isTable = columns >= 2 && header.some((name) => Object.values(known).some((names) => (names as readonly string[]).includes(nameOf(name))));
  return isTable ? { format: 'csv', delimiter } : { format: 'text', delimiter: ',' };
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return typeof JSON.parse(line) === 'object';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The delimiter with which most records have as many cells as the header, more cells before fewer. */
function guessDelimiter(lines: readonly string[], preferred: Delimiter | null): { delimiter: Delimiter; columns: number; header: string[] } {
  let best = { delimiter: preferred ?? (',' as Delimiter), columns: 1, header: [] as string[], score: 0 };
  for (const delimiter of delimiters) {
    const parser = createCsvParser(delimiter);
    const outcomes = lines.flatMap((text, index) => parser.feed({ number: index + 1, text, tooLong: false }));
    const records = outcomes.flatMap((outcome) => ('cells' in outcome && outcome.cells.length > 0 ? [outcome.cells] : []));
    const [header = []] = records;
    if (header.length < 2) continue;
    const alike = records.filter((cells) => cells.length === header.length).length / outcomes.length;
    const score = alike * 1000 + Math.min(header.length, 100) + (delimiter === preferred ? 500 : 0);
    if (score > best.score) best = { delimiter, columns: alike > 0.8 ? header.length : 1, header, score };
  }
  return best;
}

/** Paragraphs where empty lines stand between longer pieces; otherwise every line speaks for itself. */
function guessTextRows(lines: readonly string[]): DataReading['textRows'] {
  const empty = lines.filter((line) => line.trim() === '').length;
  return empty > 0 && empty >= lines.length / 20 ? 'paragraphs' : 'lines';
}

async function firstColumns(source: DataFiles, reading: Omit<DataReading, 'mapping'>, signal: AbortSignal): Promise<Column[]> {
  const columns = new Map<string, Column>();
  let seen = 0;
  for await (const items of readRecords(source, reading, { signal, textLimit: DATASET_LIMITS.rowCharacters })) {
    for (const item of items) {
      if (item.kind === 'problem') continue;
      for (const [index, name] of item.names.entries()) {
        if (columns.size >= 1000) break;
        const column = columns.get(name) ?? { name, filled: 0 };
        columns.set(name, column);
        const value = item.values[index];
        if (value !== null && value !== '') column.filled += 1;
      }
      seen += 1;
      if (seen >= linesLookedAt) return [...columns.values()];
    }
  }
  return [...columns.values()];
}

/** By known names; else the only column, or the first. */
export function guessMapping(columns: readonly Column[], format: DataFormat): DataMapping {
  const find = (names: readonly string[], except: string | null = null): Column | undefined => {
    for (const wanted of names) {
      const found = columns.find(({ name }) => nameOf(name) === wanted && name !== except);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const messages = find(known.messages);
  if (messages !== undefined) return { kind: 'conversation', messages: messages.name };
  const answer = find(known.answer);
  const asked = find(known.question, answer?.name);
  if (asked !== undefined && answer !== undefined) {
    const system = find(known.system);
    // Alpaca's files: an instruction, and in `input` what it is to be applied to, often empty.
    const input = find(['input', '输入'], asked.name);
    const isInstruction = ['instruction', '指令'].includes(nameOf(asked.name));
    if (isInstruction && system === undefined && input !== undefined && input.filled * 2 > asked.filled) return { kind: 'question-answer', question: input.name, answer: answer.name, system: asked.name };
    return { kind: 'question-answer', question: asked.name, answer: answer.name, system: system?.name ?? null };
  }
  const text = find(known.text) ?? columns.find(({ name }) => name.length > 0 && name.length <= 200);
  return { kind: 'text', text: text?.name ?? (format === 'csv' ? '#1' : TEXT_COLUMN) };
}

function nameOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
