import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled, ExpectedError } from '../../../kernel/errors.ts';
import { FairQueue } from '../fair-queue.ts';
import type { EmbeddingOrder, RankingOrder } from '../generation.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import type { TextPooler } from './text-pooler.ts';

export interface PoolingSchedulerOptions {
  /** Deployment name, for the data of errors. */
  name: string;
  pooler: TextPooler;
  /** Requests that may wait. */
  queueLimit: number;
}

/** What a request came to: outputs in the order of its texts. */
export interface Pooled {
  outputs: Float32Array[];
  promptTokens: number;
}

interface Request {
  readonly callId: number;
  readonly share: string;
  readonly arrivedAt: number;
  readonly end: PromiseWithResolvers<Pooled>;
  texts: (readonly number[])[];
  outputs: Float32Array[];
  /** Texts given to computations, and texts whose output is there. */
  begun: number;
  done: number;
  isOver: boolean;
  patience: NodeJS.Timeout | null;
}

/** The event loop never stands still for longer while texts become tokens. */
const turnEveryMs = 20;

/**
 * Queues and answers requests for vectors and scores. What is computed at once is put together text by text, each time of the share that has been given
 * least, so that a request of two thousand texts does not hold up one of a single text; and nothing is begun of a request that would be refused.
 */
export class PoolingScheduler {
  private readonly options: PoolingSchedulerOptions;
  /** Requests of which texts are left to begin. */
  private readonly queue = new FairQueue<Request>();
  private readonly open = new Map<number, Request>();
  private isRunning = false;
  private idleWaiters: (() => void)[] = [];
  promptTokens = 0;

  constructor(options: PoolingSchedulerOptions) {
    this.options = options;
  }

  get activeRequests(): number {
    return [...this.open.values()].filter(({ begun }) => begun > 0).length;
  }

  get queuedRequests(): number {
    return this.open.size - this.activeRequests;
  }

  /** Vectors of Euclidean length 1. Raises GENERATION_REFUSED, PROMPT_TOO_LONG, DEPLOYMENT_BUSY, QUEUE_TIMEOUT, CANCELLED. */
  async embed(callId: number, order: EmbeddingOrder): Promise<Pooled> {
    const { pooler } = this.options;
    if (pooler.task !== 'embed') throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-embeddings', detail: '' });
    const pooled = await this.compute(callId, order, order.inputs.map((input) => () => pooler.tokensOf(input)));
    return { ...pooled, outputs: pooled.outputs.map(unitVector) };
  }

  /** One score a document. Raises what `embed` raises. */
  async rank(callId: number, order: RankingOrder): Promise<Pooled> {
    const { pooler } = this.options;
    if (pooler.task !== 'rank') throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-ranking', detail: '' });
    const pairWith = pooler.tokensOfPair(order.query);
    const pooled = await this.compute(callId, order, order.documents.map((document) => () => pairWith(document)));
    for (const [score = Number.NaN] of pooled.outputs) requireFinite(score);
    return pooled;
  }

  abort(callId: number): void {
    const request = this.open.get(callId);
    if (request !== undefined) this.fail(request, cancelled());
  }

  setThreads(count: number): void {
    this.options.pooler.setThreads(count);
  }

  /** Cancels everything and resolves when nothing is computed any more. */
  async abortAll(): Promise<void> {
    for (const request of this.open.values()) this.fail(request, cancelled());
    if (this.isRunning) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  private async compute(callId: number, { share, queueTimeoutMs = null }: { share: string; queueTimeoutMs?: number | null | undefined }, texts: readonly (() => readonly number[])[]): Promise<Pooled> {
    const request: Request = { callId, share, arrivedAt: performance.now(), end: Promise.withResolvers(), texts: [], outputs: [], begun: 0, done: 0, isOver: false, patience: null };
    // Whatever it ends of is told once, by the promise; it may end before anybody waits for it.
    request.end.promise.catch(() => undefined);
    this.admit(request);
    if (queueTimeoutMs !== null) request.patience = setTimeout(() => this.outOfPatience(request), queueTimeoutMs);
    try {
      await this.tokenize(request, texts);
    } catch (error) {
      this.fail(request, error);
    }
    if (!request.isOver) {
      this.queue.add(request);
      if (!this.isRunning) void this.run();
    }
    return request.end.promise;
  }

  /** A full queue refuses the newest request of the share that holds most of it; what has begun is not waiting. */
  private admit(request: Request): void {
    const { name, queueLimit } = this.options;
    const busy = (): ExpectedError => new ExpectedError('DEPLOYMENT_BUSY', { name, queueLimit });
    // One more than may wait: the one that would be next.
    if (this.queuedRequests > queueLimit) {
      const gives = this.queue.whoMakesRoomFor(request.share, ({ begun }) => begun === 0);
      if (gives === null) throw busy();
      this.fail(gives, busy());
    }
    this.open.set(request.callId, request);
  }

  private async tokenize(request: Request, texts: readonly (() => readonly number[])[]): Promise<void> {
    const { longestText } = this.options.pooler;
    let turnedAt = performance.now();
    for (const [index, form] of texts.entries()) {
      if (performance.now() - turnedAt > turnEveryMs) {
        await nextTurn();
        turnedAt = performance.now();
      }
      if (request.isOver) return;
      const tokens = form();
      if (tokens.length === 0) throw new ExpectedError('GENERATION_REFUSED', { reason: 'empty-prompt', detail: '' });
      if (tokens.length > longestText) throw new ExpectedError('PROMPT_TOO_LONG', { promptTokens: tokens.length, contextSize: longestText, ...(texts.length === 1 ? {} : { input: index }) });
      request.texts.push(tokens);
    }
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (;;) {
      const batch = this.nextBatch();
      if (batch.length === 0) break;
      try {
        const outputs = await this.options.pooler.compute(batch.map(({ request, index }) => request.texts[index] ?? []));
        for (const [at, { request, index }] of batch.entries()) this.computed(request, index, outputs[at] ?? new Float32Array());
      } catch (error) {
        for (const { request } of batch) this.fail(request, error);
      }
      // What is done goes out, what was asked meanwhile comes in.
      await nextTurn();
    }
    this.isRunning = false;
    for (const resolve of this.idleWaiters) resolve();
    this.idleWaiters = [];
  }

  /** Texts for one computation; at least one where there is any, also if it alone is larger than a batch. */
  private nextBatch(): { request: Request; index: number }[] {
    const { batchTokens, batchTexts } = this.options.pooler;
    const batch: { request: Request; index: number }[] = [];
    let tokens = 0;
    while (batch.length < batchTexts) {
      const request = this.queue.peek();
      const text = request?.texts[request.begun];
      if (request === undefined || text === undefined) break;
      if (batch.length > 0 && tokens + text.length > batchTokens) break;
      batch.push({ request, index: request.begun });
      tokens += text.length;
      if (request.begun === 0 && request.patience !== null) clearTimeout(request.patience);
      request.begun += 1;
      this.queue.charge(request.share, { prompt: text.length, output: 0 });
      if (request.begun === request.texts.length) this.queue.take(request);
    }
    return batch;
  }

  private computed(request: Request, index: number, output: Float32Array): void {
    this.promptTokens += request.texts[index]?.length ?? 0;
    if (request.isOver) return;
    request.outputs[index] = output;
    request.done += 1;
    if (request.done < request.texts.length) return;
    this.settle(request);
    request.end.resolve({ outputs: request.outputs, promptTokens: request.texts.reduce((sum, { length }) => sum + length, 0) });
  }

  private outOfPatience(request: Request): void {
    this.fail(request, new ExpectedError('QUEUE_TIMEOUT', { name: this.options.name, waitedMs: Math.round(performance.now() - request.arrivedAt) }));
  }

  private fail(request: Request, error: unknown): void {
    if (request.isOver) return;
    this.settle(request);
    request.end.reject(error as Error);
  }

  private settle(request: Request): void {
    request.isOver = true;
    if (request.patience !== null) clearTimeout(request.patience);
    this.open.delete(request.callId);
    // All its texts given away, it had left the queue as one that runs.
    if (!this.queue.remove(request) && request.texts.length > 0 && request.begun === request.texts.length) this.queue.ended(request);
  }
}

/** The vector at length 1. One of zeros has no direction and stays as it is. */
function unitVector(vector: Float32Array): Float32Array {
  const length = requireFinite(Math.hypot(...vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** A model whose numbers overflow must not be told as an answer. */
function requireFinite(value: number): number {
  if (!Number.isFinite(value)) throw new NativeFailure('decode-failed', 'the output is no number');
  return value;
}
