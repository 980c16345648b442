import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventFlusher } from './event-flusher.ts';
import type { AnswerEvent } from './serving-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Made {
  add: (text: string, tokens: number) => void;
  flusher: EventFlusher;
  sent: [string, number][];
  events: AnswerEvent[];
}

function make(): Made {
  const sent: [string, number][] = [];
  const events: AnswerEvent[] = [];
  const flusher = new EventFlusher((event) => {
    events.push(event);
    if (event.kind === 'text' || event.kind === 'toolArguments') sent.push([event.text, event.tokens]);
  });
  return { add: (text, tokens) => flusher.add({ kind: 'text', text, tokens }), flusher, sent, events };
}

it('sends the first text at once and the following together within 16 ms', () => {
  const { add, sent } = make();
  add('Once', 1);
  expect(sent).toEqual([['Once', 1]]);
  add(' upon', 1);
  add(' a', 1);
  vi.advanceTimersByTime(15);
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sent[1]).toEqual([' upon a', 2]);
  add(' time', 1);
  vi.advanceTimersByTime(16);
  expect(sent[2]).toEqual([' time', 1]);
});

it('a token without text waits for the next text, and the end brings what is left', () => {
  const { add, flusher, sent } = make();
  add('', 1);
  expect(sent).toEqual([]);
  add('é', 1);
  expect(sent).toEqual([['é', 2]]);
  add('', 1);
  flusher.flush();
  flusher.flush();
  expect(sent).toEqual([['é', 2], ['', 1]]);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends a call of a tool at once, with the text before it, and its arguments apart from text', () => {
  const { add, flusher, events } = make();
  add('I ', 1);
  add('look', 1);
  flusher.add({ kind: 'toolCall', index: 0, id: 'call_1', name: 'look' });
  flusher.add({ kind: 'toolArguments', index: 0, text: '{"a"', tokens: 2 });
  flusher.add({ kind: 'toolArguments', index: 0, text: ':1}', tokens: 1 });
  flusher.add({ kind: 'toolArguments', index: 1, text: '{}', tokens: 1 });
  flusher.flush();
  expect(events.map((event) => ('text' in event ? `${event.kind} ${event.text}` : event.kind))).toEqual(['text I ', 'text look', 'toolCall', 'toolArguments {"a":1}', 'toolArguments {}']);
});

it('keeps the probabilities of the tokens that go together', () => {
  const { flusher, events } = make();
  const probability = (token: number) => ({ token, text: 'x', bytes: [120], logprob: -1, top: [] });
  flusher.add({ kind: 'text', text: 'a', tokens: 1, logprobs: [probability(1)] });
  flusher.add({ kind: 'text', text: 'b', tokens: 1, logprobs: [probability(2)] });
  flusher.add({ kind: 'text', text: 'c', tokens: 1, logprobs: [probability(3)] });
  flusher.flush();
  expect(events[1]).toMatchObject({ text: 'bc', tokens: 2, logprobs: [{ token: 2 }, { token: 3 }] });
});
