import type { ExpectedError } from '../../kernel/errors.ts';
import type { GenerationEvent, GenerationUsage } from '../inference/generation.ts';

/**
 * How long an answer that was stopped may take to say so. A slow machine can be busy with one batch of a prompt for much
 * longer; whoever pressed "stop" should not wait for that.
 */
const CANCEL_GRACE_MS = 2_000;

/** The end of an answer that was stopped and of which the process says nothing. */
export function cancelledEnd(usage: GenerationUsage, totalMs: number): GenerationEvent {
  const timing = { queuedMs: 0, ttftMs: 0, totalMs, promptTokensPerSecond: 0, outputTokensPerSecond: 0 };
  return { kind: 'finished', reason: 'cancelled', stopText: null, usage, timing };
}

/** Events of one answer on their way from the process to whoever reads them. One reader. */
export class AnswerStream {
  private readonly events: GenerationEvent[] = [];
  private failure: ExpectedError | null = null;
  private ended = false;
  private wake: (() => void) | null = null;
  private readonly madeAt = performance.now();
  private readonly usage = { promptTokens: 0, cachedTokens: 0, outputTokens: 0 };
  private cancelTimer: NodeJS.Timeout | null = null;
  /** Where the request stands, for the counts. */
  phase: 'sent' | 'queued' | 'started' = 'sent';

  push(event: GenerationEvent): void {
    if (this.ended) return;
    this.events.push(event);
    if (event.kind === 'queued' || event.kind === 'started') this.phase = event.kind;
    if (event.kind === 'started') {
      this.usage.promptTokens = event.promptTokens;
      this.usage.cachedTokens = event.cachedTokens;
    }
    if (event.kind === 'text' || event.kind === 'toolArguments') this.usage.outputTokens += event.tokens;
    if (event.kind === 'finished') this.end();
    else this.wakeReader();
  }

  fail(error: ExpectedError): void {
    if (this.ended) return;
    this.failure = error;
    this.end();
  }

  /** The process was asked to stop this answer. Should it take too long to confirm, the reader is let go without it. */
  cancelSoon(): void {
    if (this.ended || this.cancelTimer !== null) return;
    this.cancelTimer = setTimeout(() => {
      this.push(cancelledEnd({ ...this.usage }, performance.now() - this.madeAt));
    }, CANCEL_GRACE_MS);
  }

  /** Next event, null after the last; throws the failure once the events before it are read. */
  async next(): Promise<GenerationEvent | null> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      if (this.failure !== null) throw this.failure;
      if (this.ended) return null;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  get isEnded(): boolean {
    return this.ended;
  }

  private end(): void {
    this.ended = true;
    if (this.cancelTimer !== null) clearTimeout(this.cancelTimer);
    this.cancelTimer = null;
    this.wakeReader();
  }

  private wakeReader(): void {
    this.wake?.();
    this.wake = null;
  }
}
