import { DATA_SPLITS, dataEncodingSchema, dataFormatSchema, splitSharesSchema } from '../contract/datasets.contract.ts';
import type { DataMapping, DataReading, DataSplit, SplitShares } from '../contract/datasets.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands on data sets. `dataset` is a name or an id; where a version is meant it may end in @N, its number. */
export type DataCommand =
  | {
      kind: 'data-import';
      file: string;
      /** Null: as the file is called. */
      name: string | null;
      /** The data set that gets a further version. */
      into: string | null;
      /** What is not to be guessed. */
      reading: Partial<DataReading>;
      shares: SplitShares | null;
      licence: string;
      notes: string;
    }
  | { kind: 'data-list' }
  | { kind: 'data-show'; dataset: string }
  | { kind: 'data-rows'; dataset: string; split: DataSplit | null; search: string; limit: number }
  | { kind: 'data-diff'; from: string; to: string }
  | { kind: 'data-rename'; dataset: string; name: string }
  | { kind: 'data-delete'; dataset: string };

/** Options these commands know besides those of all. */
export const dataOptions = {
  into: { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  rows: { type: 'string' },
  question: { type: 'string' },
  answer: { type: 'string' },
  system: { type: 'string' },
  messages: { type: 'string' },
  shares: { type: 'string' },
  licence: { type: 'string' },
  notes: { type: 'string' },
  split: { type: 'string' },
  search: { type: 'string' },
} as const;

type Values = { [Name in keyof typeof dataOptions | 'name' | 'format' | 'text']?: string | undefined };

export interface DataWords {
  /** Option values as parseArgs gives them. */
  values: Values;
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  /** A whole number of an option, or null where it is not given. Raises WrongUsage. */
  count(name: 'limit'): number | null;
}

/** What follows `data`. Raises WrongUsage. */
export function parseDataCommand({ values, take, count }: DataWords): DataCommand {
  const what = take('data import|list|show|rows|diff|rename|delete');
  switch (what) {
    case 'import':
      if (values.name !== undefined && values.into !== undefined) throw new WrongUsage('--name, --into');
      return {
        kind: 'data-import',
        file: take('FILE'),
        name: values.name ?? null,
        into: values.into ?? null,
        reading: readingOf(values),
        shares: values.shares === undefined ? null : sharesOf(values.shares),
        licence: values.licence ?? '',
        notes: values.notes ?? '',
      };
    case 'list':
      return { kind: 'data-list' };
    case 'show':
      return { kind: 'data-show', dataset: take('DATASET') };
    case 'rows': {
      const split = DATA_SPLITS.find((each) => each === values.split) ?? null;
      if (values.split !== undefined && split === null) throw new WrongUsage(`--split ${values.split}`);
      return { kind: 'data-rows', dataset: take('DATASET'), split, search: values.search ?? '', limit: Math.max(1, count('limit') ?? 20) };
    }
    case 'diff':
      return { kind: 'data-diff', from: take('DATASET@N'), to: take('DATASET@N') };
    case 'rename':
      return { kind: 'data-rename', dataset: take('DATASET'), name: take('NAME') };
    case 'delete':
      return { kind: 'data-delete', dataset: take('DATASET') };
    default:
      throw new WrongUsage(`data ${what}`);
  }
}

function readingOf(values: Values): Partial<DataReading> {
  const reading: Partial<DataReading> = {};
  if (values.format !== undefined) reading.format = known(dataFormatSchema.options, 'format', values.format);
  if (values.encoding !== undefined) reading.encoding = known(dataEncodingSchema.options, 'encoding', values.encoding);
  if (values.rows !== undefined) reading.textRows = known(['lines', 'paragraphs', 'files'] as const, 'rows', values.rows);
  if (values.delimiter !== undefined) {
    const delimiter = ['tab', '\\t'].includes(values.delimiter) ? '\t' : values.delimiter;
    reading.delimiter = known([',', ';', '\t', '|'] as const, 'delimiter', delimiter);
  }
  const mapping = mappingOf(values);
  if (mapping !== null) reading.mapping = mapping;
  return reading;
}

function mappingOf({ question, answer, system, text, messages }: Values): DataMapping | null {
  const kinds = [question ?? answer ?? system, text, messages].filter((given) => given !== undefined).length;
  if (kinds === 0) return null;
  if (kinds > 1) throw new WrongUsage('--question, --text, --messages');
  if (text !== undefined) return { kind: 'text', text };
  if (messages !== undefined) return { kind: 'conversation', messages };
  if (question === undefined || answer === undefined) throw new WrongUsage(question === undefined ? '--question ?' : '--answer ?');
  return { kind: 'question-answer', question, answer, system: system ?? null };
}

function known<Value extends string>(all: readonly Value[], name: string, given: string): Value {
  const found = all.find((each) => each === given.toLowerCase());
  if (found === undefined) throw new WrongUsage(`--${name} ${given}`);
  return found;
}

/** "80,10,10": training, validation, test in percent. */
function sharesOf(text: string): SplitShares {
  const parts = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
  const [train, validation, test] = parts;
  const shares = splitSharesSchema.safeParse({ train, validation, test });
  if (!shares.success || parts.length !== 3) throw new WrongUsage(`--shares ${text}`);
  return shares.data;
}
