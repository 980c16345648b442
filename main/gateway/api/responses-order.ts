import type { EngineMessage, GenerationOrder, ToolChoice } from '../../engine/inference/generation.ts';
import { badParameter } from '../api-error.ts';
import { LOGPROBS_INCLUDED } from './responses.schema.ts';
import type { InputItem, ResponseRequestBody } from './responses.schema.ts';
import { chatPrompt, joined, QUEUE_TIMEOUT_MS, samplingOf, schemaFormat, toolsOf } from './translate.ts';

/** The order behind a response. Raises ApiError 400 for what only shows when parameters are seen together. */
export function responseOrder(body: ResponseRequestBody, share: string): GenerationOrder {
  const wantsLogprobs = body.include?.includes(LOGPROBS_INCLUDED) === true || (body.top_logprobs ?? 0) > 0;
  const messages = typeof body.input === 'string' ? [{ role: 'user' as const, content: body.input }] : messagesOf(body.input);
  if (body.instructions !== undefined) messages.unshift({ role: 'system', content: body.instructions });
  return {
    prompt: chatPrompt({ messages, tools: toolsOf(body.tools ?? []), toolChoice: toolChoiceOf(body.tool_choice), parallelToolCalls: body.parallel_tool_calls }),
    sampling: samplingOf(body, body.max_output_tokens),
    format: formatOf(body.text?.format),
    topLogprobs: wantsLogprobs ? (body.top_logprobs ?? 0) : null,
    share,
    queueTimeoutMs: QUEUE_TIMEOUT_MS,
  };
}

function toolChoiceOf(choice: ResponseRequestBody['tool_choice']): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  return typeof choice === 'string' ? { kind: choice } : { kind: 'named', name: choice.name };
}

function formatOf(format: NonNullable<ResponseRequestBody['text']>['format']): GenerationOrder['format'] {
  if (format === undefined || format === null || format.type === 'text') return null;
  return format.type === 'json_object' ? { kind: 'json-object' } : schemaFormat(format.schema);
}

/** Calls that follow an assistant's words, or each other, are one message of the conversation. */
function messagesOf(items: readonly InputItem[]): EngineMessage[] {
  const messages: EngineMessage[] = [];
  const called = new Set<string>();
  for (const [index, item] of items.entries()) {
    switch (item.type) {
      case 'message': {
        const content = joined(item.content);
        messages.push(item.role === 'developer' ? { role: 'system', content } : { role: item.role, content });
        break;
      }
      case 'function_call': {
        called.add(item.call_id);
        const call = { id: item.call_id, name: item.name, arguments: item.arguments };
        const last = messages.at(-1);
        if (last?.role === 'assistant') last.toolCalls = [...(last.toolCalls ?? []), call];
        else messages.push({ role: 'assistant', content: '', toolCalls: [call] });
        break;
      }
      case 'function_call_output':
        if (!called.has(item.call_id)) throw badParameter(`input[${index}].call_id`, 'No earlier item is a function call with this "call_id". Send the call before its output.');
        messages.push({ role: 'tool', content: joined(item.output), toolCallId: item.call_id });
        break;
    }
  }
  return messages;
}
