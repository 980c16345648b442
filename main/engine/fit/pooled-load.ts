import type { EngineSettings } from '../../contract/deployments.contract.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import { performanceOf } from '../measuring/engine-performance.ts';

const F32_BYTES = 4;

/** Models that attend in both directions and keep nothing (llama_model::create_memory of llama.cpp v0.4.0). */
const WITHOUT_CACHE: ReadonlySet<string> = new Set(['bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'eurobert', 'gemma-embedding']);

/**
 * How a model that makes vectors or ranks is loaded, in the terms of one that writes: one batch, one sequence as far as memory goes
 * (engine/inference/pooling/open-native-pooler.ts). Every token of the batch is an output, for which llama.cpp keeps a vector and as many numbers as the vocabulary
 * has tokens, and clears them (llama_context::output_reserve); a model with an output matrix computes those too. Null for models that write.
 */
export function pooledLoadOf(facts: ModelFacts, settings: EngineSettings): { settings: EngineSettings; outputBytes: number; keepsCells: boolean } | null {
  if (facts.purpose !== 'embedding' && facts.purpose !== 'reranking') return null;
  const longestText = facts.contextLength > 0 ? Math.min(settings.contextSize, facts.contextLength) : settings.contextSize;
  const performance = performanceOf(settings);
  const tokens = Math.max(performance.batchSize, longestText);
  const keepsCells = !WITHOUT_CACHE.has(facts.architecture);
  const logits = tokens * facts.vocabularySize * F32_BYTES;
  return {
    settings: { ...settings, contextSize: tokens, parallelSequences: 1, performance: { ...performance, batchSize: tokens } },
    outputBytes: logits * (keepsCells ? 2 : 1) + tokens * facts.embeddingLength * F32_BYTES,
    keepsCells,
  };
}
