import type { LlamaModel } from 'node-llama-cpp';
import type { ErrorValue } from '../../contract/errors.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import type { AdapterSwitch } from './adapter-switch.ts';
import { writeAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import type { GenerationEvent, GenerationOrder, PromptOrder } from './generation.ts';
import type { FromInference, ToInference, WeightedAdapter } from './inference-protocol.ts';
import type { PromptFormat } from './prompt-format.ts';
import type { SequencePool } from './sequence-pool.ts';
import type { ThreadGovernor } from './thread-governor.ts';

export interface SchedulerOptions {
  name: string;
  model: LlamaModel;
  pool: SequencePool;
  adapters: Pick<AdapterSwitch, 'isCurrent' | 'switchTo'>;
  format: PromptFormat;
  threads: ThreadGovernor;
  maxOutputTokens: number;
  queueLimit: number;
  /** In effect from the start. */
  attached: readonly WeightedAdapter[];
  send: (message: FromInference) => void;
}

interface Request {
  requestId: number;
  order: GenerationOrder;
  /** Null: whatever is attached when its turn comes. */
  adapters: readonly WeightedAdapter[] | null;
  abort: AbortController;
  arrivedAt: number;
  lastPosition: number;
}

/** A change of what is attached; told its milliseconds, or why not. */
interface Attachment {
  adapters: readonly WeightedAdapter[];
  settle: (outcome: number | ErrorValue) => void;
}

/**
 * Admits, queues (first in, first out) and answers requests: as many at a time as there are sequences. Answers that run at the same time
 * share their adapters; before others are put into effect, running answers end, and whatever comes meanwhile waits.
 */
export class RequestScheduler {
  private readonly options: SchedulerOptions;
  private readonly waiting: Request[] = [];
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
    const request: Request = { requestId, order, adapters, abort: new AbortController(), arrivedAt: performance.now(), lastPosition: 0 };
    const { name, queueLimit, pool } = this.options;
    // Sequences are free although requests wait only while adapters are about to change: that wait is not the queue's. Answers with adapters of
    // their own are a person's comparison, asked for one at a time, and not to be refused half-way.
    const waiting = this.waiting.filter((other) => other.adapters === null).length;
    if (adapters === null && waiting >= queueLimit + pool.freeCount) {
      this.options.send({ kind: 'failed', requestId, error: { code: 'DEPLOYMENT_BUSY', data: { name, queueLimit } } });
      return;
    }
    this.waiting.push(request);
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
    const index = this.waiting.findIndex((request) => request.requestId === requestId);
    const [request] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (request === undefined) {
      this.running.get(requestId)?.abort.abort();
      return;
    }
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
    for (const request of [...this.waiting]) this.abort(request.requestId);
    for (const request of this.running.values()) request.abort.abort();
    if (this.running.size > 0 || this.switching) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  private run(request: Request): void {
    this.running.set(request.requestId, request);
    // answer() reports every failure itself; whatever still escapes is a bug and ends the process with its stack.
    void this.answer(request).then(() => {
      this.running.delete(request.requestId);
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
    while (this.options.pool.hasFree) {
      const [request] = this.waiting;
      if (request === undefined) return;
      const adapters = request.adapters ?? this.attached;
      if (this.options.adapters.isCurrent(adapters)) {
        this.waiting.shift();
        this.run(request);
        continue;
      }
      if (this.running.size === 0) {
        this.switchTo(adapters, (outcome) => {
          // Gone meanwhile, if it was aborted while the adapters changed.
          if (typeof outcome === 'number' || this.waiting[0] !== request) return;
          this.waiting.shift();
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
    const { model, pool, format, threads, maxOutputTokens } = this.options;
    const { requestId, order } = request;
    requireWithinReach(order);
    const startedAt = performance.now();
    const prompt = format.form(order.prompt);
    const pooled = pool.take(prompt.tokens);
    try {
      const cachedTokens = Math.min(pooled.sequence.compareContextTokens(prompt.tokens).firstDifferentIndex, prompt.tokens.length - 1);
      this.tell(requestId, { kind: 'started', promptTokens: prompt.tokens.length, cachedTokens });
      return await writeAnswer({
        model,
        sequence: pooled.sequence,
        sequenceIndex: pooled.index,
        prompt,
        sampling: order.sampling,
        maxOutputTokens,
        threads,
        signal: request.abort.signal,
        arrivedAt: request.arrivedAt,
        startedAt,
        onText: (text, tokens) => this.tell(requestId, { kind: 'text', text, tokens }),
        cachedTokens,
        onTokens: (promptTokens, outputTokens) => {
          this.promptTokens += promptTokens;
          this.outputTokens += outputTokens;
        },
      });
    } catch (error) {
      if (!(error instanceof ExpectedError)) await pool.replace(pooled);
      throw error;
    } finally {
      pool.giveBack(pooled);
    }
  }

  private tell(requestId: number, event: GenerationEvent): void {
    this.options.send({ kind: 'event', requestId, event });
  }

  private tellPositions(): void {
    for (const [index, request] of this.waiting.entries()) {
      const position = index + 1;
      if (request.lastPosition === position) continue;
      request.lastPosition = position;
      this.tell(request.requestId, { kind: 'queued', position });
    }
  }
}

/** The library's own evaluator serves conversations and texts; the rest is the native loop's. */
function requireWithinReach({ prompt, format, topLogprobs }: GenerationOrder): void {
  const beyond = format !== null ? 'format' : topLogprobs !== null ? 'logprobs' : prompt.kind === 'chat' && prompt.tools !== undefined && prompt.tools.length > 0 ? 'tools' : null;
  if (beyond !== null) throw new ExpectedError('GENERATION_REFUSED', { reason: 'fall-back-engine', detail: beyond });
}

/** A failure that is nobody's fault in the catalogue is the engine's: the request fails with its words, the process lives. */
function errorValueOf(error: unknown): ErrorValue {
  if (error instanceof ExpectedError) return error.toValue();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'ENGINE_FAILED', data: { reason: 'crashed', detail } };
}
