import type { ChatEvent, ChatMessage, Sampling } from '../contract/deployments.contract.ts';
import type { EmbeddingOrder, Embeddings, GenerationEvent, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../engine/inference/generation.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { DeploymentRecord, DeploymentsStore } from './deployments.store.ts';
import type { RunningEngine } from './engine-room.ts';

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
  /** Raises DEPLOYMENT_NOT_READY where there is none. */
  engineFor: (record: DeploymentRecord) => RunningEngine;
  chatWith: (record: DeploymentRecord, request: ChatRequest) => AsyncIterable<ChatEvent>;
}

export function createProgramRequests({ store, engineFor, chatWith }: ProgramRequestsDependencies): ProgramRequests {
  const requireNamed = (name: string): DeploymentRecord => {
    const record = store.named(name);
    if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'deployment', id: name });
    return record;
  };
  return {
    chatByName: (name, request) => chatWith(requireNamed(name), request),
    generateByName(name, order, signal) {
      const record = requireNamed(name);
      const limit = record.limits.maxOutputTokens;
      const sampling = { ...order.sampling, maxOutputTokens: Math.min(order.sampling.maxOutputTokens ?? limit, limit) };
      return engineFor(record).engine.generate({ ...order, sampling }, { signal });
    },
    countTokensByName: async (name, prompt) => engineFor(requireNamed(name)).engine.countTokens(prompt),
    embedByName: async (name, order, signal) => engineFor(requireNamed(name)).engine.embed(order, signal),
    rankByName: async (name, order, signal) => engineFor(requireNamed(name)).engine.rank(order, signal),
  };
}
