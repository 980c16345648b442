import { describe, expect, it } from 'vitest';
import { chatRowOf, generateTickets, type Ticket } from './corpus.ts';
import { everyDecision } from './fill-wording.ts';
import { categories, languages, readAnswer, urgencies, writeAnswer } from './labels.ts';
import { heldOutPhrases, largestOverlap, overlapOf, wordsOf } from './nearness.ts';
import { piecesOf } from './wording/all-wording.ts';
import type { Split } from './wording/wording.ts';

const heldOut: readonly Split[] = ['validation', 'test'];

/** A piece without its slots: what stands between them, long enough to be recognised. */
function literals(piece: string): string[] {
  return piece
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/^[\s.,;:!?，。；：！？]+|[\s.,;:!?，。；：！？]+$/g, '').toLowerCase())
    .filter((part) => part !== '');
}

function longest(parts: readonly string[]): string {
  return parts.reduce((best, part) => (part.length > best.length ? part : best), '');
}

describe('the wording of tickets', () => {
  it.each(languages)('held-out wording stands nowhere in what training can say (%s)', (language) => {
    const trainable = piecesOf(language, 'train')
      .flatMap(everyDecision)
      .map((text) => text.toLowerCase())
      .join('\n');
    expect(trainable.length).toBeGreaterThan(50_000 / (language === 'en' ? 1 : 4));
    for (const split of heldOut) {
      for (const piece of piecesOf(language, split)) {
        expect(piece, 'held-out wording has no alternatives').not.toMatch(/[[\]]/);
        // A slot may come between: then at least one of the parts is new.
        const parts = literals(piece);
        expect(parts.length, piece).toBeGreaterThan(0);
        expect(parts.some((part) => !trainable.includes(part)), `"${piece}" can be said by the training split`).toBe(true);
      }
    }
  });

  it('held-out wording is not in 6,000 training tickets either, and a held-out ticket is made of it alone', () => {
    const training = generateTickets({ split: 'train', count: 6000, seed: 5 }).map(({ careful }) => careful.toLowerCase());
    const joined = training.join('\n');
    for (const split of heldOut) {
      for (const language of languages) {
        for (const piece of piecesOf(language, split)) {
          const part = longest(literals(piece));
          if (part.length > 12) expect(joined, piece).not.toContain(part);
        }
      }
      const tickets = generateTickets({ split, count: 480, seed: 5 });
      const known = new Set(training);
      for (const { careful, language } of tickets) {
        expect(known.has(careful.toLowerCase())).toBe(false);
        const pieces = piecesOf(language, split).map((piece) => longest(literals(piece))).filter((part) => part.length > 3);
        expect(pieces.some((part) => careful.toLowerCase().includes(part)), careful).toBe(true);
      }
    }
  });
});

describe('the nearness of wording', () => {
  it('no symptom or urgency phrase of a training ticket shares more than half of its words with a held-out one', () => {
    let nearest = 0;
    for (const { language, phrases } of generateTickets({ split: 'train', count: 3000, seed: 9 })) {
      for (const { subject, text } of phrases) {
        const words = wordsOf(language, text);
        for (const other of heldOutPhrases(language, subject)) nearest = Math.max(nearest, overlapOf(words, wordsOf(language, other)));
      }
    }
    expect(nearest).toBeLessThanOrEqual(largestOverlap);
    expect(nearest).toBeGreaterThan(0.4);
  });

  it('is measured in words, or in pairs of Chinese characters', () => {
    expect(overlapOf(wordsOf('en', 'The printer is dead'), wordsOf('en', 'the Printer is {place} alive'))).toBe(0.6);
    expect(overlapOf(wordsOf('zh', '打印机坏了'), wordsOf('zh', '打印机好了'))).toBe(2 / 6);
    expect(overlapOf(new Set(), new Set())).toBe(0);
  });
});

describe('generated tickets', () => {
  it('are the same for the same seed and others for another', () => {
    const order = { split: 'train', count: 96, seed: 3 } as const;
    expect(generateTickets(order)).toEqual(generateTickets(order));
    expect(generateTickets({ ...order, seed: 4 })).not.toEqual(generateTickets(order));
  });

  it('cover every category alike in both languages, every urgency, and leave no slot open', () => {
    const tickets = generateTickets({ split: 'train', count: 4800, seed: 1 });
    expect(new Set(tickets.map(({ text }) => text)).size).toBe(tickets.length);
    for (const language of languages) {
      const own = tickets.filter((ticket) => ticket.language === language);
      for (const category of categories) expect(own.filter((ticket) => ticket.category === category)).toHaveLength(4800 / 24);
      for (const urgency of urgencies) expect(own.filter((ticket) => ticket.urgency === urgency).length / own.length).toBeGreaterThan(0.15);
      const chinese = /\p{Script=Han}/u;
      for (const { text, reply } of own) {
        expect(text + reply).not.toMatch(/[{}[\]|]|undefined/);
        expect(chinese.test(text) && chinese.test(reply)).toBe(language === 'zh');
        expect(reply).not.toMatch(/\n| {2}/);
      }
    }
    const careless = tickets.filter(({ text, careful }) => text !== careful).length / tickets.length;
    expect(careless).toBeGreaterThan(0.15);
    expect(careless).toBeLessThan(0.5);
  });

  it('can be nothing but symptom and urgency, in training alone', () => {
    const order = { count: 240, seed: 1, terseShare: 1 } as const;
    const lengthOf = (tickets: readonly Ticket[]): number => tickets.reduce((sum, { text }) => sum + text.length, 0) / tickets.length;
    const terse = generateTickets({ ...order, split: 'train' });
    expect(lengthOf(terse)).toBeLessThan(lengthOf(generateTickets({ ...order, split: 'train', terseShare: 0 })) * 0.8);
    expect(generateTickets({ ...order, split: 'validation' })).toEqual(generateTickets({ ...order, split: 'validation', terseShare: 0 }));
  });

  it('become chat rows whose answer can be read back', () => {
    for (const ticket of generateTickets({ split: 'test', count: 48, seed: 1 })) {
      const [question, answer] = chatRowOf(ticket).messages;
      expect(question).toEqual({ role: 'user', content: ticket.text });
      expect(readAnswer(answer?.content ?? '')).toEqual({ language: ticket.language, category: ticket.category, urgency: ticket.urgency });
    }
  });
});

describe('answers', () => {
  it('are read only when they name known labels under their headings', () => {
    const good = writeAnswer('en', { category: 'printer', urgency: 'high', reply: 'Yes.' });
    expect(good).toBe('Category: printer\nUrgency: high\nReply: Yes.');
    expect(readAnswer(good.replace('printer', 'plotter'))).toEqual({ language: 'en', category: null, urgency: 'high' });
    expect(readAnswer('类别：打印机\n紧急程度：高')).toEqual({ language: 'zh', category: 'printer', urgency: 'high' });
    expect(readAnswer('Category: 打印机')).toEqual({ language: 'en', category: null, urgency: null });
    expect(readAnswer('Hello')).toEqual({ language: null, category: null, urgency: null });
  });
});
