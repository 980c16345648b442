import type { ChatEvent, Usage } from '../contract/deployments.contract.ts';

type Finished = Extract<ChatEvent, { kind: 'finished' }>;

/** Names one answer in OpenAI's format. `created` in seconds since 1970. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
}

export function usageOf(usage: Usage): { prompt_tokens: number; completion_tokens: number; total_tokens: number } {
  return { prompt_tokens: usage.promptTokens, completion_tokens: usage.outputTokens, total_tokens: usage.promptTokens + usage.outputTokens };
}

/** A whole answer: the body of a request without `stream`. */
export function completionBody(head: AnswerHead, text: string, finished: Finished): object {
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: finishReasonOf(finished) },
    ],
    usage: usageOf(finished.usage),
    system_fingerprint: null,
  };
}

/** One piece of a streamed answer. With `includeUsage` every piece but the last says `usage: null`, as OpenAI's does. */
export function chunkBody(
  head: AnswerHead,
  piece: { delta: { role?: 'assistant'; content?: string }; finishReason?: 'stop' | 'length' },
  includeUsage: boolean,
): object {
  return {
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: piece.delta, logprobs: null, finish_reason: piece.finishReason ?? null }],
    system_fingerprint: null,
    ...(includeUsage ? { usage: null } : {}),
  };
}

export function usageChunkBody(head: AnswerHead, usage: Usage): object {
  return { ...head, object: 'chat.completion.chunk', choices: [], system_fingerprint: null, usage: usageOf(usage) };
}

/** OpenAI knows no "cancelled": only the one who cancelled could read it. */
export function finishReasonOf(finished: Finished): 'stop' | 'length' {
  return finished.reason === 'length' ? 'length' : 'stop';
}
