import type { BatchItem, Token } from 'node-llama-cpp';
import { expect, it } from 'vitest';
import { priorityOf, sequenceOrder } from './batch-order.ts';

const item = (sequenceIndex: number, tokens: number): BatchItem => ({
  tokens: Array.from({ length: tokens }, () => 0 as Token),
  logits: [],
  evaluationPriority: priorityOf(sequenceIndex),
});

function batch(items: BatchItem[], size: number): { sequence: number; amount: number }[] {
  return sequenceOrder({ items, size }).map(({ item: taken, processAmount }) => ({
    sequence: Math.round((5 - taken.evaluationPriority) * 1024),
    amount: processAmount,
  }));
}

it('puts sequences in increasing order however they arrived', () => {
  expect(batch([item(3, 1), item(0, 1), item(2, 1), item(1, 1)], 512).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
});

it('lets running answers go on beside long prompts and fills the batch', () => {
  expect(batch([item(0, 1000), item(1, 1), item(2, 1000), item(3, 1)], 512)).toEqual([
    { sequence: 0, amount: 255 },
    { sequence: 1, amount: 1 },
    { sequence: 2, amount: 255 },
    { sequence: 3, amount: 1 },
  ]);
});

it('never takes more than the batch holds nor more than there is', () => {
  for (let size = 1; size <= 40; size += 1) {
    const amounts = batch([item(0, 7), item(1, 30), item(2, 1), item(5, 2)], size).map(({ amount }) => amount);
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(Math.min(size, 40));
    expect(Math.min(...amounts)).toBeGreaterThan(0);
  }
});
