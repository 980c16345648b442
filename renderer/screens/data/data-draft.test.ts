import { expect, it } from 'vitest';
import type { DataPreview, DataReading, DatasetSummary } from '../../../main/contract/datasets.contract.ts';
import { dataCommand, expectedRows, mappingOfKind, newDraft, targetOf, withFirstPreview, withPreview, withReading, withSource } from './data-draft.ts';

const reading: DataReading = {
  format: 'csv',
  encoding: 'gb18030',
  delimiter: ';',
  textRows: 'lines',
  mapping: { kind: 'question-answer', question: 'the question', answer: 'answer', system: null },
};
const preview: DataPreview = {
  fileName: 'tickets.csv',
  fileCount: 1,
  sizeBytes: 100,
  reading,
  columns: ['the question', 'answer', 'no'].map((name) => ({ name, filled: 3, samples: [] })),
  rowCount: 3,
  duplicateCount: 0,
  problemCount: 0,
  problems: [],
  rows: [],
  suggestedName: 'tickets',
};
const dataset: DatasetSummary = {
  id: 'dat_1',
  name: 'Tickets',
  createdAtMs: 0,
  versionCount: 1,
  latestVersionId: 'dsv_1',
  rowCount: 3,
  textBytes: 10,
  shares: { train: 70, validation: 20, test: 10 },
  trainedCount: 0,
};
const chosen = withPreview(withSource(newDraft(null), { kind: 'path', path: '/home/li/tickets.csv' }, 'tickets.csv'), preview);

it('proposes a name and takes it back with the file; a typed one stays', () => {
  expect(chosen).toMatchObject({ name: 'tickets', reading, current: true });
  expect(withSource(chosen, { kind: 'path', path: '/other.csv' }, 'other.csv')).toMatchObject({ name: '', reading: null, preview: null });
  expect(withSource({ ...chosen, name: 'Mine' }, { kind: 'path', path: '/other.csv' }, 'other.csv').name).toBe('Mine');
});

it('goes on only to a name that is free and shares that leave something to learn', () => {
  expect(targetOf(chosen, [])).toEqual({ kind: 'new-dataset', name: 'tickets', shares: { train: 80, validation: 10, test: 10 } });
  expect(targetOf({ ...chosen, name: ' TICKETS ' }, [dataset])).toBeNull();
  expect(targetOf({ ...chosen, shares: { train: 0, validation: 50, test: 50 } }, [])).toBeNull();
  expect(targetOf({ ...chosen, targetKind: 'new-version', datasetId: 'dat_1' }, [dataset])).toEqual({ kind: 'new-version', dataset });
  expect(targetOf({ ...chosen, targetKind: 'new-version', datasetId: 'gone' }, [dataset])).toBeNull();
});

it('brings the columns back when a table was read as plain text in between', () => {
  const plain = withReading(chosen, { ...reading, format: 'text' });
  const read = withPreview(plain, { ...preview, reading: { ...reading, format: 'text', mapping: { kind: 'text', text: 'text' } } });
  expect(withReading(read, { ...reading, format: 'csv', mapping: { kind: 'text', text: 'text' } }).reading).toEqual(reading);
});

it('proposes a further version of the data set that bears the name', () => {
  const again = { ...preview, suggestedName: 'tickets (2)' };
  expect(withFirstPreview(newDraft(null), again, [dataset])).toMatchObject({ targetKind: 'new-version', datasetId: 'dat_1', name: 'tickets (2)' });
  expect(withFirstPreview({ ...newDraft(null), name: 'Mine' }, again, [dataset])).toMatchObject({ targetKind: 'new-dataset', name: 'Mine' });
  expect(withFirstPreview(newDraft('dat_9'), again, [dataset])).toMatchObject({ targetKind: 'new-version', datasetId: 'dat_9' });
});

it('keeps columns that serve another kind of row as well', () => {
  expect(mappingOfKind('text', preview.columns, reading.mapping)).toEqual({ kind: 'text', text: 'the question' });
  expect(mappingOfKind('question-answer', preview.columns, { kind: 'text', text: 'answer' })).toEqual({ kind: 'question-answer', question: 'answer', answer: 'the question', system: null });
  expect(mappingOfKind('conversation', preview.columns, { kind: 'text', text: 'not there' })).toEqual({ kind: 'conversation', messages: 'the question' });
});

it('divides all rows', () => {
  expect(expectedRows(7, { train: 80, validation: 10, test: 10 })).toEqual({ train: 5, validation: 1, test: 1 });
});

it('writes the command that does the same', () => {
  expect(dataCommand({ ...chosen, licence: 'CC0' }, { kind: 'new-dataset', name: "Li's tickets", shares: { train: 70, validation: 20, test: 10 } })).toBe(
    `modelward data import /home/li/tickets.csv --name "Li's tickets" --format csv --encoding gb18030 --delimiter ';' --question 'the question' --answer answer --shares '70,20,10' --licence CC0`,
  );
  const text = { ...chosen, reading: { ...reading, format: 'text' as const, textRows: 'paragraphs' as const } };
  expect(dataCommand(text, { kind: 'new-version', dataset })).toBe('modelward data import /home/li/tickets.csv --into Tickets --format text --encoding gb18030 --rows paragraphs');
});
