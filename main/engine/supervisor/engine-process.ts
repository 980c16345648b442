import type { ErrorData, ErrorValue } from '../../contract/errors.ts';
import { cancelled, expectedFromValue } from '../../kernel/errors.ts';
import type { ExpectedError } from '../../kernel/errors.ts';
import type { ChildExit, ChildProcessHandle, ProcessStarter } from '../../kernel/processes/process-starter.ts';
import type { Embeddings, EmbeddingOrder, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../inference/generation.ts';
import { BEAT_INTERVAL_MS, fromInferenceSchema } from '../inference/inference-protocol.ts';
import type { FromInference, LoadReport, ToInference, WeightedAdapter } from '../inference/inference-protocol.ts';
import { AnswerStream } from './answer-stream.ts';
import { residentMemoryOf } from './resident-memory.ts';
import type { EngineSpec, SupervisionPolicy } from './supervised-engine.ts';

type EngineFailure = ErrorData<'ENGINE_FAILED'>;

export interface EngineProcessOptions {
  startProcess: ProcessStarter;
  workerPath: string;
  spec: EngineSpec;
  policy: SupervisionPolicy;
  readyTimeoutMs: number;
  onReady: () => void;
  onChange: () => void;
  /** Exactly once; afterwards nothing of this process is left. `cause` is null when the end was asked for. */
  onEnded: (cause: ErrorValue | null) => void;
}

type CallResult = Extract<FromInference, { kind: 'adaptersSet' | 'counted' | 'embedded' | 'ranked' }>;

/** How many characters of what a process said go into an error's detail. */
const DETAIL_CHARACTERS = 600;

/** One life of one inference process: from its start to its certain end, watched all the way. */
export class EngineProcess {
  private readonly options: EngineProcessOptions;
  private readonly handle: ChildProcessHandle;
  private readonly answers = new Map<number, AnswerStream>();
  private readonly readyTimer: NodeJS.Timeout;
  private readonly lookTimer: NodeJS.Timeout;
  private readonly startedAt = performance.now();
  private lastBeatAt = performance.now();
  private lastLookAt = performance.now();
  private looking = false;
  private readonly calls = new Map<number, PromiseWithResolvers<CallResult>>();
  /** Calls that compute: embeddings and rankings. */
  private computing = 0;
  private nextRequestId = 1;
  /** Set by whoever decides on the end; the exit then reports it. */
  private cause: ErrorValue | null = null;
  private stopping = false;
  private ended = false;
  report: LoadReport | null = null;
  loadMs: number | null = null;
  loadFraction = 0;
  rssBytes: number | null = null;
  peakRssBytes: number | null = null;
  promptTokens = 0;
  outputTokens = 0;

  constructor(options: EngineProcessOptions) {
    this.options = options;
    const { spec, policy } = options;
    this.handle = options.startProcess({ entryPath: options.workerPath, serviceName: `modelward-engine-${spec.name}` });
    this.readyTimer = setTimeout(() => {
      this.end({ reason: 'never-ready', detail: this.detail(`${Math.round(options.readyTimeoutMs / 1000)} s`) });
    }, options.readyTimeoutMs);
    this.lookTimer = setInterval(() => void this.look(), policy.lookIntervalMs);
    this.handle.onMessage((raw) => this.receive(raw));
    this.handle.onExit((exit) => this.exited(exit));
    this.post({
      kind: 'load',
      name: spec.name,
      modelPath: spec.modelPath,
      settings: spec.settings,
      maxOutputTokens: spec.limits.maxOutputTokens,
      queueLimit: spec.limits.queueLimit,
      hasChatTemplate: spec.hasChatTemplate,
      adapters: [...this.startedWith],
      loop: spec.loop ?? 'auto',
      task: spec.task ?? 'generate',
    });
  }

  get startedWith(): readonly WeightedAdapter[] {
    return this.options.spec.adapters ?? [];
  }

  get processId(): number | null {
    return this.handle.processId ?? null;
  }

  get queuedRequests(): number {
    return [...this.answers.values()].filter((answer) => answer.phase === 'queued').length;
  }

  get activeRequests(): number {
    return this.answers.size - this.queuedRequests + this.computing;
  }

  ask(order: GenerationOrder, adapters: readonly WeightedAdapter[] | null): { requestId: number; answer: AnswerStream } {
    const requestId = this.newId();
    const answer = new AnswerStream();
    this.answers.set(requestId, answer);
    this.post({ kind: 'generate', requestId, order, adapters: adapters === null ? null : [...adapters] });
    this.options.onChange();
    return { requestId, answer };
  }

  abort(requestId: number): void {
    this.post({ kind: 'abort', requestId });
  }

  /** Resolves with the milliseconds of the switch. Rejects with ADAPTER_REFUSED, or with what the process ended of. */
  async setAdapters(adapters: readonly WeightedAdapter[]): Promise<number> {
    const result = await this.call((callId) => ({ kind: 'setAdapters', callId, adapters: [...adapters] }));
    return resultOf(result, 'adaptersSet').switchMs;
  }

  /** Tokens of a prompt as the model would see it. Rejects with what the prompt is refused for, or with what the process ended of. */
  async count(prompt: PromptOrder): Promise<number> {
    return resultOf(await this.call((callId) => ({ kind: 'count', callId, prompt })), 'counted').tokens;
  }

  async embed(order: EmbeddingOrder, signal?: AbortSignal): Promise<Embeddings> {
    const { vectors, promptTokens } = resultOf(await this.compute((callId) => ({ kind: 'embed', callId, order }), signal), 'embedded');
    return { vectors: vectors.map(numbersOf), promptTokens };
  }

  async rank(order: RankingOrder, signal?: AbortSignal): Promise<Ranking> {
    const { scores, promptTokens } = resultOf(await this.compute((callId) => ({ kind: 'rank', callId, order }), signal), 'ranked');
    return { scores, promptTokens };
  }

  setThreads(threads: number): void {
    this.post({ kind: 'setThreads', threads });
  }

  /** Asks for the end; answers still open fail with `error` at once. */
  askToStop(error: ExpectedError): void {
    this.stopping = true;
    clearTimeout(this.readyTimer);
    this.failAnswers(error);
    this.post({ kind: 'stop' });
  }

  kill(): void {
    this.handle.kill();
  }

  private newId(): number {
    const id = this.nextRequestId;
    this.nextRequestId += 1;
    return id;
  }

  private async compute(messageFor: (callId: number) => ToInference, signal?: AbortSignal): Promise<CallResult> {
    if (signal?.aborted === true) throw cancelled();
    this.computing += 1;
    this.options.onChange();
    try {
      return await this.call(messageFor, signal);
    } finally {
      this.computing -= 1;
      this.options.onChange();
    }
  }

  /** One question with one answer. An abort is passed on; the process then answers that it was cancelled. */
  private async call(messageFor: (callId: number) => ToInference, signal?: AbortSignal): Promise<CallResult> {
    const callId = this.newId();
    const call = Promise.withResolvers<CallResult>();
    this.calls.set(callId, call);
    this.post(messageFor(callId));
    const abort = (): void => this.abort(callId);
    signal?.addEventListener('abort', abort);
    try {
      return await call.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private post(message: ToInference): void {
    this.handle.send(message);
  }

  /** Ends the process for a reason; the first reason counts. */
  private end(failure: EngineFailure): void {
    this.cause ??= { code: 'ENGINE_FAILED', data: failure };
    this.handle.kill();
  }

  private receive(raw: unknown): void {
    if (this.ended) return;
    const parsed = fromInferenceSchema.safeParse(raw);
    if (parsed.success) this.handleMessage(parsed.data);
    else this.end({ reason: 'crashed', detail: `message not understood: ${parsed.error.message.slice(0, DETAIL_CHARACTERS)}` });
  }

  private handleMessage(message: FromInference): void {
    switch (message.kind) {
      case 'loading':
        this.loadFraction = message.fraction;
        this.options.onChange();
        break;
      case 'ready':
        clearTimeout(this.readyTimer);
        this.lastBeatAt = performance.now();
        this.report = message.report;
        this.loadMs = performance.now() - this.startedAt;
        this.loadFraction = 1;
        this.noteMemory(message.report.rssBytes, message.report.rssBytes);
        if (!this.stopping) this.options.onReady();
        break;
      case 'loadFailed':
        this.cause ??= message.error;
        break;
      case 'beat':
        this.lastBeatAt = performance.now();
        this.promptTokens = message.promptTokens;
        this.outputTokens = message.outputTokens;
        this.noteMemory(message.rssBytes, message.peakRssBytes);
        break;
      case 'event': {
        const { requestId, event } = message;
        if (event.kind === 'finished') this.endAnswer(requestId, (answer) => answer.push(event));
        else this.answers.get(requestId)?.push(event);
        if (event.kind === 'queued' || event.kind === 'started') this.options.onChange();
        break;
      }
      case 'failed':
        this.endAnswer(message.requestId, (answer) => answer.fail(expectedFromValue(message.error)));
        break;
      case 'adaptersSet':
      case 'counted':
      case 'embedded':
      case 'ranked':
        this.endCall(message.callId)?.resolve(message);
        break;
      case 'callFailed':
        this.endCall(message.callId)?.reject(expectedFromValue(message.error));
        break;
      default:
        message satisfies never;
    }
  }

  private endCall(callId: number): PromiseWithResolvers<CallResult> | undefined {
    const call = this.calls.get(callId);
    this.calls.delete(callId);
    return call;
  }

  private endAnswer(requestId: number, finish: (answer: AnswerStream) => void): void {
    const answer = this.answers.get(requestId);
    if (answer === undefined) return;
    this.answers.delete(requestId);
    finish(answer);
    this.options.onChange();
  }

  /** From outside: is it silent, and how much memory does it have while it is? */
  private async look(): Promise<void> {
    const { beatTimeoutMs, lookIntervalMs } = this.options.policy;
    const now = performance.now();
    // We ourselves were asleep or busy: its beats may still lie unread, so silence proves nothing yet.
    if (now - this.lastLookAt > lookIntervalMs + beatTimeoutMs / 2) this.lastBeatAt = now;
    this.lastLookAt = now;
    const silentMs = now - this.lastBeatAt;
    if (this.report !== null && !this.stopping && silentMs > beatTimeoutMs) {
      this.end({ reason: 'hung', detail: this.detail(`${Math.round(silentMs / 1000)} s`) });
      return;
    }
    const { processId } = this.handle;
    if (silentMs < 2 * BEAT_INTERVAL_MS || processId === undefined || this.looking) return;
    this.looking = true;
    try {
      const bytes = await residentMemoryOf(processId);
      if (bytes !== null && !this.ended) this.noteMemory(bytes, bytes);
    } finally {
      this.looking = false;
    }
  }

  private noteMemory(rssBytes: number, peakRssBytes: number): void {
    this.rssBytes = rssBytes;
    this.peakRssBytes = Math.max(this.peakRssBytes ?? 0, peakRssBytes);
    const { memoryLimitBytes } = this.options.spec.limits;
    if (rssBytes > memoryLimitBytes) {
      this.end({ reason: 'memory-limit', detail: `${megabytes(rssBytes)} > ${megabytes(memoryLimitBytes)}` });
    }
  }

  private exited(exit: ChildExit): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.readyTimer);
    clearInterval(this.lookTimer);
    const cause = this.stopping ? null : (this.cause ?? { code: 'ENGINE_FAILED', data: this.unexplained(exit) });
    if (cause !== null) this.failAnswers(expectedFromValue(cause));
    this.options.onEnded(cause);
  }

  private unexplained(exit: ChildExit): EngineFailure {
    if (exit.code === null && exit.signal === null) return { reason: 'cannot-start', detail: this.detail('') };
    return { reason: 'crashed', detail: this.detail(exit.signal ?? `exit code ${exit.code}`) };
  }

  private failAnswers(error: ExpectedError): void {
    for (const answer of this.answers.values()) answer.fail(error);
    this.answers.clear();
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }

  /** A fact and the last words on stderr: native asserts speak there. */
  private detail(fact: string): string {
    return `${fact}\n${lastWords(this.handle.stderrTail())}`.trim();
  }
}

/** 32-bit floats as an inference process sends them. */
function numbersOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}

/** A process that answers one question with the answer to another is not ours any more. */
function resultOf<Kind extends CallResult['kind']>(result: CallResult, kind: Kind): Extract<CallResult, { kind: Kind }> {
  if (result.kind === kind) return result as Extract<CallResult, { kind: Kind }>;
  throw new Error(`asked for ${kind}, answered ${result.kind}`);
}

/** What a dying process says first is the cause; the stack that follows is long and says little. */
const causeLine = /^.*(?:GGML_ASSERT|GGML_ABORT|Error:|what\(\)|FATAL|terminate called).*$/m;

/** llama.cpp's remarks on a vocabulary and the like: true of every load, and no reason for an end. */
const remarkLine = /^(?:\[node-llama-cpp\] )?(?:warn|info|debug|log|load|init_tokenizer|print_info|llama_\w+)\b.*$/i;

function lastWords(stderr: string): string {
  const cause = causeLine.exec(stderr);
  if (cause !== null) return stderr.slice(cause.index, cause.index + DETAIL_CHARACTERS);
  const telling = stderr.split('\n').filter((line) => !remarkLine.test(line.trim()));
  return telling.join('\n').slice(-DETAIL_CHARACTERS);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
