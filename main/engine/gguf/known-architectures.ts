/**
 * What this llama.cpp release (v0.4.0) knows by name. Sources: src/llama-arch.cpp (LLM_ARCH_NAMES, llm_arch_is_recurrent,
 * llm_arch_is_hybrid and the load_arch_hparams of src/models/*.cpp), src/llama-vocab.cpp (llama_vocab::impl::load).
 */

const ARCHITECTURES: ReadonlySet<string> = new Set([
  'clip', 'llama', 'llama4', 'deci', 'falcon', 'grok', 'gpt2', 'gptj', 'gptneox', 'mpt', 'baichuan', 'starcoder',
  'refact', 'bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3',
  'eurobert', 'bloom', 'stablelm', 'qwen', 'qwen2', 'qwen2moe', 'qwen2vl', 'qwen3', 'qwen3moe', 'qwen3next',
  'qwen3vl', 'qwen3vlmoe', 'qwen35', 'qwen35moe', 'qwen4exp', 'phi2', 'phi3', 'phimoe', 'plamo', 'plamo2', 'plamo3',
  'codeshell', 'orion', 'internlm2', 'minicpm', 'minicpm3', 'gemma', 'gemma2', 'gemma3', 'gemma3n', 'gemma4',
  'gemma4-assistant', 'gemma-embedding', 'starcoder2', 'mamba', 'mamba2', 'jamba', 'falcon-h1', 'xverse',
  'command-r', 'cohere2', 'cohere2moe', 'dbrx', 'olmo', 'olmo2', 'olmoe', 'muse-glimmer', 'openelm', 'arctic',
  'deepseek', 'deepseek2', 'deepseek2-ocr', 'deepseek32', 'deepseek4', 'chatglm', 'glm4', 'glm4moe', 'glm-dsa',
  'bitnet', 't5', 't5encoder', 'jais', 'jais2', 'nemotron', 'nemotron_h', 'nemotron_h_moe', 'exaone', 'exaone4',
  'exaone-moe', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7', 'granite', 'granitemoe', 'granitehybrid', 'graniteswitch',
  'granite_swa', 'chameleon', 'wavtokenizer-dec', 'plm', 'bailingmoe', 'bailingmoe2', 'bailingmoe3', 'dots1',
  'dots3note', 'arcee', 'afmoe', 'laguna', 'ernie4_5', 'ernie4_5-moe', 'hunyuan-moe', 'hunyuan-dense', 'hunyuan_vl',
  'hy_v3', 'smollm3', 'gpt-oss', 'lfm2', 'lfm2moe', 'dream', 'smallthinker', 'llada', 'llada-moe', 'seed_oss',
  'grovemoe', 'apertus', 'minimax-01', 'minimax-m2', 'minimax-m3', 'cogvlm', 'rnd1', 'pangu-embedded', 'mistral3',
  'eagle3', 'dflash', 'mistral4', 'paddleocr', 'mimo2', 'step35', 'llama-embed', 'maincoder', 'kimi-linear',
  'kimi-k3', 'talkie', 'mellum', 'nanbeige', 'qwen3tts', 'pockettts',
]);

/** Pre-tokenizers of byte-pair vocabularies; the loader throws for any other name. */
const PRE_TOKENIZERS: ReadonlySet<string> = new Set([
  'a.x-4.0', 'afmoe', 'bailingmoe', 'bailingmoe2', 'bloom', 'chameleon', 'chatglm-bpe', 'codeshell', 'cohere2moe',
  'command-r', 'dbrx', 'deepseek-coder', 'deepseek-llm', 'deepseek-r1-qwen', 'deepseek-v3', 'default', 'exaone',
  'exaone-moe', 'exaone4', 'f2llmv2', 'falcon', 'falcon-h1', 'falcon3', 'gemma4', 'gigachat', 'glm4', 'gpt-2',
  'gpt-4o', 'gpt3-finnish', 'granite-docling', 'granite-embed-multi-311m', 'granite-embed-multi-97m', 'grok-2',
  'hunyuan', 'hunyuan-dense', 'jais', 'jais-2', 'jina-de', 'jina-es', 'jina-v1-en', 'jina-v2-code', 'jina-v2-de',
  'jina-v2-es', 'jina-v5-nano', 'joyai-llm', 'kanana2', 'kimi-k2', 'kormo', 'laguna', 'lfm2', 'llada-moe',
  'llama-bpe', 'llama-v3', 'llama3', 'llama4', 'megrez', 'mellum', 'mellum2', 'midm-2.0', 'minerva-7b', 'minicpm5',
  'minimax-m2', 'modern-bert', 'mpt', 'olmo', 'phi-2', 'pixtral', 'poro-chat', 'qwen2', 'qwen35', 'refact',
  'roberta-bpe', 'sarvam-moe', 'seed-coder', 'smaug-bpe', 'smollm', 'solar-open', 'stablelm2', 'starcoder',
  'superbpe', 'talkie', 'tekken', 'tiny_aya', 'trillion', 'viking', 'whitespace', 'youtu',
]);

const TOKENIZER_MODELS: ReadonlySet<string> = new Set([
  'no_vocab', 'none', 'llama', 'bert', 'gpt2', 'hybriddna', 'whitespace', 't5', 'rwkv', 'plamo2', 'gemma4',
]);

const RECURRENT: ReadonlySet<string> = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7']);

/** Layers without key-value heads are recurrent. */
const RECURRENT_WITHOUT_HEADS: ReadonlySet<string> = new Set([
  'jamba', 'granitehybrid', 'lfm2', 'lfm2moe', 'plamo2', 'kimi-linear', 'kimi-k3', 'bailingmoe3',
]);

/** Every n-th layer attends, the others are recurrent; the number is n where the file does not say. */
const RECURRENT_BY_INTERVAL: ReadonlyMap<string, number> = new Map([
  ['qwen3next', 4], ['qwen35', 4], ['qwen35moe', 4], ['qwen4exp', 4], ['minimax-01', 8],
]);

const EMBEDDING: ReadonlySet<string> = new Set([
  'bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'eurobert',
  'gemma-embedding', 'llama-embed', 't5encoder',
]);

/** Speech decoders and the draft halves of speculative decoding: no use on their own. */
const NOT_FOR_CHAT: ReadonlySet<string> = new Set([
  'wavtokenizer-dec', 'qwen3tts', 'pockettts', 'eagle3', 'dflash', 'gemma4-assistant',
]);

export function isKnownArchitecture(name: string): boolean {
  return ARCHITECTURES.has(name);
}

export function knownArchitectures(): readonly string[] {
  return [...ARCHITECTURES];
}

export function isKnownTokenizerModel(name: string): boolean {
  return TOKENIZER_MODELS.has(name);
}

/** Vocabularies that carry no tokens. */
export function isEmptyTokenizer(name: string): boolean {
  return name === 'none' || name === 'no_vocab';
}

/** Byte-pair vocabularies: they need merges and a known pre-tokenizer. */
export function isBytePairTokenizer(name: string): boolean {
  return name === 'gpt2' || name === 'hybriddna' || name === 'whitespace' || name === 'gemma4';
}

export function isKnownPreTokenizer(name: string): boolean {
  return PRE_TOKENIZERS.has(name);
}

export function isEmbeddingArchitecture(name: string): boolean {
  return EMBEDDING.has(name);
}

export function isAuxiliaryArchitecture(name: string): boolean {
  return NOT_FOR_CHAT.has(name);
}

/** How an architecture says which of its layers keep a recurrent state. */
export type RecurrenceRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'every-layer'; readonly alsoAttends: boolean }
  | { readonly kind: 'layers-without-heads'; readonly alsoWithoutFeedForward: boolean }
  | { readonly kind: 'all-but-every-nth'; readonly interval: number };

export function recurrenceOf(architecture: string): RecurrenceRule {
  if (RECURRENT.has(architecture)) return { kind: 'every-layer', alsoAttends: false };
  if (architecture === 'falcon-h1') return { kind: 'every-layer', alsoAttends: true };
  if (architecture === 'nemotron_h' || architecture === 'nemotron_h_moe') {
    return { kind: 'layers-without-heads', alsoWithoutFeedForward: true };
  }
  if (RECURRENT_WITHOUT_HEADS.has(architecture)) return { kind: 'layers-without-heads', alsoWithoutFeedForward: false };
  const interval = RECURRENT_BY_INTERVAL.get(architecture);
  return interval === undefined ? { kind: 'none' } : { kind: 'all-but-every-nth', interval };
}
