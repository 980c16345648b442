import { expect, it } from 'vitest';
import { afterEvent, messagesOf, newTurn, samplingOf, stopped, usualSettings } from './conversation.ts';

it('follows an answer from queue to end', () => {
  let turn = newTurn(1, 'Hello?');
  turn = afterEvent(turn, { kind: 'queued', position: 2 });
  expect([turn.phase, turn.queuePosition]).toEqual(['queued', 2]);
  turn = afterEvent(turn, { kind: 'started', promptTokens: 7 });
  turn = afterEvent(turn, { kind: 'text', text: 'Hi', tokens: 1 });
  turn = afterEvent(turn, { kind: 'text', text: ' there', tokens: 2 });
  expect([turn.answer, turn.outputTokens, turn.phase]).toEqual(['Hi there', 3, 'writing']);
  const usage = { promptTokens: 7, outputTokens: 3 };
  const timing = { queuedMs: 1, ttftMs: 2, totalMs: 3, promptTokensPerSecond: 4, outputTokensPerSecond: 5 };
  turn = afterEvent(turn, { kind: 'finished', reason: 'stop', usage, timing });
  expect(turn.figures).toEqual({ reason: 'stop', usage, timing });
  expect(stopped(turn)).toBe(turn);
});

it('keeps what was written when it is stopped', () => {
  const turn = stopped(afterEvent(newTurn(1, 'Q'), { kind: 'text', text: 'half', tokens: 1 }));
  expect([turn.answer, turn.phase, turn.figures?.reason]).toEqual(['half', 'ended', 'cancelled']);
});

it('sends the conversation without answers that never came, the system message first', () => {
  const answered = { ...newTurn(1, 'A?'), answer: 'A.', phase: 'ended' as const };
  const failed = { ...newTurn(2, 'B?'), phase: 'ended' as const };
  expect(messagesOf([answered, failed, newTurn(3, 'C?')], ' Be brief. ')).toEqual([
    { role: 'system', content: ' Be brief. ' },
    { role: 'user', content: 'A?' },
    { role: 'assistant', content: 'A.' },
    { role: 'user', content: 'C?' },
  ]);
});

it('leaves seed and length to the deployment unless they are set', () => {
  expect(samplingOf(usualSettings)).toEqual({ temperature: 0.7, topP: 0.95 });
  expect(samplingOf({ ...usualSettings, seed: 0, maxOutputTokens: 5 })).toEqual({ temperature: 0.7, topP: 0.95, seed: 0, maxOutputTokens: 5 });
});
