import type { AnswerTiming, ChatEvent, ChatMessage, Sampling, Usage } from '../../../main/contract/deployments.contract.ts';
import type { AppError } from '../../client/as-error.ts';

/** What an answer measured. */
export interface AnswerFigures {
  reason: 'stop' | 'length' | 'cancelled';
  usage: Usage | null;
  timing: AnswerTiming | null;
}

/** A question and what came of it. */
export interface Turn {
  id: number;
  question: string;
  answer: string;
  /** Where a running answer stands; `ended` once it is over, whatever the outcome. */
  phase: 'sent' | 'queued' | 'reading' | 'writing' | 'ended';
  queuePosition: number;
  promptTokens: number;
  outputTokens: number;
  figures: AnswerFigures | null;
  error: AppError | null;
  /** Left out of what the model gets, because the context was full. It stays on the screen. */
  left: boolean;
  /** It filled the context, and room was made since. */
  roomMade: boolean;
}

export function newTurn(id: number, question: string): Turn {
  return { id, question, answer: '', phase: 'sent', queuePosition: 0, promptTokens: 0, outputTokens: 0, figures: null, error: null, left: false, roomMade: false };
}

/** A turn after one more event of its stream. */
export function afterEvent(turn: Turn, event: ChatEvent): Turn {
  switch (event.kind) {
    case 'queued':
      return { ...turn, phase: 'queued', queuePosition: event.position };
    case 'started':
      return { ...turn, phase: 'reading', promptTokens: event.promptTokens };
    case 'text':
      return { ...turn, phase: 'writing', answer: turn.answer + event.text, outputTokens: turn.outputTokens + event.tokens };
    case 'finished':
      return { ...turn, phase: 'ended', figures: { reason: event.reason, usage: event.usage, timing: event.timing } };
  }
}

/** A turn the person stopped: what was written stays, with the tokens counted so far. */
export function stopped(turn: Turn): Turn {
  if (turn.phase === 'ended') return turn;
  const { promptTokens, outputTokens } = turn;
  return { ...turn, phase: 'ended', figures: { reason: 'cancelled', usage: promptTokens > 0 ? { promptTokens, outputTokens } : null, timing: null } };
}

/** What the person set for the answers; null leaves it to the deployment. */
export interface AnswerSettings {
  temperature: number;
  topP: number;
  maxOutputTokens: number | null;
  seed: number | null;
  system: string;
}

export const usualSettings: AnswerSettings = { temperature: 0.7, topP: 0.95, maxOutputTokens: null, seed: null, system: '' };

export function sameAnswerSettings(a: AnswerSettings, b: AnswerSettings): boolean {
  return a.temperature === b.temperature && a.topP === b.topP && a.maxOutputTokens === b.maxOutputTokens && a.seed === b.seed && a.system === b.system;
}

/** The conversation as the model gets it. Turns without an answer and those left behind are not in it, except the last question. */
export function messagesOf(turns: readonly Turn[], system: string): ChatMessage[] {
  const last = turns.at(-1);
  const messages: ChatMessage[] = system.trim() === '' ? [] : [{ role: 'system', content: system }];
  for (const turn of turns) {
    if (turn !== last && (turn.left || turn.answer === '')) continue;
    messages.push({ role: 'user', content: turn.question });
    if (turn !== last) messages.push({ role: 'assistant', content: turn.answer });
  }
  return messages;
}

export function samplingOf(settings: AnswerSettings): Sampling {
  return {
    temperature: settings.temperature,
    topP: settings.topP,
    ...(settings.seed === null ? {} : { seed: settings.seed }),
    ...(settings.maxOutputTokens === null ? {} : { maxOutputTokens: settings.maxOutputTokens }),
  };
}
