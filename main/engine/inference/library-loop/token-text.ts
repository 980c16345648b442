import type { LlamaModel, Token } from 'node-llama-cpp';

/** A character of UTF-8 has at most four bytes, so four byte tokens; what is broken after eight stays broken. */
const MAX_HELD_TOKENS = 8;
const REMEMBERED_TOKENS = 4;

/** Turns tokens into text one by one, waiting where a character is spread over several tokens. */
export class TokenText {
  private readonly model: Pick<LlamaModel, 'detokenize'>;
  private held: Token[] = [];
  private previous: Token[];

  /** `previous` are the last tokens of the prompt: some tokenizers decide by them whether a space comes first. */
  constructor(model: Pick<LlamaModel, 'detokenize'>, previous: readonly Token[]) {
    this.model = model;
    this.previous = previous.slice(-REMEMBERED_TOKENS);
  }

  push(token: Token): string {
    this.held.push(token);
    const text = this.model.detokenize(this.held, false, this.previous);
    if (text.endsWith('\u{FFFD}') && this.held.length < MAX_HELD_TOKENS) return '';
    this.previous = [...this.previous, ...this.held].slice(-REMEMBERED_TOKENS);
    this.held = [];
    return text;
  }

  /** The incomplete rest at the end of an answer. */
  rest(): string {
    const text = this.held.length === 0 ? '' : this.model.detokenize(this.held, false, this.previous);
    this.held = [];
    return text;
  }
}
