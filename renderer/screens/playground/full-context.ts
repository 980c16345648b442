import type { Turn } from './conversation.ts';

/** A conversation that has filled the context of its deployment, in tokens. */
export interface FullContext {
  contextSize: number;
  usedTokens: number;
  /** `question`: it was not answered, because it no longer fits. `answer`: it fits, and its answer ended at the end of the context. */
  at: 'question' | 'answer';
}

/** Whether the last turn met the end of the context, and with how many tokens; `contextSize` is the deployment's. */
export function fullContextOf(turns: readonly Turn[], contextSize: number): FullContext | null {
  const last = turns.at(-1);
  if (last === undefined) return null;
  if (last.error?.code === 'PROMPT_TOO_LONG') {
    const { promptTokens, contextSize: size } = last.error.data;
    return { at: 'question', usedTokens: Number(promptTokens), contextSize: Number(size) };
  }
  const usage = last.figures?.reason === 'length' && !last.roomMade ? last.figures.usage : null;
  const usedTokens = usage === null ? 0 : usage.promptTokens + usage.outputTokens;
  return usedTokens >= contextSize ? { at: 'answer', usedTokens, contextSize } : null;
}

/** Turns that still go to the model and could be left out; the question that waits for its answer is none of them. */
export function leavableTurns(turns: readonly Turn[], full: FullContext): readonly Turn[] {
  const candidates = full.at === 'question' ? turns.slice(0, -1) : turns;
  return candidates.filter((turn) => !turn.left && turn.answer !== '');
}

/** Share of the context an answer is given room for at least, where the deployment allows shorter answers at most. */
const LEAST_ROOM = 0.25;
/** And at most: a long answer must not cost the whole conversation. */
const MOST_ROOM = 0.5;

/**
 * The conversation without its oldest turns: as many as it takes to make room for an answer of `answerTokens`, at least
 * one. How many tokens a turn has is known only for the whole; each is taken to have its share of the characters. If that
 * was too few, the engine says so and the next call leaves out more.
 */
export function withoutOldest(turns: readonly Turn[], full: FullContext, answerTokens: number): readonly Turn[] {
  const { contextSize, usedTokens } = full;
  const roomTokens = Math.min(contextSize * MOST_ROOM, Math.max(contextSize * LEAST_ROOM, answerTokens));
  const sent = turns.filter((turn) => !turn.left && (turn.answer !== '' || turn === turns.at(-1)));
  const characters = sent.reduce((sum, turn) => sum + lengthOf(turn), 0);
  const left = new Set<Turn>();
  let tokens = usedTokens;
  for (const turn of leavableTurns(turns, full)) {
    if (left.size > 0 && tokens <= contextSize - roomTokens) break;
    left.add(turn);
    tokens -= usedTokens * (lengthOf(turn) / Math.max(1, characters));
  }
  const lastId = full.at === 'answer' ? turns.at(-1)?.id : undefined;
  return turns.map((turn) => (left.has(turn) || turn.id === lastId ? { ...turn, left: turn.left || left.has(turn), roomMade: turn.id === lastId } : turn));
}

function lengthOf({ question, answer }: Turn): number {
  return question.length + answer.length;
}
