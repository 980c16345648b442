import type { GenerationEvent, TokenLogprob, ToolCall } from '../../engine/inference/generation.ts';
import type { AnswerEvent } from './merge-answers.ts';

/** One whole answer. */
export interface CollectedAnswer {
  text: string;
  toolCalls: ToolCall[];
  /** Null where none were asked for. */
  logprobs: TokenLogprob[] | null;
  finished: Pick<Extract<GenerationEvent, { kind: 'finished' }>, 'reason' | 'stopText'>;
}

/** Tokens that belong to no text, such as those that begin a call of a tool: counted, and not told. */
export function saysNothing({ text, logprobs }: Extract<GenerationEvent, { kind: 'text' }>): boolean {
  return text === '' && (logprobs === undefined || logprobs.length === 0);
}

/** Reads answers to their ends. Raises what they raise. */
export async function collectAnswers(events: AsyncIterable<AnswerEvent>, count: number): Promise<CollectedAnswer[]> {
  const answers = Array.from({ length: count }, (): CollectedAnswer => ({ text: '', toolCalls: [], logprobs: null, finished: { reason: 'stop', stopText: null } }));
  for await (const { index, event } of events) {
    const answer = answers[index];
    if (answer !== undefined) add(answer, event);
  }
  return answers;
}

function add(answer: CollectedAnswer, event: GenerationEvent): void {
  switch (event.kind) {
    case 'text':
      answer.text += event.text;
      if (event.logprobs !== undefined) (answer.logprobs ??= []).push(...event.logprobs);
      break;
    case 'toolCall':
      answer.toolCalls[event.index] = { id: event.id, name: event.name, arguments: '' };
      break;
    case 'toolArguments': {
      const call = answer.toolCalls[event.index];
      if (call !== undefined) call.arguments += event.text;
      break;
    }
    case 'finished':
      answer.finished = { reason: event.reason, stopText: event.stopText };
      break;
    case 'queued':
    case 'started':
      break;
  }
}
