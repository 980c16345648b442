import type { ModelFacts } from '../contract/models.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';

/**
 * Architectures whose blocks are all made alike in llama.cpp v0.4.0, so that one can be left out and the others keep their meaning: in
 * src/models/<name>.cpp nothing depends on a block's number or on how many there are. Left out are those with alternating windows
 * (gemma2, gemma3, cohere2, gpt-oss, phi3 …), with layers without positions (smollm3, llama4 …), with dense blocks before the mixture
 * (deepseek2, glm4moe, dots1 …), with recurrent blocks in between (jamba, qwen3next, lfm2 …), with blocks for predicting several tokens,
 * with a scale by the number of blocks (minicpm), and those with an encoder (t5).
 */
const UNIFORM: ReadonlySet<string> = new Set([
  'llama', 'mistral3', 'qwen', 'qwen2', 'qwen2moe', 'qwen2vl', 'qwen3', 'qwen3moe', 'phi2', 'gemma', 'stablelm', 'starcoder', 'starcoder2',
  'gpt2', 'gptneox', 'falcon', 'bloom', 'mpt', 'internlm2', 'orion', 'xverse', 'command-r', 'olmo', 'olmoe', 'codeshell', 'refact', 'plamo',
  'exaone', 'granite', 'granitemoe', 'nemotron', 'jais', 'chatglm', 'arcee', 'seed_oss', 'dbrx', 'grok', 'arctic', 'hunyuan-dense', 'hunyuan-moe', 'plm',
]);
/** Arrays that do not hold one value for each block. */
const NOT_BY_LAYER = /\.rope\.dimension_sections$/;

/** Raises PRUNE_REFUSED where blocks of the model cannot be left out at all. */
export function checkPrunable(facts: ModelFacts): void {
  const refuse = (detail: string): never => {
    throw new ExpectedError('PRUNE_REFUSED', { reason: 'architecture', detail });
  };
  if (!UNIFORM.has(facts.architecture) || facts.recurrentLayerCount > 0) refuse(facts.architecture);
  // One value a block: llama.cpp asks for as many as there are blocks, and the quantizer leaves them all.
  const byLayer = facts.metadata.find(({ key, type }) => type.endsWith('[]') && key.startsWith(`${facts.architecture}.`) && !NOT_BY_LAYER.test(key));
  if (byLayer !== undefined) refuse(byLayer.key);
}

/** Raises PRUNE_REFUSED where these blocks may not be left out: there is none of that number, it is the first or last, or fewer than two would stay. */
export function checkLayers(layers: readonly number[], layerCount: number): void {
  const unknown = layers.find((layer) => layer >= layerCount);
  if (unknown !== undefined) throw new ExpectedError('PRUNE_REFUSED', { reason: 'unknown-layer', detail: String(unknown) });
  if (layers.includes(0) || layers.includes(layerCount - 1)) throw new ExpectedError('PRUNE_REFUSED', { reason: 'first-or-last', detail: '' });
  if (layerCount - new Set(layers).size < 2) throw new ExpectedError('PRUNE_REFUSED', { reason: 'too-many', detail: '' });
}
