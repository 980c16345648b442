import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { WrongUsage } from './wrong-usage.ts';

const parse = (...words: string[]) => parseCommand(['data', ...words]).command;

it('leaves to the file what is not said', () => {
  expect(parse('import', 'f.csv')).toEqual({ kind: 'data-import', file: 'f.csv', name: null, into: null, reading: {}, shares: null, licence: '', notes: '' });
});

it('takes everything that can be said about a reading', () => {
  const words = ['--format', 'csv', '--encoding', 'GB18030', '--delimiter', 'tab', '--rows', 'files', '--question', 'q', '--answer', 'a', '--system', 's', '--shares', '70, 20, 10'];
  expect(parse('import', 'f', ...words)).toMatchObject({
    reading: { format: 'csv', encoding: 'gb18030', delimiter: '\t', textRows: 'files', mapping: { kind: 'question-answer', question: 'q', answer: 'a', system: 's' } },
    shares: { train: 70, validation: 20, test: 10 },
  });
  expect(parse('import', 'f', '--messages', 'm')).toMatchObject({ reading: { mapping: { kind: 'conversation', messages: 'm' } } });
  expect(parse('import', 'f', '--text', 't')).toMatchObject({ reading: { mapping: { kind: 'text', text: 't' } } });
});

it('knows the other commands', () => {
  expect(parse('list')).toEqual({ kind: 'data-list' });
  expect(parse('rows', 'T@2', '--split', 'test', '--search', 'x', '--limit', '500')).toEqual({ kind: 'data-rows', dataset: 'T@2', split: 'test', search: 'x', limit: 500 });
  expect(parse('diff', 'T@1', 'T@2')).toEqual({ kind: 'data-diff', from: 'T@1', to: 'T@2' });
  expect(parse('rename', 'T', 'U')).toEqual({ kind: 'data-rename', dataset: 'T', name: 'U' });
});

it.each([
  [],
  ['import'],
  ['import', 'f', '--shares', '80,10'],
  ['import', 'f', '--shares', '80,10,20'],
  ['import', 'f', '--question', 'q'],
  ['import', 'f', '--text', 't', '--messages', 'm'],
  ['import', 'f', '--name', 'a', '--into', 'b'],
  ['import', 'f', '--format', 'xlsx'],
  ['import', 'f', '--delimiter', '##'],
  ['rows', 'T', '--split', 'all'],
  ['diff', 'T@1'],
  ['show', 'T', 'U'],
])('refuses %s %s %s %s', (...words) => {
  expect(() => parse(...words.filter((word) => word !== undefined))).toThrow(WrongUsage);
});
