import type { ChatEvent } from '../../contract/deployments.contract.ts';
import type { ExpectedError } from '../../kernel/errors.ts';

/** Events of one answer on their way from the process to whoever reads them. One reader. */
export class AnswerStream {
  private readonly events: ChatEvent[] = [];
  private failure: ExpectedError | null = null;
  private ended = false;
  private wake: (() => void) | null = null;
  /** Where the request stands, for the counts. */
  phase: 'sent' | 'queued' | 'started' = 'sent';

  push(event: ChatEvent): void {
    if (this.ended) return;
    this.events.push(event);
    if (event.kind === 'queued' || event.kind === 'started') this.phase = event.kind;
    if (event.kind === 'finished') this.ended = true;
    this.wakeReader();
  }

  fail(error: ExpectedError): void {
    if (this.ended) return;
    this.failure = error;
    this.ended = true;
    this.wakeReader();
  }

  /** Next event, null after the last; throws the failure once the events before it are read. */
  async next(): Promise<ChatEvent | null> {
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

  private wakeReader(): void {
    this.wake?.();
    this.wake = null;
  }
}
