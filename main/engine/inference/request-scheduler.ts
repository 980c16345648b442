import type { ErrorValue } from '../../contract/errors.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import type { AdapterSwitch } from './adapter-switch.ts';
import { FairQueue } from './fair-queue.ts';
import type { GenerationEvent, GenerationOrder, PromptOrder } from './generation.ts';
import type { FromInference, ToInference, WeightedAdapter } from './inference-protocol.ts';
import type { PromptFormat } from './prompt-format.ts';
import type { Answer, ServingLoop } from './serving-loop.ts';

export interface SchedulerOptions {
  name: string;
  loop: ServingLoop;
  adapters: Pick<AdapterSwitch, 'isCurrent' | 'switchTo'>;
  format: PromptFormat;
  maxOutputTokens: number;
  queueLimit: number;
  /** In effect from the start. */
  attached: readonly WeightedAdapter[];
  send: (message: FromInference) => void;
}

interface Request {
  requestId: number;
  share: string;
  order: GenerationOrder;
  /** Null: whatever is attached when its turn comes. */
  adapters: readonly WeightedAdapter[] | null;
  abort: AbortController;
  arrivedAt: number;
  lastPosition: number;
  patience: NodeJS.Timeout | null;
}

/** A change of what is attached; told its milliseconds, or why not. */
interface Attachment {
  adapters: readonly WeightedAdapter[];
  settle: (outcome: number | ErrorValue) => void;
}

/**
 * Admits, queues and answers requests: as many at a time as there are sequences, in turns by share. Answers that run at the same time
 * share their adapters; before others are put into effect, running answers end, and whatever comes meanwhile waits.
 */
export class RequestScheduler {
  private readonly options: SchedulerOptions;
  private readonly waiting = new FairQueue<Request>();
  private readonly running = new Map<number, Request>();
  private idleWaiters: (() => void)[] = [];
  private readonly attachments: Attachment[] = [];
  private attached: readonly WeightedAdapter[];
  private switching = false;
  promptTokens = 0;
  outputTokens = 0;

  constructor(options: SchedulerOptions) {
    this.options = options;
    this.attached = options.attached;
  }

  get activeRequests(): number {
    return this.running.size;
  }

  get queuedRequests(): number {
    return this.waiting.length;
  }

  generate({ requestId, order, adapters }: Omit<Extract<ToInference, { kind: 'generate' }>, 'kind'>): void {
    const request: Request = { requestId, share: order.share, order, adapters, abort: new AbortController(), arrivedAt: performance.now(), lastPosition: 0, patience: null };
    if (!this.admit(request)) {
      this.refuse(request);
      return;
    }
    this.waiting.add(request);
    const { queueTimeoutMs } = order;
    if (queueTimeoutMs !== null) request.patience = setTimeout(() => this.outOfPatience(request), queueTimeoutMs);
    this.next();
  }

  /** Raises GENERATION_REFUSED. */
  countTokens(prompt: PromptOrder): number {
    return this.options.format.form(prompt).tokens.length;
  }

  /** Changes what is attached, as soon as no answer runs; `settle` is told the milliseconds it took then, or why not. */
  attach(adapters: readonly WeightedAdapter[], settle: Attachment['settle']): void {
    this.attachments.push({ adapters, settle });
    this.next();
  }

  abort(requestId: number): void {
    const request = this.waiting.find((waiting) => waiting.requestId === requestId);
    if (request === undefined) {
      this.running.get(requestId)?.abort.abort();
      return;
    }
    this.leave(request);
    const waitedMs = performance.now() - request.arrivedAt;
    this.tell(requestId, {
      kind: 'finished',
      reason: 'cancelled',
      stopText: null,
      usage: { promptTokens: 0, cachedTokens: 0, outputTokens: 0 },
      timing: { queuedMs: waitedMs, ttftMs: waitedMs, totalMs: waitedMs, promptTokensPerSecond: 0, outputTokensPerSecond: 0 },
    });
    this.next(); // those behind it may have waited for nothing else
  }

  /** Cancels everything and resolves when nothing runs any more. */
  async abortAll(): Promise<void> {
    for (const [request] of [...this.waiting.positions()]) this.abort(request.requestId);
    for (const request of this.running.values()) request.abort.abort();
    if (this.running.size > 0 || this.switching) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  /**
   * Sequences are free although requests wait only while adapters are about to change: that wait is not the queue's. Answers with adapters of their own are a
   * person's comparison, asked for one at a time, and not to be refused half-way. A full queue still takes a share that holds less of it than another.
   */
  private admit(request: Request): boolean {
    const { queueLimit, loop } = this.options;
    const counts = ({ adapters }: Request): boolean => adapters === null;
    if (!counts(request) || this.waiting.count(counts) < queueLimit + loop.freeCount) return true;
    const gives = this.waiting.whoMakesRoomFor(request.share, counts);
    if (gives === null) return false;
    this.leave(gives);
    this.refuse(gives);
    return true;
  }

  private refuse({ requestId }: Request): void {
    const { name, queueLimit } = this.options;
    this.options.send({ kind: 'failed', requestId, error: { code: 'DEPLOYMENT_BUSY', data: { name, queueLimit } } });
  }

  private outOfPatience(request: Request): void {
    this.leave(request);
    const { name } = this.options;
    this.options.send({ kind: 'failed', requestId: request.requestId, error: { code: 'QUEUE_TIMEOUT', data: { name, waitedMs: Math.round(performance.now() - request.arrivedAt) } } });
    this.next();
  }

  /** Out of the queue without having been run. */
  private leave(request: Request): void {
    if (request.patience !== null) clearTimeout(request.patience);
    this.waiting.remove(request);
  }

  private run(request: Request): void {
    if (request.patience !== null) clearTimeout(request.patience);
    this.waiting.take(request);
    this.running.set(request.requestId, request);
    // answer() reports every failure itself; whatever still escapes is a bug and ends the process with its stack.
    void this.answer(request).then(() => {
      this.running.delete(request.requestId);
      this.waiting.ended(request);
      this.next();
    });
  }

  private next(): void {
    if (this.switching) {
      this.tellPositions();
      return;
    }
    if (this.attachments.length === 0) this.runWhatMay();
    else if (this.running.size === 0) this.changeAttached();
    this.tellPositions();
    if (this.running.size > 0 || this.switching) return;
    for (const resolve of this.idleWaiters) resolve();
    this.idleWaiters = [];
  }

  private runWhatMay(): void {
    while (this.options.loop.freeCount > 0) {
      const request = this.waiting.peek();
      if (request === undefined) return;
      const adapters = request.adapters ?? this.attached;
      if (this.options.adapters.isCurrent(adapters)) {
        this.run(request);
        continue;
      }
      if (this.running.size === 0) {
        this.switchTo(adapters, (outcome) => {
          // Gone meanwhile, if it was aborted while the adapters changed.
          if (typeof outcome === 'number' || !this.waiting.remove(request)) return;
          this.leave(request);
          this.options.send({ kind: 'failed', requestId: request.requestId, error: outcome });
        });
      }
      return;
    }
  }

  private changeAttached(): void {
    const change = this.attachments.shift();
    if (change === undefined) return;
    this.switchTo(change.adapters, (outcome) => {
      if (typeof outcome === 'number') this.attached = change.adapters;
      change.settle(outcome);
    });
  }

  private switchTo(adapters: readonly WeightedAdapter[], settle: Attachment['settle']): void {
    this.switching = true;
    const startedAt = performance.now();
    void this.options.adapters.switchTo(adapters).then(
      () => performance.now() - startedAt,
      errorValueOf,
    ).then((outcome) => {
      this.switching = false;
      settle(outcome);
      this.next();
    });
  }

  private async answer(request: Request): Promise<void> {
    const { requestId } = request;
    try {
      const answer = await this.write(request);
      this.tell(requestId, { kind: 'finished', ...answer });
    } catch (error) {
      this.options.send({ kind: 'failed', requestId, error: errorValueOf(error) });
    }
  }

  private async write(request: Request): Promise<Answer> {
    const { loop, format, maxOutputTokens } = this.options;
    const { requestId, order, share } = request;
    const startedAt = performance.now();
    const prompt = format.form(order.prompt);
    // Nothing to compute says nothing of what follows; and a step without tokens would fail for everybody in it.
    if (prompt.tokens.length === 0) throw new ExpectedError('GENERATION_REFUSED', { reason: 'empty-prompt', detail: '' });
    return loop.write({
      order,
      prompt,
      maxOutputTokens,
      signal: request.abort.signal,
      arrivedAt: request.arrivedAt,
      startedAt,
      onEvent: (event) => this.tell(requestId, event),
      onTokens: (promptTokens, outputTokens) => {
        this.promptTokens += promptTokens;
        this.outputTokens += outputTokens;
        this.waiting.charge(share, { prompt: promptTokens, output: outputTokens });
      },
    });
  }

  private tell(requestId: number, event: GenerationEvent): void {
    this.options.send({ kind: 'event', requestId, event });
  }

  private tellPositions(): void {
    for (const [request, position] of this.waiting.positions()) {
      if (request.lastPosition === position) continue;
      request.lastPosition = position;
      this.tell(request.requestId, { kind: 'queued', position });
    }
  }
}

/** A failure that is nobody's fault in the catalogue is the engine's: the request fails with its words, the process lives. */
export function errorValueOf(error: unknown): ErrorValue {
  if (error instanceof ExpectedError) return error.toValue();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'ENGINE_FAILED', data: { reason: 'crashed', detail } };
}
