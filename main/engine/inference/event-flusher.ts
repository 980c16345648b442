import type { AnswerEvent } from './serving-loop.ts';

/** Longest time a piece waits to be sent together with what follows. */
const FLUSH_INTERVAL_MS = 16;

type Piece = Extract<AnswerEvent, { kind: 'text' | 'toolArguments' }>;

/**
 * Coalesces the pieces of single tokens into batches: the first goes out at once (it is the time to first token), later ones at most 16 ms after they
 * came, and whatever is not a piece at once with what waits before it.
 */
export class EventFlusher {
  private readonly send: (event: AnswerEvent) => void;
  private pending: Piece | null = null;
  private sentFirst = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(send: (event: AnswerEvent) => void) {
    this.send = send;
  }

  add(event: AnswerEvent): void {
    if (event.kind !== 'text' && event.kind !== 'toolArguments') {
      this.flush();
      this.send(event);
      this.sentFirst ||= event.kind === 'toolCall';
      return;
    }
    if (this.pending !== null && !together(this.pending, event)) this.flush();
    this.pending = this.pending === null ? { ...event } : merged(this.pending, event);
    // Text may be empty: the token then waits for the next text.
    if (this.pending.text === '') return;
    if (!this.sentFirst) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Sends what has gathered and stops the timer; to be called at the end too. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { pending } = this;
    this.pending = null;
    if (pending === null || (pending.text === '' && pending.tokens === 0)) return;
    this.sentFirst = true;
    this.send(pending);
  }
}

function together(first: Piece, second: Piece): boolean {
  return first.kind === 'text' ? second.kind === 'text' : second.kind === 'toolArguments' && second.index === first.index;
}

function merged(first: Piece, second: Piece): Piece {
  const joined = { ...first, text: first.text + second.text, tokens: first.tokens + second.tokens };
  if (joined.kind !== 'text' || second.kind !== 'text' || second.logprobs === undefined) return joined;
  return { ...joined, logprobs: [...(joined.logprobs ?? []), ...second.logprobs] };
}
