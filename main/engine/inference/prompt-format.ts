import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp';
import type { ChatMessage } from '../../contract/deployments.contract.ts';
import type { ChatFormat } from './inference-protocol.ts';

type Library = typeof import('node-llama-cpp');

export interface Prompt {
  tokens: Token[];
  /** Tokens after which the format says the answer is over, besides those the model itself marks as an end. */
  stopTokens: ReadonlySet<Token>;
  stopTexts: readonly string[];
}

export interface PromptFormat {
  readonly report: ChatFormat;
  /** Whole conversation to tokens. What people wrote is tokenized as text, never as control tokens. */
  form(messages: readonly ChatMessage[]): Prompt;
}

/**
 * Decides how conversations become prompts: the model's own template, else the nearest known format with the reason why,
 * else (no template) plain continuation.
 */
export function resolvePromptFormat(library: Library, model: LlamaModel, hasChatTemplate: boolean): PromptFormat {
  const template = model.fileInfo.metadata.tokenizer.chat_template;
  if (!hasChatTemplate || typeof template !== 'string' || template.trim() === '') return plainFormat(model);
  try {
    const own = library.resolveChatWrapper(model, { type: 'jinjaTemplate', fallbackToOtherWrappersOnJinjaError: false, warningLogs: false });
    return chatFormat(model, own, { kind: 'template', name: own.wrapperName, problem: null });
  } catch (error) {
    // The template comes from the model's file and may be anything: the reason goes into the report.
    const problem = error instanceof Error ? error.message : String(error);
    const known = library.resolveChatWrapper(model, { noJinja: true, warningLogs: false });
    return chatFormat(model, known, { kind: 'known', name: known.wrapperName, problem });
  }
}

/** For a model that only continues text: the contents joined by newlines, no role words. */
function plainFormat(model: LlamaModel): PromptFormat {
  return {
    report: { kind: 'plain', name: 'plain', problem: null },
    form: (messages) => ({
      tokens: withBeginning(model, model.tokenize(messages.map((message) => message.content).join('\n'), false)),
      stopTokens: new Set(),
      stopTexts: [],
    }),
  };
}

function chatFormat(model: LlamaModel, wrapper: ChatWrapper, report: ChatFormat): PromptFormat {
  return {
    report,
    form(messages) {
      const state = wrapper.generateContextState({ chatHistory: historyOf(messages) });
      const stopTokens = new Set<Token>();
      const stopTexts: string[] = [];
      for (const trigger of state.stopGenerationTriggers) {
        const tokens = trigger.tokenize(model.tokenizer);
        const [first] = tokens;
        if (first === undefined || model.isEogToken(first)) continue;
        if (model.isSpecialToken(first)) stopTokens.add(first);
        else {
          const text = model.detokenize(tokens, false);
          if (text.trim() !== '') stopTexts.push(text);
        }
      }
      return { tokens: withBeginning(model, state.contextText.tokenize(model.tokenizer)), stopTokens, stopTexts };
    },
  };
}

/** The library's history; it ends with the answer to be written, empty unless the last message is the beginning of one. */
function historyOf(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const history = messages.map(({ role, content }): ChatHistoryItem => {
    if (role === 'assistant') return { type: 'model', response: [content] };
    return { type: role, text: content };
  });
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
}

/** Adds the beginning-of-sequence token where the model wants one and the format has not put it there. */
function withBeginning(model: LlamaModel, tokens: Token[]): Token[] {
  const beginning = model.tokens.bos;
  if (beginning === null || !model.tokens.shouldPrependBosToken || tokens[0] === beginning) return tokens;
  return [beginning, ...tokens];
}
