import type { ServedPurpose } from '../contract/models.contract.ts';
import type { EmbeddingOrder, Embeddings, GenerationEvent, GenerationOrder, PromptOrder, Ranking, RankingOrder } from '../engine/inference/generation.ts';

/** A deployment a program may name. */
export interface ServedModel {
  name: string;
  createdAtMs: number;
  /** It runs, or is about to (starting, restarting); only such are told to programs. */
  canAnswer: boolean;
  /** What it is for: chat and completions, /v1/embeddings, or /v1/rerank. */
  purpose: ServedPurpose;
  /** Says which weights answer: changes when another version goes live under the same name. Null: not known. */
  fingerprint: string | null;
  /** The version behind it, as people know it. */
  model: { name: string; versionNumber: number } | null;
}

/**
 * What the gateway serves: deployments by name. Each call raises NOT_FOUND for an unknown name and whatever the engine raises
 * (DEPLOYMENT_NOT_READY, DEPLOYMENT_BUSY, QUEUE_TIMEOUT, PROMPT_TOO_LONG, GENERATION_REFUSED, ENGINE_FAILED).
 */
export interface ModelService {
  list(): ServedModel[];
  /** One answer, streamed; leaving the iteration or aborting ends it, aborted ones with `finished`/`cancelled`. */
  generate(deploymentName: string, order: GenerationOrder, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  /** Tokens of a prompt as the model would see it, template included. */
  countTokens(deploymentName: string, prompt: PromptOrder): Promise<number>;
  /** CANCELLED when aborted. */
  embed(deploymentName: string, order: EmbeddingOrder, signal: AbortSignal): Promise<Embeddings>;
  /** CANCELLED when aborted. */
  rank(deploymentName: string, order: RankingOrder, signal: AbortSignal): Promise<Ranking>;
}
