import type { AnswerFormat, EngineMessage, GenerationOrder, GenerationSampling, PromptOrder, Tool, ToolChoice } from '../../engine/inference/generation.ts';
import { badParameter } from '../api-error.ts';
import type { ChatMessageBody, ChatRequestBody } from './chat-completions.schema.ts';

/** Where a request does not say; the same as for people at the screen. */
const DEFAULT_TEMPERATURE = 0.7;
const DEFAULT_TOP_P = 0.95;
/** A request waits so long for its turn, then it is told to come again. */
export const QUEUE_TIMEOUT_MS = 60_000;
const LARGEST_SEED = 4_294_967_295;

/** Sampling parameters as several API forms name them. */
export interface SamplingBody {
  temperature?: number | undefined;
  top_p?: number | undefined;
  seed?: number | undefined;
  stop?: string | string[] | undefined;
  presence_penalty?: number | undefined;
  frequency_penalty?: number | undefined;
  logit_bias?: Record<string, number> | undefined;
  top_k?: number | undefined;
  min_p?: number | undefined;
  repeat_penalty?: number | undefined;
}

/** The engine's words for sampling parameters. What was not given is left to the engine. */
export function samplingOf(body: SamplingBody, maxOutputTokens: number | undefined): GenerationSampling {
  const stop = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []);
  const bias = Object.entries(body.logit_bias ?? {}).map(([token, amount]) => ({ token: Number(token), bias: amount }));
  return {
    temperature: body.temperature ?? DEFAULT_TEMPERATURE,
    topP: body.top_p ?? DEFAULT_TOP_P,
    ...given('seed', body.seed),
    ...given('maxOutputTokens', maxOutputTokens),
    ...given('stop', stop.length === 0 ? undefined : stop),
    ...given('presencePenalty', body.presence_penalty === 0 ? undefined : body.presence_penalty),
    ...given('frequencyPenalty', body.frequency_penalty === 0 ? undefined : body.frequency_penalty),
    ...given('logitBias', bias.length === 0 ? undefined : bias),
    ...given('topK', body.top_k),
    ...given('minP', body.min_p),
    ...given('repeatPenalty', body.repeat_penalty),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}

/** So many orders of one prompt, each with a seed of its own: without different seeds the answers would be one. */
export function severalOf(order: GenerationOrder, count: number): GenerationOrder[] {
  const { seed } = order.sampling;
  if (seed === undefined) return Array.from({ length: count }, () => order);
  return Array.from({ length: count }, (_, index) => ({ ...order, sampling: { ...order.sampling, seed: (seed + index) % (LARGEST_SEED + 1) } }));
}

/** The order behind a chat completion. Raises ApiError 400 for what only shows when parameters are seen together. */
export function chatOrder(body: ChatRequestBody, share: string): GenerationOrder {
  const { max_tokens: older, max_completion_tokens: newer } = body;
  if (older !== undefined && newer !== undefined && older !== newer) {
    throw badParameter('max_tokens', '"max_tokens" and "max_completion_tokens" contradict each other; give one.');
  }
  requireTopLogprobsOnlyWith(body.logprobs === true, body.top_logprobs);
  if (body.stream_options !== undefined && body.stream !== true) throw badParameter('stream_options', '"stream_options" is only allowed when "stream" is true.');
  return {
    prompt: chatPrompt({
      messages: engineMessages(body.messages),
      tools: toolsOf((body.tools ?? []).map((tool) => tool.function)),
      toolChoice: toolChoiceOf(body.tool_choice),
      parallelToolCalls: body.parallel_tool_calls,
    }),
    sampling: samplingOf(body, newer ?? older),
    format: formatOf(body.response_format, body.grammar),
    topLogprobs: body.logprobs === true ? (body.top_logprobs ?? 0) : null,
    share,
    queueTimeoutMs: QUEUE_TIMEOUT_MS,
  };
}

function requireTopLogprobsOnlyWith(logprobs: boolean, top: number | undefined): void {
  if (top !== undefined && top > 0 && !logprobs) throw badParameter('top_logprobs', '"top_logprobs" is only allowed when "logprobs" is true.');
}

export interface ChatPromptParts {
  messages: EngineMessage[];
  tools: Tool[];
  toolChoice: ToolChoice | undefined;
  parallelToolCalls: boolean | undefined;
}

/** Raises ApiError 400 where tools are chosen that are not there, or two have one name. */
export function chatPrompt({ messages, tools, toolChoice, parallelToolCalls }: ChatPromptParts): PromptOrder {
  const names = new Set(tools.map(({ name }) => name));
  if (names.size < tools.length) throw badParameter('tools', 'Two tools have the same name.');
  if (toolChoice?.kind === 'named' && !names.has(toolChoice.name)) throw badParameter('tool_choice', `"tool_choice" names "${toolChoice.name}", which is not among the tools.`);
  if (toolChoice?.kind === 'required' && tools.length === 0) throw badParameter('tool_choice', '"tool_choice" asks for a call, but no tools are given.');
  if (tools.length === 0) return { kind: 'chat', messages };
  return { kind: 'chat', messages, tools, ...given('toolChoice', toolChoice), ...given('parallelToolCalls', parallelToolCalls) };
}

/** A function a program offers, in OpenAI's words. */
export interface FunctionBody {
  name: string;
  description?: string | null | undefined;
  parameters?: Record<string, unknown> | null | undefined;
}

export function toolsOf(functions: readonly FunctionBody[]): Tool[] {
  return functions.map(({ name, description, parameters }) => ({ name, description: description ?? '', parameters: parameters ?? null }));
}

function toolChoiceOf(choice: ChatRequestBody['tool_choice']): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  return typeof choice === 'string' ? { kind: choice } : { kind: 'named', name: choice.function.name };
}

function formatOf(format: ChatRequestBody['response_format'], grammar: string | undefined): AnswerFormat | null {
  const wanted = format === undefined ? null : format.type === 'json_schema' ? schemaFormat(format.json_schema.schema) : format.type === 'json_object' ? ({ kind: 'json-object' } as const) : null;
  if (grammar === undefined) return wanted;
  if (wanted !== null) throw badParameter('grammar', '"grammar" and "response_format" contradict each other; give one.');
  return { kind: 'grammar', grammar };
}

/** JSON of a schema, whether it is "strict" or not; without a schema any object. */
export function schemaFormat(schema: Record<string, unknown> | null | undefined): AnswerFormat {
  return schema === null || schema === undefined ? { kind: 'json-object' } : { kind: 'json-schema', schema };
}

/** Messages in the engine's words. Raises ApiError 400 for an answer of a tool that nobody called, and for an assistant who says nothing. */
export function engineMessages(messages: readonly ChatMessageBody[]): EngineMessage[] {
  const called = new Set<string>();
  return messages.map((message, index): EngineMessage => {
    switch (message.role) {
      case 'system':
      case 'developer': // the newer word for the same thing
        return { role: 'system', content: joined(message.content) };
      case 'user':
        return { role: 'user', content: joined(message.content) };
      case 'assistant': {
        const toolCalls = (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }));
        for (const { id } of toolCalls) called.add(id);
        if (message.content == null && message.refusal == null && toolCalls.length === 0) {
          throw badParameter(`messages[${index}].content`, 'An assistant message needs "content" or "tool_calls".');
        }
        const content = joined(message.content ?? message.refusal ?? '');
        return toolCalls.length === 0 ? { role: 'assistant', content } : { role: 'assistant', content, toolCalls };
      }
      case 'tool':
        if (!called.has(message.tool_call_id)) {
          throw badParameter(`messages[${index}].tool_call_id`, 'No earlier assistant message has a tool call with this id. Send the message with its "tool_calls" before the answer of the tool.');
        }
        return { role: 'tool', content: joined(message.content), toolCallId: message.tool_call_id };
    }
  });
}

type Content = string | readonly ({ type: string; text: string } | { type: 'refusal'; refusal: string })[];

/** Parts of a text, put together. */
export function joined(content: Content): string {
  return typeof content === 'string' ? content : content.map((part) => ('refusal' in part ? part.refusal : part.text)).join('');
}
