import type { DataMapping, DataPreview, DataReading, DatasetSummary, SplitShares } from '../../../main/contract/datasets.contract.ts';
import type { ImportSource } from '../../../main/contract/models.contract.ts';
import { shellWord } from '../deployments/deploy/deploy-command.ts';

/** What a person has entered in the data import wizard so far. Kept while they look elsewhere. */
export interface DataDraft {
  source: ImportSource | null;
  fileName: string;
  /** How the data is to be read; null while the main side is to guess. */
  reading: DataReading | null;
  /** The columns of a table or of JSON, while it is read as plain text: going back to it brings them back. */
  mappingBefore: DataMapping | null;
  /** What reading it gave. */
  preview: DataPreview | null;
  /** Whether the preview is of this reading. */
  current: boolean;
  targetKind: 'new-dataset' | 'new-version';
  name: string;
  datasetId: string | null;
  shares: SplitShares;
  licence: string;
  notes: string;
}

/** Where everything of the wizard is kept. */
export const DATA_STATE = 'data-import/';

/** Usual in the field: most to learn from, a tenth to watch the learning, a tenth never seen. */
const usualShares: SplitShares = { train: 80, validation: 10, test: 10 };

/** An empty draft; with a data set in the address a further version of it. */
export function newDraft(datasetId: string | null): DataDraft {
  return {
    source: null,
    fileName: '',
    reading: null,
    mappingBefore: null,
    preview: null,
    current: false,
    targetKind: datasetId === null ? 'new-dataset' : 'new-version',
    name: '',
    datasetId,
    shares: usualShares,
    licence: '',
    notes: '',
  };
}

/** The draft with another source; a name that was only proposed belongs to the one before. */
export function withSource(draft: DataDraft, source: ImportSource, fileName: string): DataDraft {
  return { ...draft, source, fileName, reading: null, mappingBefore: null, preview: null, current: false, name: draft.name === draft.preview?.suggestedName ? '' : draft.name };
}

/** The draft while the data is read another way. */
export function withReading(draft: DataDraft, reading: DataReading): DataDraft {
  const wasPlain = draft.reading !== null && isPlain(draft.reading);
  if (!wasPlain && isPlain(reading)) return { ...draft, reading, mappingBefore: draft.reading?.mapping ?? null, current: false };
  const mapping = wasPlain && !isPlain(reading) && draft.mappingBefore !== null ? draft.mappingBefore : reading.mapping;
  return { ...draft, reading: { ...reading, mapping }, current: false };
}

function isPlain({ format }: DataReading): boolean {
  return format === 'text' || format === 'folder';
}

/** The data set this data is most likely a further version of: one that bears the name the data suggests, "Tickets (2)". */
export function likelyDataset(preview: DataPreview, datasets: readonly DatasetSummary[]): DatasetSummary | undefined {
  const name = nameKey(preview.suggestedName.replace(/ \(\d+\)$/, ''));
  return datasets.find((dataset) => nameKey(dataset.name) === name);
}

/** The draft after the data was first read: what is likely is proposed, unless something else was chosen before. */
export function withFirstPreview(draft: DataDraft, preview: DataPreview, datasets: readonly DatasetSummary[]): DataDraft {
  const likely = likelyDataset(preview, datasets);
  const next = withPreview(draft, preview);
  return likely === undefined || draft.datasetId !== null || draft.name !== '' ? next : { ...next, targetKind: 'new-version', datasetId: likely.id };
}

/** The draft after the data was read: its name is proposed unless one was typed. */
export function withPreview(draft: DataDraft, preview: DataPreview): DataDraft {
  return { ...draft, preview, reading: preview.reading, current: true, fileName: preview.fileName, name: draft.name === '' ? preview.suggestedName : draft.name };
}

type Named = DataPreview['columns'][number];

/** The mapping of another kind, with the columns that served the one before where they can. */
export function mappingOfKind(kind: DataMapping['kind'], columns: readonly Named[], before: DataMapping): DataMapping {
  const [first = '', second = first] = [...columnsOf(before), ...columns.map(({ name }) => name)].filter(
    (name, place, all) => all.indexOf(name) === place && columns.some((column) => column.name === name),
  );
  switch (kind) {
    case 'text':
      return { kind, text: first };
    case 'question-answer':
      return { kind, question: first, answer: second, system: null };
    case 'conversation':
      return { kind, messages: first };
  }
}

/** Columns a mapping names, in order. */
export function columnsOf(mapping: DataMapping): string[] {
  switch (mapping.kind) {
    case 'text':
      return [mapping.text];
    case 'question-answer':
      return [mapping.question, mapping.answer, ...(mapping.system === null ? [] : [mapping.system])];
    case 'conversation':
      return [mapping.messages];
  }
}

/** Rows of each side as they are to be expected: the sides are drawn by a hash, so the real numbers lie near these. */
export function expectedRows(rowCount: number, shares: SplitShares): SplitShares {
  const validation = Math.round((rowCount * shares.validation) / 100);
  const test = Math.round((rowCount * shares.test) / 100);
  return { train: Math.max(0, rowCount - validation - test), validation, test };
}

/** Where the rows go, once that is answered. */
export type DataTarget = { kind: 'new-dataset'; name: string; shares: SplitShares } | { kind: 'new-version'; dataset: DatasetSummary };

/** The target of a draft, or null while it is not answered or the name is taken. */
export function targetOf(draft: DataDraft, datasets: readonly DatasetSummary[]): DataTarget | null {
  if (draft.targetKind === 'new-version') {
    const dataset = datasets.find(({ id }) => id === draft.datasetId);
    return dataset === undefined ? null : { kind: 'new-version', dataset };
  }
  const name = draft.name.trim();
  if (name === '' || nameTaken(draft, datasets) || draft.shares.train < 1) return null;
  return { kind: 'new-dataset', name, shares: draft.shares };
}

/** Whether a new data set would have the name of another one, as the main side compares names. */
export function nameTaken({ targetKind, name }: DataDraft, datasets: readonly DatasetSummary[]): boolean {
  return targetKind === 'new-dataset' && datasets.some((dataset) => nameKey(dataset.name) === nameKey(name));
}

function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** The command that does the same. How the data is read is written out, so that it does not depend on a guess. */
export function dataCommand(draft: DataDraft, target: DataTarget): string {
  const file = draft.source?.kind === 'path' ? draft.source.path : draft.fileName;
  const option = (name: string, value: string): string[] => (value === '' ? [] : [`--${name}`, shellWord(value)]);
  const { reading } = draft;
  return [
    'modelward data import',
    shellWord(file),
    ...(target.kind === 'new-dataset' ? option('name', target.name) : option('into', target.dataset.name)),
    ...(reading === null ? [] : readingOptions(reading, option)),
    ...(target.kind === 'new-dataset' ? option('shares', [target.shares.train, target.shares.validation, target.shares.test].join(',')) : []),
    ...option('licence', draft.licence.trim()),
    ...option('notes', draft.notes.trim()),
  ].join(' ');
}

function readingOptions(reading: DataReading, option: (name: string, value: string) => string[]): string[] {
  const { format, mapping } = reading;
  const shared = [...(format === 'folder' ? [] : option('format', format)), ...option('encoding', reading.encoding)];
  if (format === 'text' || format === 'folder') return [...shared, ...option('rows', reading.textRows)];
  const delimiter = format === 'csv' ? option('delimiter', reading.delimiter === '\t' ? 'tab' : reading.delimiter) : [];
  return [...shared, ...delimiter, ...mappingOptions(mapping, option)];
}

function mappingOptions(mapping: DataMapping, option: (name: string, value: string) => string[]): string[] {
  switch (mapping.kind) {
    case 'text':
      return option('text', mapping.text);
    case 'question-answer':
      return [...option('question', mapping.question), ...option('answer', mapping.answer), ...option('system', mapping.system ?? '')];
    case 'conversation':
      return option('messages', mapping.messages);
  }
}
