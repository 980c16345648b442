import type { EngineMessage, GenerationOrder, PromptOrder, ToolChoice } from '../../engine/inference/generation.ts';
import { badParameter } from '../api-error.ts';
import type { CountRequestBody, MessageBody, MessageRequestBody } from './messages.schema.ts';
import { chatPrompt, joined, QUEUE_TIMEOUT_MS, samplingOf, schemaFormat } from './translate.ts';

/** The prompt behind Anthropic's messages. Raises ApiError 400 for the result of a tool nobody used. */
export function messagePrompt(body: CountRequestBody): PromptOrder {
  const system: EngineMessage[] = body.system === undefined ? [] : [{ role: 'system', content: joined(body.system) }];
  const called = new Set<string>();
  const messages = body.messages.flatMap((message, index) => engineMessagesOf(message, { called, path: `messages[${index}].content` }));
  const choice = body.tool_choice;
  const oneCall = choice !== undefined && 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use === true;
  return chatPrompt({
    messages: [...system, ...messages],
    tools: (body.tools ?? []).map(({ name, description, input_schema: parameters }) => ({ name, description: description ?? '', parameters })),
    toolChoice: toolChoiceOf(choice),
    parallelToolCalls: oneCall ? false : undefined,
  });
}

export function messageOrder(body: MessageRequestBody, share: string): GenerationOrder {
  const { temperature, top_p, top_k, stop_sequences: stop, max_tokens: maxTokens } = body;
  const format = body.output_config?.format;
  return { prompt: messagePrompt(body), sampling: samplingOf({ temperature, top_p, top_k, stop }, maxTokens), format: format == null ? null : schemaFormat(format.schema), topLogprobs: null, share, queueTimeoutMs: QUEUE_TIMEOUT_MS };
}

function toolChoiceOf(choice: CountRequestBody['tool_choice']): ToolChoice | undefined {
  switch (choice?.type) {
    case undefined:
      return undefined;
    case 'any':
      return { kind: 'required' };
    case 'tool':
      return { kind: 'named', name: choice.name };
    case 'auto':
    case 'none':
      return { kind: choice.type };
  }
}

/** One message may hold several of the engine's: results of tools first, then what the person says to them. */
function engineMessagesOf(message: MessageBody, { called, path }: { called: Set<string>; path: string }): EngineMessage[] {
  if (message.role === 'system') return [{ role: 'system', content: joined(message.content) }];
  if (typeof message.content === 'string') return [{ role: message.role, content: message.content }];
  if (message.role === 'assistant') return assistantMessage(message.content, called);
  const results: EngineMessage[] = [];
  const words: string[] = [];
  for (const [index, block] of message.content.entries()) {
    if (block.type === 'text') words.push(block.text);
    else {
      if (!called.has(block.tool_use_id)) throw badParameter(`${path}[${index}].tool_use_id`, 'No earlier "tool_use" block has this id. Send the assistant message with it before the result.');
      const result = joined(block.content ?? '');
      results.push({ role: 'tool', content: block.is_error === true ? `Error: ${result}` : result, toolCallId: block.tool_use_id });
    }
  }
  return words.length === 0 && results.length > 0 ? results : [...results, { role: 'user', content: words.join('') }];
}

function assistantMessage(blocks: Exclude<Extract<MessageBody, { role: 'assistant' }>['content'], string>, called: Set<string>): EngineMessage[] {
  const toolCalls = blocks.flatMap((block) => (block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : []));
  for (const { id } of toolCalls) called.add(id);
  const content = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  return [toolCalls.length === 0 ? { role: 'assistant', content } : { role: 'assistant', content, toolCalls }];
}
