import { stat } from 'node:fs/promises';
import type { ChatEvent, ChatMessage, DeploymentState, Sampling } from '../../contract/deployments.contract.ts';
import type { ErrorValue } from '../../contract/errors.ts';
import { ExpectedError, cancelled, expectedFromValue } from '../../kernel/errors.ts';
import { cancelledEnd } from './answer-stream.ts';
import { EngineProcess } from './engine-process.ts';
import type { Embeddings, EmbeddingOrder, GenerationEvent, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../inference/generation.ts';
import type { WeightedAdapter } from '../inference/inference-protocol.ts';
import type { ChatOptions, EngineSpec, EngineStats, SuperviseOptions, SupervisedEngine, SupervisionPolicy } from './supervised-engine.ts';

export const DEFAULT_POLICY: SupervisionPolicy = {
  readyTimeoutMs: null,
  beatTimeoutMs: 5_000,
  lookIntervalMs: 500,
  maxRestarts: 5,
  // The first restart is immediate: most crashes are the first for a long time, and somebody is waiting.
  restartDelaysMs: [0, 1_000, 2_000, 5_000, 10_000],
  forgetRestartsAfterMs: 10 * 60_000,
};

const READY_TIMEOUT_BASE_MS = 60_000;
/** A slow disk or a network share. */
const READY_BYTES_PER_MS = 50_000;
const DEFAULT_GRACE_MS = 3_000;

/** Makes an engine; nothing runs until start(). */
export function superviseEngine(options: SuperviseOptions): SupervisedEngine {
  return new Supervisor(options);
}

class Supervisor implements SupervisedEngine {
  readonly spec: EngineSpec;
  private readonly options: SuperviseOptions;
  private readonly policy: SupervisionPolicy;
  private readonly listeners = new Set<(stats: EngineStats) => void>();
  private state: DeploymentState = 'stopped';
  private problem: ErrorValue | null = null;
  private process: EngineProcess | null = null;
  /** Between the decision to start a process and its existence. */
  private launching = false;
  private restarts = 0;
  private wasReady = false;
  private restartTimer: NodeJS.Timeout | null = null;
  private forgetTimer: NodeJS.Timeout | null = null;
  private stopped: { promise: Promise<void>; resolve: () => void } | null = null;
  private readyAtMs: number | null = null;
  private threads: number;
  private adapters: readonly WeightedAdapter[];
  private requestCount = 0;
  private errorCount = 0;
  /** Tokens of processes that have ended. */
  private earlier = { promptTokens: 0, outputTokens: 0 };

  constructor(options: SuperviseOptions) {
    this.options = options;
    this.spec = options.spec;
    this.policy = { ...DEFAULT_POLICY, ...options.policy };
    this.threads = options.spec.settings.threads;
    this.adapters = options.spec.adapters ?? [];
    if (options.onChange !== undefined) this.listeners.add(options.onChange);
  }

  start(): void {
    if (this.state !== 'stopped' && this.state !== 'failed') return;
    this.restarts = 0;
    this.wasReady = false;
    this.problem = null;
    this.enter('starting');
    void this.launch();
  }

  async whenReady(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw cancelled();
    if (this.settleReady() === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        unsubscribe();
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = (): void => finish(() => reject(cancelled()));
      const unsubscribe = this.subscribe(() => {
        try {
          if (this.settleReady() === 'ready') finish(resolve);
        } catch (error) {
          finish(() => reject(error as ExpectedError));
        }
      });
      signal?.addEventListener('abort', onAbort);
    });
  }

  async stop({ graceMs = DEFAULT_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    if (this.state === 'stopped') return;
    if (this.stopped !== null) return this.stopped.promise;
    this.clearTimers();
    if (this.process === null && !this.launching) {
      this.enter('stopped');
      return;
    }
    this.stopped = Promise.withResolvers<void>();
    const { promise } = this.stopped;
    this.enter('stopping');
    this.process?.askToStop(this.notReady());
    const killTimer = setTimeout(() => this.process?.kill(), graceMs);
    await promise;
    clearTimeout(killTimer);
  }

  async *chat(messages: readonly ChatMessage[], sampling: Sampling, options: ChatOptions = {}): AsyncGenerator<ChatEvent, void, undefined> {
    const order: GenerationOrder = { prompt: { kind: 'chat', messages: [...messages] }, sampling, format: null, topLogprobs: null, share: '', queueTimeoutMs: null };
    for await (const event of this.generate(order, options)) {
      const told = chatEventOf(event);
      if (told !== null) yield told;
    }
  }

  countTokens(prompt: PromptOrder): Promise<number> {
    return this.readyProcess().count(prompt);
  }

  embed(order: EmbeddingOrder, signal?: AbortSignal): Promise<Embeddings> {
    return this.counted(this.readyProcess().embed(order, signal));
  }

  rank(order: RankingOrder, signal?: AbortSignal): Promise<Ranking> {
    return this.counted(this.readyProcess().rank(order, signal));
  }

  async *generate(order: GenerationOrder, options: ChatOptions = {}): AsyncGenerator<GenerationEvent, void, undefined> {
    const { signal, adapters } = options;
    const engine = this.readyProcess();
    if (signal?.aborted === true) {
      yield cancelledEnd({ promptTokens: 0, cachedTokens: 0, outputTokens: 0 }, 0);
      return;
    }
    const { requestId, answer } = engine.ask(order, adapters ?? null);
    this.requestCount += 1;
    const abort = (): void => {
      engine.abort(requestId);
      answer.cancelSoon();
    };
    signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        const event = await answer.next();
        if (event === null) return;
        yield event;
      }
    } catch (error) {
      this.errorCount += 1;
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (!answer.isEnded) abort();
    }
  }

  stats(): EngineStats {
    const { process: engine } = this;
    return {
      state: this.state,
      problem: this.problem,
      restarts: this.restarts,
      processId: engine?.processId ?? null,
      rssBytes: engine?.rssBytes ?? null,
      peakRssBytes: engine?.peakRssBytes ?? null,
      loadMs: engine?.loadMs ?? null,
      readyAtMs: this.readyAtMs,
      loadFraction: engine?.loadFraction ?? 0,
      activeRequests: engine?.activeRequests ?? 0,
      queuedRequests: engine?.queuedRequests ?? 0,
      requestCount: this.requestCount,
      errorCount: this.errorCount,
      promptTokens: this.earlier.promptTokens + (engine?.promptTokens ?? 0),
      outputTokens: this.earlier.outputTokens + (engine?.outputTokens ?? 0),
      report: engine?.report ?? null,
      threads: this.threads,
    };
  }

  subscribe(listener: (stats: EngineStats) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  setThreads(threads: number): void {
    const capped = Math.max(1, Math.min(threads, this.spec.settings.threads));
    if (capped === this.threads) return;
    this.threads = capped;
    if (this.state === 'ready') this.process?.setThreads(capped);
  }

  async setAdapters(adapters: readonly WeightedAdapter[]): Promise<{ switchMs: number }> {
    const engine = this.process;
    if (this.state !== 'ready' || engine === null) {
      this.adapters = adapters;
      return { switchMs: 0 };
    }
    const switchMs = await engine.setAdapters(adapters);
    this.adapters = adapters;
    return { switchMs };
  }

  /** Raises DEPLOYMENT_NOT_READY. */
  private readyProcess(): EngineProcess {
    if (this.state !== 'ready' || this.process === null) throw this.notReady();
    return this.process;
  }

  private async counted<Value>(call: Promise<Value>): Promise<Value> {
    this.requestCount += 1;
    try {
      return await call;
    } catch (error) {
      this.errorCount += 1;
      throw error;
    }
  }

  /** Starts a process, unless the stop comes first. */
  private async launch(): Promise<void> {
    this.launching = true;
    const readyTimeoutMs = this.policy.readyTimeoutMs ?? (await readyTimeoutFor(this.spec.modelPath));
    this.launching = false;
    if (this.state === 'stopping') {
      this.settleStopped();
      return;
    }
    const { startProcess, workerPath } = this.options;
    try {
      this.process = new EngineProcess({
        startProcess,
        workerPath,
        spec: { ...this.spec, adapters: this.adapters },
        policy: this.policy,
        readyTimeoutMs,
        onReady: () => this.becameReady(),
        onChange: () => this.tell(),
        onEnded: (cause) => this.processEnded(cause),
      });
    } catch (error) {
      // The operating system would not even begin (no more processes, no memory).
      const detail = error instanceof Error ? error.message : String(error);
      this.processEnded({ code: 'ENGINE_FAILED', data: { reason: 'cannot-start', detail } });
      return;
    }
    this.tell();
  }

  private becameReady(): void {
    this.wasReady = true;
    this.readyAtMs = Date.now();
    if (this.threads !== this.spec.settings.threads) this.process?.setThreads(this.threads);
    const engine = this.process;
    if (engine !== null && engine.startedWith !== this.adapters) {
      // Changed while it was loading. Answers without what is attached would be wrong ones: its next start fails with the cause instead.
      engine.setAdapters(this.adapters).catch(() => engine.kill());
    }
    this.forgetTimer = setTimeout(() => {
      this.restarts = 0;
      this.problem = null;
      this.tell();
    }, this.policy.forgetRestartsAfterMs);
    this.enter('ready');
  }

  private processEnded(cause: ErrorValue | null): void {
    const ended = this.process;
    this.process = null;
    this.clearTimers();
    this.earlier.promptTokens += ended?.promptTokens ?? 0;
    this.earlier.outputTokens += ended?.outputTokens ?? 0;
    this.readyAtMs = null;
    if (this.state === 'stopping' || cause === null) {
      this.settleStopped();
      return;
    }
    this.problem = cause;
    if (this.restarts >= this.policy.maxRestarts || !(this.wasReady || isWorthAnotherTry(cause))) {
      this.enter('failed');
      return;
    }
    const delays = this.policy.restartDelaysMs;
    const delayMs = delays[Math.min(this.restarts, delays.length - 1)] ?? 0;
    this.restarts += 1;
    this.enter('restarting');
    if (delayMs === 0) void this.launch();
    else this.restartTimer = setTimeout(() => void this.launch(), delayMs);
  }

  private settleStopped(): void {
    const { stopped } = this;
    this.stopped = null;
    this.enter('stopped');
    stopped?.resolve();
  }

  /** 'ready', 'waiting', or throws what there is no use waiting for. */
  private settleReady(): 'ready' | 'waiting' {
    switch (this.state) {
      case 'ready':
        return 'ready';
      case 'starting':
      case 'restarting':
        return 'waiting';
      case 'failed':
        throw this.problem === null ? this.notReady() : expectedFromValue(this.problem);
      case 'stopping':
      case 'stopped':
      case 'sleeping': // a deployment's state: an engine is never in it
        throw this.notReady();
    }
  }

  private notReady(): ExpectedError {
    return new ExpectedError('DEPLOYMENT_NOT_READY', { name: this.spec.name, state: this.state });
  }

  private clearTimers(): void {
    if (this.restartTimer !== null) clearTimeout(this.restartTimer);
    if (this.forgetTimer !== null) clearTimeout(this.forgetTimer);
    this.restartTimer = null;
    this.forgetTimer = null;
  }

  private enter(state: DeploymentState): void {
    this.state = state;
    this.tell();
  }

  private tell(): void {
    const stats = this.stats();
    for (const listener of [...this.listeners]) listener(stats);
  }
}

/** As a person's screen tells it; null for what only programs can ask for. */
function chatEventOf(event: GenerationEvent): ChatEvent | null {
  switch (event.kind) {
    case 'queued':
      return event;
    case 'started':
      return { kind: 'started', promptTokens: event.promptTokens };
    case 'text':
      return { kind: 'text', text: event.text, tokens: event.tokens };
    case 'finished': {
      const { promptTokens, outputTokens } = event.usage;
      return { kind: 'finished', reason: event.reason === 'tool-calls' ? 'stop' : event.reason, usage: { promptTokens, outputTokens }, timing: event.timing };
    }
    case 'toolCall':
    case 'toolArguments':
      return null;
  }
}

/** A process that dies without a word may live the next time; one that says why it cannot load, or never ends, will not. */
function isWorthAnotherTry(cause: ErrorValue): boolean {
  return cause.code === 'ENGINE_FAILED' && cause.data['reason'] === 'crashed';
}

/** 60 s plus the time to read the file at 50 MB/s. All parts of a split model are taken to be as large as its first. */
async function readyTimeoutFor(modelPath: string): Promise<number> {
  const parts = Number(/-\d{5}-of-(\d{5})\.gguf$/.exec(modelPath)?.[1] ?? 1);
  try {
    const { size } = await stat(modelPath);
    return READY_TIMEOUT_BASE_MS + (size * parts) / READY_BYTES_PER_MS;
  } catch {
    return READY_TIMEOUT_BASE_MS; // the file is not there or not readable: the process will say so in its own words
  }
}
