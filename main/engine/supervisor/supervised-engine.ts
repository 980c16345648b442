import type { ChatEvent, ChatMessage, DeploymentLimits, DeploymentState, EngineSettings, Sampling } from '../../contract/deployments.contract.ts';
import type { ErrorValue } from '../../contract/errors.ts';
import type { ProcessStarter } from '../../kernel/processes/process-starter.ts';
import type { Embeddings, EmbeddingOrder, GenerationEvent, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../inference/generation.ts';
import type { EngineTask, LoadReport, WeightedAdapter } from '../inference/inference-protocol.ts';

/** One model to be kept loaded, as a deployment describes it. */
export interface EngineSpec {
  /** Deployment name; appears in error data and process lists. */
  name: string;
  /** Absolute path of the stored file (first part of a split model). */
  modelPath: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
  hasChatTemplate: boolean;
  /** What the model is for; `generate` by default. */
  task?: EngineTask;
  /** LoRA adapters in effect from the start; none by default. */
  adapters?: readonly WeightedAdapter[];
  /** `library` leaves the native loop out, to compare with it. */
  loop?: 'auto' | 'library';
}

/** When a process counts as lost and how often it is given another chance. Times in ms. */
export interface SupervisionPolicy {
  /** From process start until "ready"; null = 60 s plus the time to read the model at 50 MB/s. */
  readyTimeoutMs: number | null;
  /** Silence after which a ready process counts as hung; while it loads, `readyTimeoutMs` watches instead. */
  beatTimeoutMs: number;
  /** Between two looks at the process from outside (silence, resident memory). */
  lookIntervalMs: number;
  /**
   * Restarts in a row before the engine is left in `failed`. 0 = never restart. A load that fails cleanly or never ends,
   * without ever having worked since start(), is not tried again: it would only fail the same way, later.
   */
  maxRestarts: number;
  /** Pause before the n-th restart in a row; the last entry holds for all further ones. */
  restartDelaysMs: readonly number[];
  /** Good running after which earlier restarts are forgotten. */
  forgetRestartsAfterMs: number;
}

export interface EngineStats {
  state: DeploymentState;
  /** Cause of `failed`, or of the latest restart. Null again once restarts are forgotten or after a new start(). */
  problem: ErrorValue | null;
  /** Restarts in a row not yet forgotten. */
  restarts: number;
  processId: number | null;
  rssBytes: number | null;
  /** Most the present process ever had. */
  peakRssBytes: number | null;
  /** Wall time from starting the process until it was ready, the last time. */
  loadMs: number | null;
  /** Milliseconds since 1970 when it last became ready. */
  readyAtMs: number | null;
  /** 0…1 while starting. */
  loadFraction: number;
  activeRequests: number;
  queuedRequests: number;
  /** Since the engine was made, over restarts: requests sent to the process, and those that ended in an error. */
  requestCount: number;
  errorCount: number;
  /** Cumulative, over restarts; differences over time are rates. */
  promptTokens: number;
  outputTokens: number;
  /** What the running process says it really loaded. */
  report: LoadReport | null;
  /** Present thread budget. */
  threads: number;
}

export interface ChatOptions {
  signal?: AbortSignal;
  /** This answer alone is written with these instead of what is attached; requests with others wait for its end. */
  adapters?: readonly WeightedAdapter[];
}

/** An engine process that is kept alive. All errors are ExpectedError. */
export interface SupervisedEngine {
  readonly spec: EngineSpec;
  /** Starts the process; returns at once. Does nothing unless `stopped` or `failed`. Forgets earlier restarts. */
  start(): void;
  /** Resolves when `ready`; rejects with the cause when `failed`, DEPLOYMENT_NOT_READY when stopped, CANCELLED when aborted. */
  whenReady(signal?: AbortSignal): Promise<void>;
  /**
   * Asks the process to end, kills it after the grace period (default 3 s), resolves once it is gone and every timer and
   * listener with it. Running answers end with DEPLOYMENT_NOT_READY.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
  /**
   * One streamed answer. Leaving the iteration early or aborting ends the generation within a token; an aborted answer
   * ends with `finished`/`cancelled`, not with an error.
   * Errors: DEPLOYMENT_NOT_READY, DEPLOYMENT_BUSY, QUEUE_TIMEOUT, PROMPT_TOO_LONG, GENERATION_REFUSED, ENGINE_FAILED.
   */
  generate(order: GenerationOrder, options?: ChatOptions): AsyncIterable<GenerationEvent>;
  /** The same for a person's conversation: text only, nobody's share, as long a wait as it takes. */
  chat(messages: readonly ChatMessage[], sampling: Sampling, options?: ChatOptions): AsyncIterable<ChatEvent>;
  /** Tokens of a prompt as the model would see it. Errors: DEPLOYMENT_NOT_READY, ENGINE_FAILED, GENERATION_REFUSED. */
  countTokens(prompt: PromptOrder): Promise<number>;
  /** Vectors of texts. Errors: those of `generate`; GENERATION_REFUSED where the model makes none; CANCELLED when aborted. */
  embed(order: EmbeddingOrder, signal?: AbortSignal): Promise<Embeddings>;
  /** Scores of documents for a query. Errors as of `embed`. */
  rank(order: RankingOrder, signal?: AbortSignal): Promise<Ranking>;
  /**
   * Exchanges the adapters that are attached, without loading the base again: resolves with the milliseconds of the switch once running
   * answers have ended and the new ones are in effect. Where no process is ready, they are in effect when the next one is (0 ms).
   * They survive restarts. Errors: ADAPTER_REFUSED (what was attached still is), ENGINE_FAILED, DEPLOYMENT_NOT_READY.
   */
  setAdapters(adapters: readonly WeightedAdapter[]): Promise<{ switchMs: number }>;
  stats(): EngineStats;
  /** Like `onChange` of the options, for anybody; returns the end of it. */
  subscribe(listener: (stats: EngineStats) => void): () => void;
  /** Thread budget for this engine; capped by the threads of its settings. Survives restarts. */
  setThreads(threads: number): void;
}

export interface SuperviseOptions {
  startProcess: ProcessStarter;
  /** Absolute path of the inference worker's entry. */
  workerPath: string;
  spec: EngineSpec;
  policy?: Partial<SupervisionPolicy>;
  /** Called after each change of state, problem, process, active or queued requests; not for beats that change nothing but memory. */
  onChange?: (stats: EngineStats) => void;
}
