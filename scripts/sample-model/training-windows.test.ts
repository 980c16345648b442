import { describe, expect, it } from 'vitest';
import { generateTickets } from './corpus.ts';
import { languages, writeAnswer } from './labels.ts';
import { createTextCoder, trainTokenizer } from './tokenizer.ts';
import { trainingWindows } from './training-windows.ts';

const tickets = generateTickets({ split: 'train', count: 48, seed: 4 });
const vocabulary = trainTokenizer(
  tickets.flatMap(({ text, ...ticket }) => [text, writeAnswer(ticket.language, ticket)]),
  400,
);
const coder = createTextCoder(vocabulary);
const weighing = { contextSize: 512, ticketWeight: 0.1, labelWeight: 6, labelsOnlyShare: 0, seed: 1 };
const windowsOf = (labelsOnlyShare: number): ReturnType<typeof trainingWindows> => trainingWindows(tickets, { coder, vocabulary }, { ...weighing, labelsOnlyShare });
const textOf = (windows: ReturnType<typeof trainingWindows>): string => coder.decode(windows.flatMap(({ tokens }) => [...tokens]));

describe('training windows', () => {
  it('hold whole conversations, or those that end behind their two label lines', () => {
    const whole = textOf(windowsOf(0));
    const short = textOf(windowsOf(1));
    for (const language of languages) {
      const [first = '', second = '', third = ''] = writeAnswer(language, { category: 'printer', urgency: 'low', reply: '' }).split('\n').map((line) => line.split(/[:：]/)[0] ?? '');
      const count = (text: string, word: string): number => text.split(`\n${word}`).length - 1;
      for (const word of [first, second]) {
        expect(count(whole, word), word).toBe(24);
        expect(count(short, word), word).toBe(24);
      }
      expect(count(whole, third)).toBe(24);
      expect(count(short, third)).toBe(0);
    }
    expect(windowsOf(1).length).toBeLessThan(windowsOf(0).length);
  });

  it('count a label line more than the reply and the reply more than the ticket', () => {
    const weights = [...new Set(windowsOf(0).flatMap((window) => [...(window.weights ?? [])]))].map((weight) => Math.round(weight * 10) / 10).sort((one, other) => one - other);
    expect(weights).toEqual([0, 0.1, 1, 6]);
  });
});
