import type { ChatWrapper, GgufFileInfo, LlamaModel, Token, Tokenizer } from 'node-llama-cpp';
import { ExpectedError } from '../../kernel/errors.ts';
import { historyOf } from './chat-history.ts';
import type { PromptOrder, Tool } from './generation.ts';
import type { ChatFormat } from './inference-protocol.ts';
import type { ToolSyntax } from './structured/tool-syntax.ts';
import { toolSyntaxOf } from './tool-syntax-of.ts';

type Library = typeof import('node-llama-cpp');
type ChatPrompt = Extract<PromptOrder, { kind: 'chat' }>;

export interface Prompt {
  tokens: Token[];
  /** Tokens after which the format says the answer is over, besides those the model itself marks as an end. */
  stopTokens: ReadonlySet<Token>;
  stopTexts: readonly string[];
  /** Tools the answer may call, and how; null where it may call none. */
  tools: PromptTools | null;
}

export interface PromptTools {
  tools: readonly Tool[];
  syntax: ToolSyntax;
  /** Whether an answer may hold more than one call. */
  parallel: boolean;
  /** The answer must be a call. */
  forced: boolean;
}

/** What forming prompts needs to know of a loaded model, whoever loaded it. */
export interface PromptVocabulary {
  readonly tokenizer: Tokenizer;
  readonly size: number;
  /** Null where the vocabulary has none. */
  readonly bos: Token | null;
  readonly bosText: string | null;
  /** Whether every text begins with `bos`. */
  readonly prependsBos: boolean;
  readonly fileName: string;
  readonly fileInfo: GgufFileInfo;
}

export interface PromptFormat {
  readonly report: ChatFormat;
  /** The library's form of conversations; null for a model that only continues text. */
  readonly wrapper: ChatWrapper | null;
  /**
   * Whole conversation to tokens. What people wrote is tokenized as text, never as control tokens. A text to be continued has no format. Raises
   * GENERATION_REFUSED for a token that is not in the vocabulary, and for tools a format cannot describe.
   */
  form(prompt: PromptOrder): Prompt;
}

/** A model of the library, as prompts see it. */
export function vocabularyOf(model: LlamaModel): PromptVocabulary {
  return {
    tokenizer: model.tokenizer,
    size: model.fileInfo.metadata.tokenizer.ggml.tokens.length,
    bos: model.tokens.bos,
    bosText: model.tokens.bosString,
    prependsBos: model.tokens.shouldPrependBosToken,
    fileName: model.filename ?? '',
    fileInfo: model.fileInfo,
  };
}

/**
 * Decides how conversations become prompts: the model's own template, else the nearest known format with the reason why,
 * else (no template) plain continuation.
 */
export function resolvePromptFormat(library: Library, vocabulary: PromptVocabulary, hasChatTemplate: boolean): PromptFormat {
  const template = vocabulary.fileInfo.metadata.tokenizer.chat_template;
  if (!hasChatTemplate || typeof template !== 'string' || template.trim() === '') return plainFormat(vocabulary);
  const { tokenizer, bosText, fileName, fileInfo } = vocabulary;
  const known = { tokenizer, bosString: bosText, architecture: fileInfo.metadata.general.architecture, filename: fileName, fileInfo, warningLogs: false };
  try {
    const own = library.resolveChatWrapper({ ...known, type: 'jinjaTemplate', fallbackToOtherWrappersOnJinjaError: false });
    if (own === null) throw new Error('no chat wrapper');
    return chatFormat(library, vocabulary, { wrapper: own, report: { kind: 'template', name: own.wrapperName, problem: null } });
  } catch (error) {
    // The template comes from the model's file and may be anything: the reason goes into the report.
    const problem = error instanceof Error ? error.message : String(error);
    const nearest = library.resolveChatWrapper({ ...known, noJinja: true }) ?? new library.GeneralChatWrapper();
    return chatFormat(library, vocabulary, { wrapper: nearest, report: { kind: 'known', name: nearest.wrapperName, problem } });
  }
}

/** For a model that only continues text: the contents joined by newlines, no role words. */
function plainFormat(vocabulary: PromptVocabulary): PromptFormat {
  return {
    report: { kind: 'plain', name: 'plain', problem: null },
    wrapper: null,
    form(prompt) {
      if (prompt.kind !== 'chat') return withoutFormat(vocabulary, prompt);
      if (prompt.tools !== undefined && prompt.tools.length > 0) throw new ExpectedError('GENERATION_REFUSED', { reason: 'tools', detail: 'it has no chat template' });
      const text = prompt.messages.map((message) => message.content).join('\n');
      return withoutFormat(vocabulary, { kind: 'text', text });
    },
  };
}

function chatFormat(library: Library, vocabulary: PromptVocabulary, { wrapper, report }: { wrapper: ChatWrapper; report: ChatFormat }): PromptFormat {
  const { tokenizer } = vocabulary;
  let syntax: ToolSyntax | null = null;
  return {
    report,
    wrapper,
    form(prompt) {
      if (prompt.kind !== 'chat') return withoutFormat(vocabulary, prompt);
      const state = wrapper.generateContextState({ chatHistory: historyOf(prompt.messages), ...describedTools(prompt) });
      const stopTokens = new Set<Token>();
      const stopTexts: string[] = [];
      for (const trigger of state.stopGenerationTriggers) {
        const tokens = trigger.tokenize(tokenizer);
        const [first] = tokens;
        if (first === undefined || tokenizer.isEogToken(first)) continue;
        if (tokenizer.isSpecialToken(first)) stopTokens.add(first);
        else {
          const text = tokenizer.detokenize(tokens, false);
          if (text.trim() !== '') stopTexts.push(text);
        }
      }
      const callable = callableTools(prompt);
      if (callable !== null) syntax ??= toolSyntaxOf(library, wrapper, tokenizer);
      return { tokens: withBeginning(vocabulary, state.contextText.tokenize(tokenizer)), stopTokens, stopTexts, tools: callable === null || syntax === null ? null : { ...callable, syntax } };
    },
  };
}

type Described = { availableFunctions?: Record<string, { description: string; params?: never }>; documentFunctionParams?: boolean };

/** Tools as the library's formats describe them to the model. Not where they must not be called: the model then need not know of them. */
function describedTools({ tools = [], toolChoice }: ChatPrompt): Described {
  if (tools.length === 0 || toolChoice?.kind === 'none') return {};
  // The library's type allows a part of JSON schema only; what it does with the rest is to describe it as it can.
  const entries = tools.map(({ name, description, parameters }) => [name, { description, ...(parameters === null ? {} : { params: parameters as never }) }] as const);
  return { availableFunctions: Object.fromEntries(entries), documentFunctionParams: true };
}

/** Raises GENERATION_REFUSED where the tool that must be called is not there. */
function callableTools({ tools = [], toolChoice = { kind: 'auto' }, parallelToolCalls = true }: ChatPrompt): Omit<PromptTools, 'syntax'> | null {
  switch (toolChoice.kind) {
    case 'none':
      return null;
    case 'auto':
      return tools.length === 0 ? null : { tools, parallel: parallelToolCalls, forced: false };
    case 'required':
    case 'named': {
      const possible = toolChoice.kind === 'required' ? tools : tools.filter(({ name }) => name === toolChoice.name);
      if (possible.length === 0) throw new ExpectedError('GENERATION_REFUSED', { reason: 'tools', detail: toolChoice.kind === 'named' ? `there is no tool "${toolChoice.name}"` : 'there is none that could be called' });
      return { tools: possible, parallel: parallelToolCalls && toolChoice.kind === 'required', forced: true };
    }
  }
}

function withoutFormat(vocabulary: PromptVocabulary, prompt: Exclude<PromptOrder, { kind: 'chat' }>): Prompt {
  const none = { stopTokens: new Set<Token>(), stopTexts: [], tools: null };
  if (prompt.kind === 'text') return { tokens: withBeginning(vocabulary, vocabulary.tokenizer(prompt.text, false)), ...none };
  const unknown = prompt.tokens.find((token) => token >= vocabulary.size);
  if (unknown !== undefined) throw new ExpectedError('GENERATION_REFUSED', { reason: 'token', detail: `${unknown} ≥ ${vocabulary.size}` });
  return { tokens: prompt.tokens as Token[], ...none };
}

/** Adds the beginning-of-sequence token where the model wants one and the format has not put it there. */
function withBeginning({ bos, prependsBos }: PromptVocabulary, tokens: Token[]): Token[] {
  return bos === null || !prependsBos || tokens[0] === bos ? tokens : [bos, ...tokens];
}
