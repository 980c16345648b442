import { DEFAULT_QUEUE_TIMEOUT_MS } from '../contract/deployments.contract.ts';
import type { ChatEvent, ChatMessage, DeploymentLimits, Sampling } from '../contract/deployments.contract.ts';
import type { EmbeddingOrder, Embeddings, GenerationEvent, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../engine/inference/generation.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import { cancelledEnd } from '../engine/supervisor/answer-stream.ts';
import { ExpectedError, isCancelled } from '../kernel/errors.ts';
import type { DeploymentRecord, DeploymentsStore } from './deployments.store.ts';
import type { Engines, Lease } from './engines.ts';

export interface ChatRequest {
  messages: ChatMessage[];
  sampling: Sampling;
  signal: AbortSignal;
  /** This answer alone is written with these instead of what is attached. */
  adapters?: readonly WeightedAdapter[];
}

/** What the gateway asks of deployments by their names; it records requests itself. Each raises NOT_FOUND for an unknown name. */
export interface ProgramRequests {
  chatByName(name: string, request: ChatRequest): AsyncIterable<ChatEvent>;
  /** An answer is no longer than the deployment allows, whatever the order says. */
  generateByName(name: string, order: GenerationOrder, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  countTokensByName(name: string, prompt: PromptOrder): Promise<number>;
  embedByName(name: string, order: EmbeddingOrder, signal: AbortSignal): Promise<Embeddings>;
  rankByName(name: string, order: RankingOrder, signal: AbortSignal): Promise<Ranking>;
}

export interface ProgramRequestsDependencies {
  store: Pick<DeploymentsStore, 'named'>;
  /** Loads a deployment that sleeps; see Engines. */
  engineForRequest: Engines['engineForRequest'];
}

export interface Requests {
  byName: ProgramRequests;
  /** A conversation with a deployment, as people and programs hold it. */
  chatWith(record: DeploymentRecord, request: ChatRequest): AsyncIterable<ChatEvent>;
}

/** Every request takes a lease of the engine first: it waits where one has to be loaded, and keeps that one alive until its end. */
export function createProgramRequests({ store, engineForRequest }: ProgramRequestsDependencies): Requests {
  const requireNamed = (name: string): DeploymentRecord => {
    const record = store.named(name);
    if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'deployment', id: name });
    return record;
  };
  const leased = async <Value>(record: DeploymentRecord, signal: AbortSignal, work: (lease: Lease, waitedMs: number) => Promise<Value>): Promise<Value> => {
    const askedAtMs = performance.now();
    const lease = await engineForRequest(record, signal);
    try {
      return await work(lease, performance.now() - askedAtMs);
    } finally {
      lease.release();
    }
  };
  /** Events of an answer; one whose reader left before there was an engine ends as cancelled, as it would a moment later. */
  async function* streamed<Event>(record: DeploymentRecord, signal: AbortSignal, { begin, cancelledEnd }: { begin: (lease: Lease, waitedMs: number) => AsyncIterable<Event>; cancelledEnd: (totalMs: number) => Event }): AsyncGenerator<Event, void, void> {
    const askedAtMs = performance.now();
    let lease: Lease;
    try {
      lease = await engineForRequest(record, signal);
    } catch (error) {
      if (!signal.aborted || !isCancelled(error)) throw error;
      yield cancelledEnd(performance.now() - askedAtMs);
      return;
    }
    try {
      yield* begin(lease, performance.now() - askedAtMs);
    } finally {
      lease.release();
    }
  }
  const chatWith: Requests['chatWith'] = (record, { messages, sampling, signal, adapters }) =>
    streamed<ChatEvent>(record, signal, {
      begin: ({ engine, limits }) => engine.chat(messages, { ...sampling, ...withinLimit(sampling, limits) }, { signal, ...(adapters === undefined ? {} : { adapters }) }),
      cancelledEnd: (totalMs) => ({ kind: 'finished', reason: 'cancelled', usage: { promptTokens: 0, outputTokens: 0 }, timing: { queuedMs: 0, ttftMs: 0, totalMs, promptTokensPerSecond: 0, outputTokensPerSecond: 0 } }),
    });
  return {
    chatWith,
    byName: {
      chatByName: (name, request) => chatWith(requireNamed(name), request),
      generateByName: (name, order, signal) =>
        streamed<GenerationEvent>(requireNamed(name), signal, {
          begin(lease, waitedMs) {
            const { engine, limits } = lease;
            return engine.generate({ ...order, ...patience(order, lease, waitedMs), sampling: { ...order.sampling, ...withinLimit(order.sampling, limits) } }, { signal });
          },
          cancelledEnd: (totalMs) => cancelledEnd({ promptTokens: 0, cachedTokens: 0, outputTokens: 0 }, totalMs),
        }),
      countTokensByName: async (name, prompt) => leased(requireNamed(name), new AbortController().signal, ({ engine }) => engine.countTokens(prompt)),
      embedByName: async (name, order, signal) => leased(requireNamed(name), signal, (lease, waitedMs) => lease.engine.embed({ ...order, ...patience(order, lease, waitedMs) }, signal)),
      rankByName: async (name, order, signal) => leased(requireNamed(name), signal, (lease, waitedMs) => lease.engine.rank({ ...order, ...patience(order, lease, waitedMs) }, signal)),
    },
  };
}

/** The longest wait that is left: what was waited for the load counts too. */
function patience({ queueTimeoutMs }: { queueTimeoutMs?: number | null | undefined }, { limits }: Lease, waitedMs: number): { queueTimeoutMs: number } {
  const longestMs = Math.min(queueTimeoutMs ?? Number.POSITIVE_INFINITY, limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS);
  return { queueTimeoutMs: Math.max(0, Math.round(longestMs - waitedMs)) };
}

/** An answer is no longer than the deployment allows. */
function withinLimit({ maxOutputTokens }: { maxOutputTokens?: number | undefined }, limits: DeploymentLimits): { maxOutputTokens: number } {
  return { maxOutputTokens: Math.min(maxOutputTokens ?? limits.maxOutputTokens, limits.maxOutputTokens) };
}
