import type { ChatHistoryItem, ChatModelFunctionCall } from 'node-llama-cpp';
import type { EngineMessage, ToolCall } from './generation.ts';

type ModelItem = Extract<ChatHistoryItem, { type: 'model' }>;

/**
 * Messages as the library's formats take them. What a tool answered belongs there to the answer that called it, and an answer that goes on after
 * tools is one with it; so the last item is always the answer to be written, empty unless the last message is the beginning of one.
 */
export function historyOf(messages: readonly EngineMessage[]): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = [];
  const calls = new Map<string, ChatModelFunctionCall>();
  for (const message of messages) {
    switch (message.role) {
      case 'system':
      case 'user':
        history.push({ type: message.role, text: message.content });
        break;
      case 'assistant': {
        const item = openAnswer(history);
        if (message.content !== '' || message.toolCalls === undefined) item.response.push(message.content);
        for (const [index, call] of (message.toolCalls ?? []).entries()) {
          const made = callOf(call, index === 0);
          calls.set(call.id, made);
          item.response.push(made);
        }
        break;
      }
      case 'tool': {
        const call = calls.get(message.toolCallId);
        // An answer to a call nobody made is still something the model was told.
        if (call === undefined) openAnswer(history).response.push(message.content);
        else call.result = jsonOrText(message.content);
        break;
      }
    }
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
}

/** The answer the history ends with if it waits for tools, else a new one. */
function openAnswer(history: ChatHistoryItem[]): ModelItem {
  const last = history.at(-1);
  if (last?.type === 'model' && last.response.some((part) => typeof part !== 'string')) return last;
  const item: ModelItem = { type: 'model', response: [] };
  history.push(item);
  return item;
}

function callOf({ name, arguments: text }: ToolCall, startsNewChunk: boolean): ChatModelFunctionCall {
  return { type: 'functionCall', name, params: jsonOrText(text), result: undefined, startsNewChunk };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
