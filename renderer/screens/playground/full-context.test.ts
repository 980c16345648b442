import { expect, it } from 'vitest';
import { messagesOf, newTurn } from './conversation.ts';
import type { Turn } from './conversation.ts';
import { fullContextOf, leavableTurns, withoutOldest } from './full-context.ts';

/** Turns of 100 characters each, all answered. */
const answered = (count: number): Turn[] =>
  Array.from({ length: count }, (_, index) => ({ ...newTurn(index + 1, 'q'.repeat(20)), answer: 'a'.repeat(80), phase: 'ended' as const }));
const refused: Turn = { ...newTurn(99, 'q'.repeat(100)), phase: 'ended', error: { code: 'PROMPT_TOO_LONG', data: { promptTokens: 550, contextSize: 512 } } };
const timing = { queuedMs: 0, ttftMs: 1, totalMs: 2, promptTokensPerSecond: 3, outputTokensPerSecond: 4 };
const cutAt = (promptTokens: number, outputTokens: number): Turn => ({
  ...newTurn(99, 'q'),
  answer: 'a'.repeat(99),
  phase: 'ended',
  figures: { reason: 'length', usage: { promptTokens, outputTokens }, timing },
});

it('tells a conversation that filled the context from an answer that reached its own limit', () => {
  expect(fullContextOf([], 512)).toBeNull();
  expect(fullContextOf([...answered(2), refused], 512)).toEqual({ at: 'question', usedTokens: 550, contextSize: 512 });
  expect(fullContextOf([cutAt(412, 100)], 512)).toEqual({ at: 'answer', usedTokens: 512, contextSize: 512 });
  expect(fullContextOf([cutAt(12, 100)], 512)).toBeNull();
});

it('leaves out as many of the oldest turns as an answer needs room, and never the question', () => {
  const turns = [...answered(10), refused];
  const full = { at: 'question', usedTokens: 550, contextSize: 512 } as const;
  const leftOf = (answerTokens: number) => withoutOldest(turns, full, answerTokens).map(({ left }) => left);
  // 50 tokens a turn: four leave 350, which is room for 128 (a quarter of the context, although 10 were asked for).
  expect(leftOf(10)).toEqual([...Array(4).fill(true), ...Array(7).fill(false)]);
  expect(leftOf(4096).filter(Boolean)).toHaveLength(6);
  expect(messagesOf(withoutOldest(turns, full, 10), '')).toHaveLength(2 * 6 + 1);
});

it('leaves out more when it was not enough, until nothing is left to leave', () => {
  const full = { at: 'question', usedTokens: 600, contextSize: 512 } as const;
  let turns: readonly Turn[] = [...answered(2), { ...refused, question: 'q'.repeat(5000) }];
  expect(leavableTurns(turns, full)).toHaveLength(2);
  turns = withoutOldest(turns, full, 100);
  expect(leavableTurns(turns, full)).toHaveLength(0);
  expect(turns.at(-1)?.left).toBe(false);
});

it('may leave out the answer that was cut off, too', () => {
  const full = { at: 'answer', usedTokens: 512, contextSize: 512 } as const;
  expect(withoutOldest([cutAt(12, 500)], full, 100).map(({ left }) => left)).toEqual([true]);
  expect(fullContextOf(withoutOldest([...answered(3), cutAt(412, 100)], full, 100), 512)).toBeNull();
});
