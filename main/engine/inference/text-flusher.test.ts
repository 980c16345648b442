import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TextFlusher } from './text-flusher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make(): { flusher: TextFlusher; sent: [string, number][] } {
  const sent: [string, number][] = [];
  return { flusher: new TextFlusher((text, tokens) => sent.push([text, tokens])), sent };
}

it('sends the first text at once and the following together within 16 ms', () => {
  const { flusher, sent } = make();
  flusher.add('Once', 1);
  expect(sent).toEqual([['Once', 1]]);
  flusher.add(' upon', 1);
  flusher.add(' a', 1);
  vi.advanceTimersByTime(15);
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sent[1]).toEqual([' upon a', 2]);
  flusher.add(' time', 1);
  vi.advanceTimersByTime(16);
  expect(sent[2]).toEqual([' time', 1]);
});

it('a token without text waits for the next text, and the end brings what is left', () => {
  const { flusher, sent } = make();
  flusher.add('', 1);
  expect(sent).toEqual([]);
  flusher.add('é', 1);
  expect(sent).toEqual([['é', 2]]);
  flusher.add('', 1);
  flusher.flush();
  flusher.flush();
  expect(sent).toEqual([['é', 2], ['', 1]]);
  expect(vi.getTimerCount()).toBe(0);
});
