import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ExpectedError } from '../../kernel/errors.ts';
import { AnswerStream } from './answer-stream.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const crashed = new ExpectedError('ENGINE_FAILED', { reason: 'crashed', detail: 'SIGKILL' });

it('gives what came before a failure, then the failure', async () => {
  const answer = new AnswerStream();
  answer.push({ kind: 'text', text: 'Once', tokens: 1 });
  answer.fail(crashed);
  expect(await answer.next()).toEqual({ kind: 'text', text: 'Once', tokens: 1 });
  await expect(answer.next()).rejects.toBe(crashed);
});

it('lets the reader of a stopped answer go after two seconds, with what is known of it', async () => {
  const answer = new AnswerStream();
  answer.push({ kind: 'started', promptTokens: 7, cachedTokens: 0 });
  answer.push({ kind: 'text', text: 'Once upon', tokens: 2 });
  await answer.next();
  await answer.next();
  const end = answer.next();
  answer.cancelSoon();
  answer.cancelSoon();
  vi.advanceTimersByTime(1_999);
  expect(answer.isEnded).toBe(false);
  vi.advanceTimersByTime(1);
  expect(await end).toMatchObject({ kind: 'finished', reason: 'cancelled', usage: { promptTokens: 7, outputTokens: 2 } });
  expect(await answer.next()).toBeNull();
});

it('keeps no timer once the process has confirmed the stop, and hears nothing after the end', async () => {
  const answer = new AnswerStream();
  answer.cancelSoon();
  answer.fail(crashed);
  expect(vi.getTimerCount()).toBe(0);
  answer.push({ kind: 'text', text: 'late', tokens: 1 });
  await expect(answer.next()).rejects.toBe(crashed);
});
