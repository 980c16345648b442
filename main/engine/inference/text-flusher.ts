/** Longest time text waits to be sent together with what follows. */
const FLUSH_INTERVAL_MS = 16;

/**
 * Coalesces the text of single tokens into batches: the first piece goes out at once (it is the time to first token),
 * later ones at most 16 ms after they came. `tokens` counts the tokens that went into a batch.
 */
export class TextFlusher {
  private readonly send: (text: string, tokens: number) => void;
  private text = '';
  private tokens = 0;
  private sentFirst = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(send: (text: string, tokens: number) => void) {
    this.send = send;
  }

  /** Text may be empty: the token then waits for the next text. */
  add(text: string, tokens: number): void {
    this.text += text;
    this.tokens += tokens;
    if (this.text === '') return;
    if (!this.sentFirst) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Sends what has gathered and stops the timer; to be called at the end too. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.text === '' && this.tokens === 0) return;
    const { text, tokens } = this;
    this.text = '';
    this.tokens = 0;
    this.sentFirst = true;
    this.send(text, tokens);
  }
}
