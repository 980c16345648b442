import type { LlamaModel } from 'node-llama-cpp';
import type { ChatMessage, Sampling } from '../../contract/deployments.contract.ts';
import type { ErrorValue } from '../../contract/errors.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { writeAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import type { FromInference } from './inference-protocol.ts';
import type { PromptFormat } from './prompt-format.ts';
import type { SequencePool } from './sequence-pool.ts';
import type { ThreadGovernor } from './thread-governor.ts';

export interface SchedulerOptions {
  name: string;
  model: LlamaModel;
  pool: SequencePool;
  format: PromptFormat;
  threads: ThreadGovernor;
  maxOutputTokens: number;
  queueLimit: number;
  send: (message: FromInference) => void;
}

interface Request {
  requestId: number;
  messages: readonly ChatMessage[];
  sampling: Sampling;
  abort: AbortController;
  arrivedAt: number;
  lastPosition: number;
}

/** Admits, queues (first in, first out) and answers requests: as many at a time as there are sequences. */
export class RequestScheduler {
  private readonly options: SchedulerOptions;
  private readonly waiting: Request[] = [];
  private readonly running = new Map<number, Request>();
  private idleWaiters: (() => void)[] = [];
  promptTokens = 0;
  outputTokens = 0;

  constructor(options: SchedulerOptions) {
    this.options = options;
  }

  get activeRequests(): number {
    return this.running.size;
  }

  get queuedRequests(): number {
    return this.waiting.length;
  }

  chat(requestId: number, messages: readonly ChatMessage[], sampling: Sampling): void {
    const request: Request = { requestId, messages, sampling, abort: new AbortController(), arrivedAt: performance.now(), lastPosition: 0 };
    if (this.options.pool.hasFree) {
      this.run(request);
      return;
    }
    const { name, queueLimit } = this.options;
    if (this.waiting.length >= queueLimit) {
      this.options.send({ kind: 'failed', requestId, error: { code: 'DEPLOYMENT_BUSY', data: { name, queueLimit } } });
      return;
    }
    this.waiting.push(request);
    this.tellPositions();
  }

  abort(requestId: number): void {
    const index = this.waiting.findIndex((request) => request.requestId === requestId);
    const [request] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (request === undefined) {
      this.running.get(requestId)?.abort.abort();
      return;
    }
    const waitedMs = performance.now() - request.arrivedAt;
    this.options.send({
      kind: 'finished',
      requestId,
      reason: 'cancelled',
      usage: { promptTokens: 0, outputTokens: 0 },
      timing: { queuedMs: waitedMs, ttftMs: waitedMs, totalMs: waitedMs, promptTokensPerSecond: 0, outputTokensPerSecond: 0 },
    });
    this.tellPositions();
  }

  /** Cancels everything and resolves when nothing runs any more. */
  async abortAll(): Promise<void> {
    for (const request of [...this.waiting]) this.abort(request.requestId);
    for (const request of this.running.values()) request.abort.abort();
    if (this.running.size > 0) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
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
    while (this.options.pool.hasFree) {
      const request = this.waiting.shift();
      if (request === undefined) break;
      this.run(request);
    }
    this.tellPositions();
    if (this.running.size > 0) return;
    for (const resolve of this.idleWaiters) resolve();
    this.idleWaiters = [];
  }

  private async answer(request: Request): Promise<void> {
    const { requestId } = request;
    try {
      const answer = await this.write(request);
      this.options.send({ kind: 'finished', requestId, ...answer });
    } catch (error) {
      this.options.send({ kind: 'failed', requestId, error: errorValueOf(error) });
    }
  }

  private async write(request: Request): Promise<Answer> {
    const { model, pool, format, threads, maxOutputTokens, send } = this.options;
    const { requestId } = request;
    const startedAt = performance.now();
    const prompt = format.form(request.messages);
    const pooled = pool.take(prompt.tokens);
    try {
      send({ kind: 'started', requestId, promptTokens: prompt.tokens.length });
      return await writeAnswer({
        model,
        sequence: pooled.sequence,
        sequenceIndex: pooled.index,
        prompt,
        sampling: request.sampling,
        maxOutputTokens,
        threads,
        signal: request.abort.signal,
        arrivedAt: request.arrivedAt,
        startedAt,
        onText: (text, tokens) => send({ kind: 'text', requestId, text, tokens }),
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

  private tellPositions(): void {
    for (const [index, request] of this.waiting.entries()) {
      const position = index + 1;
      if (request.lastPosition === position) continue;
      request.lastPosition = position;
      this.options.send({ kind: 'queued', requestId: request.requestId, position });
    }
  }
}

/** A failure that is nobody's fault in the catalogue is the engine's: the request fails with its words, the process lives. */
function errorValueOf(error: unknown): ErrorValue {
  if (error instanceof ExpectedError) return error.toValue();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'ENGINE_FAILED', data: { reason: 'crashed', detail } };
}
