import { expect, it } from 'vitest';
import { changedParts, cutParts, foundParts } from './text-parts.ts';
import type { TextPart } from './text-parts.ts';

const shown = (parts: readonly TextPart[]): string => parts.map(({ text, marked }) => (marked ? `[${text}]` : text)).join('');

it('marks every place of what was looked for, whatever its case', () => {
  expect(shown(foundParts('Printer on the printer shelf', 'printer'))).toBe('[Printer] on the [printer] shelf');
  expect(shown(foundParts('nothing', 'printer'))).toBe('nothing');
  expect(shown(foundParts('İstanbul', 'i'))).toBe('İstanbul'); // its small letter is two characters long
});

it('marks words that only one of two texts has', () => {
  const { from, to } = changedParts('Please restart the old printer now.', 'Please restart the printer twice.');
  expect(shown(from)).toBe('Please restart the [old ]printer [now.]');
  expect(shown(to)).toBe('Please restart the printer [twice.]');
});

it('compares Chinese character by character', () => {
  const { from, to } = changedParts('请重启打印机。', '请关闭打印机。');
  expect([shown(from), shown(to)]).toEqual(['请[重启]打印机。', '请[关闭]打印机。']);
});

it('keeps every character, also of texts too long to compare word by word', () => {
  const from = `begin ${'a '.repeat(2000)}end`;
  const to = `begin ${'b '.repeat(2000)}end`;
  const parts = changedParts(from, to);
  expect(parts.from.map(({ text }) => text).join('')).toBe(from);
  expect(parts.to.map(({ text }) => text).join('')).toBe(to);
  expect(shown(parts.from).startsWith('begin [')).toBe(true);
  expect(shown(parts.from).endsWith(']end')).toBe(true);
});

it('cuts a text without losing its marks or half a character', () => {
  const parts = [{ text: 'one ', marked: false }, { text: 'two', marked: true }, { text: ' 😀 three', marked: false }];
  expect(shown(cutParts(parts, 6))).toBe('one [tw]');
  expect(shown(cutParts(parts, 9))).toBe('one [two]');
  expect(shown(cutParts(parts, 10))).toBe('one [two] 😀');
  expect(parts.map(({ text }) => text).join('')).toBe('one two 😀 three');
});
