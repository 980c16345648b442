import type { GenerationUsage, TokenLogprob } from '../../engine/inference/generation.ts';
import type { CollectedAnswer } from './collect-answers.ts';
import { answerId, createdNow } from './ids.ts';
import type { OutputItem, OutputText, ResponseBody, ResponseRequestBody } from './responses.schema.ts';

/** A response that has only begun. `temperature` and `topP` are those in effect. */
export function begunResponse(body: ResponseRequestBody, { temperature, topP }: { temperature: number; topP: number }): ResponseBody {
  return {
    id: answerId('resp_'),
    object: 'response',
    created_at: createdNow(),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature,
    text: { format: body.text?.format ?? { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: topP,
    truncation: 'disabled',
    usage: null,
  };
}

export function endedResponse(begun: ResponseBody, ended: { output: OutputItem[]; reason: CollectedAnswer['finished']['reason']; usage: GenerationUsage }): ResponseBody {
  const { promptTokens, cachedTokens, outputTokens } = ended.usage;
  const cut = ended.reason === 'length';
  return {
    ...begun,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: ended.output,
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + outputTokens,
    },
  };
}

export function outputOf({ text, toolCalls, logprobs, finished }: CollectedAnswer): OutputItem[] {
  const status = finished.reason === 'length' ? 'incomplete' : 'completed';
  const message: OutputItem[] = text === '' && toolCalls.length > 0 ? [] : [{ type: 'message', id: answerId('msg_'), role: 'assistant', status, content: [outputText(text, logprobs ?? [])] }];
  return [...message, ...toolCalls.map(({ id, name, arguments: given }): OutputItem => ({ type: 'function_call', id: answerId('fc_'), call_id: id, name, arguments: given, status }))];
}

export function outputText(text: string, logprobs: readonly TokenLogprob[]): OutputText {
  return { type: 'output_text', text, annotations: [], logprobs: logprobsBody(logprobs) };
}

export function logprobsBody(logprobs: readonly TokenLogprob[]): OutputText['logprobs'] {
  return logprobs.map(({ text, logprob, bytes, top }) => ({ token: text, logprob, bytes, top_logprobs: top.map((other) => ({ token: other.text, logprob: other.logprob, bytes: other.bytes })) }));
}
