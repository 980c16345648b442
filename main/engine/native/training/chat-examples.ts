import type { ChatHistoryItem, LlamaText, Token } from 'node-llama-cpp';
import type { ServingTokenizer } from '../serving-tokenizer.ts';
import type { TokenisedExample } from './pack-windows.ts';

export interface ExampleMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Conversations as the tokens that serving would make of them, up to the end of the last answer. */
export interface ChatExamples {
  /** Answers, and the token that ends each, are scored; with `everything` all tokens are. */
  example(messages: readonly ExampleMessage[], learnFrom: 'answers' | 'everything'): TokenisedExample;
}

/** Pieces of a rendered conversation: `special` ones are the template's own, `text` ones may hold contents by number. */
type Piece = { readonly kind: 'special'; readonly tokens: readonly number[] } | { readonly kind: 'text'; readonly text: string };

/** A conversation's form, which depends on the roles alone: contents are put in behind. */
interface Form {
  readonly pieces: readonly Piece[];
  /** What comes behind the last answer, up to its first special token. */
  readonly ending: readonly number[];
}

/** Contents stand in the template as this and their number; private-use characters that no template has. */
const [open, close] = ['\u{F1A90}', '\u{F1A91}'];
const placeholder = new RegExp(`${open}(\\d+)${close}`, 'gu');
/** Conversations of very many turns would each have a form of their own. */
const mostForms = 256;

/**
 * Renders conversations with the model's own template through the very code that serves (node-llama-cpp's JinjaTemplateChatWrapper, as
 * engine/inference/prompt-format.ts uses it): the tokens before an answer are those the model will see. Special tokens are parsed in the
 * template's own text only. Throws where the template cannot be used, with the library's reason.
 */
export async function createChatExamples(vocabulary: ServingTokenizer, template: string): Promise<ChatExamples> {
  const { JinjaTemplateChatWrapper } = await import('node-llama-cpp');
  const { tokenizer, eos } = vocabulary;
  const wrapper = new JinjaTemplateChatWrapper({ tokenizer, template });
  const forms = new Map<string, Form>();

  const make = (roles: readonly ExampleMessage['role'][]): Form => {
    const chatHistory = roles.map((role, index): ChatHistoryItem => {
      const content = `${open}${index}${close}`;
      return role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content };
    });
    const { contextText, stopGenerationTriggers } = wrapper.generateContextState({ chatHistory });
    return { pieces: piecesOf(contextText), ending: endingOf(stopGenerationTriggers[1]) };
  };
  const piecesOf = (text: LlamaText): Piece[] => {
    const pieces: Piece[] = [];
    for (const value of text.values) {
      const before = pieces.at(-1);
      // Texts that follow each other are tokenised as one (LlamaText.tokenize).
      if (typeof value === 'string') {
        if (before?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: before.text + value };
        else pieces.push({ kind: 'text', text: value });
      } else {
        const tokens = value.tokenize(tokenizer, pieces.length > 0);
        if (before?.kind === 'special') pieces[pieces.length - 1] = { kind: 'special', tokens: [...before.tokens, ...tokens] };
        else pieces.push({ kind: 'special', tokens });
      }
    }
    return pieces;
  };
  const upToSpecial = (tokens: readonly number[]): readonly number[] | null => {
    const at = tokens.findIndex((token) => tokenizer.isSpecialToken(token as Token));
    return at < 0 ? null : tokens.slice(0, at + 1);
  };
  /** Serving stops at the first special token of it, or at its text; where the template ends an answer with nothing, at the model's own end. */
  const endingOf = (trigger: LlamaText | undefined): readonly number[] => {
    const tokens: readonly number[] = trigger?.tokenize(tokenizer, 'trimLeadingSpace') ?? [];
    const marked = upToSpecial(tokens);
    if (marked !== null) return marked;
    if (tokens.length > 0 && tokenizer.detokenize(tokens as Token[]).trim() !== '') return tokens;
    return [eos].filter((token) => token >= 0);
  };
  const formOf = (roles: readonly ExampleMessage['role'][]): Form => {
    const key = roles.join(' ');
    const found = forms.get(key) ?? make(roles);
    if (forms.size < mostForms) forms.set(key, found);
    return found;
  };

  return {
    example(messages, learnFrom) {
      const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
      const told = messages.slice(0, lastAnswer + 1);
      const form = formOf(told.map(({ role }) => role));
      const tokens: number[] = [];
      const scored: boolean[] = [];
      const add = (piece: readonly number[], scoredCount: number): void => {
        for (const [index, token] of piece.entries()) {
          tokens.push(token);
          scored.push(index < scoredCount);
        }
      };
      const all = learnFrom === 'everything';
      let afterAnswer = false;
      for (const piece of form.pieces) {
        if (piece.kind === 'special') {
          add(piece.tokens, all ? piece.tokens.length : afterAnswer ? (upToSpecial(piece.tokens)?.length ?? 0) : 0);
          afterAnswer = false;
          continue;
        }
        const numbers = [...piece.text.matchAll(placeholder)].map((match) => Number(match[1]));
        const text = piece.text.replace(placeholder, (_, number: string) => told[Number(number)]?.content ?? '');
        const isAnswer = numbers.length > 0 && numbers.every((number) => told[number]?.role === 'assistant');
        const made = tokenizer(text, false, 'trimLeadingSpace'); // as LlamaText.tokenize does, also at the beginning
        add(made, all || isAnswer ? made.length : 0);
        afterAnswer = isAnswer;
      }
      add(form.ending, form.ending.length);
      if (vocabulary.prependsBos && tokens[0] !== vocabulary.bos) {
        tokens.unshift(vocabulary.bos);
        scored.unshift(false);
      }
      return { tokens, scored };
    },
  };
}
