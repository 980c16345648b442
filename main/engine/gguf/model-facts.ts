import { chatTemplateFamilyOf } from './chat-template-family.ts';
import { fileTypeNameOf } from './gguf-format.ts';
import type { GgufHeader, GgufMetadataEntry, GgufTensor } from './gguf-header.ts';
import { isAuxiliaryArchitecture, isEmbeddingArchitecture, recurrenceOf } from './known-architectures.ts';
import { describeValue, type GgufMetadata, numberOf, numbersPerLayer, oneLine, textOf, textsOf } from './metadata-values.ts';

export type ModelPurpose = 'text-generation' | 'embedding' | 'reranking' | 'projector' | 'adapter' | 'other';

export interface ChatTemplateFacts {
  readonly present: boolean;
  readonly lengthBytes: number;
  readonly family: string | null;
  readonly text: string | null;
}

/** What a person and the memory estimate need to know of a model. Lengths are elements, sizes bytes; 0 means "not said". */
export interface ModelFacts {
  readonly architecture: string;
  readonly name: string | null;
  readonly organization: string | null;
  readonly parameterCount: number;
  /** "Q4_K_M", or the type of most weights where the file's own word is missing or cannot be true. */
  readonly quantization: string;
  /** The file's own word, true or not. */
  readonly declaredQuantization: string | null;
  readonly contextLength: number;
  readonly embeddingLength: number;
  readonly layerCount: number;
  /** The largest of any layer where layers differ; so are headCountKv and feedForwardLength. */
  readonly headCount: number;
  readonly headCountKv: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly feedForwardLength: number;
  readonly expertCount: number | null;
  readonly slidingWindow: number | null;
  readonly vocabularySize: number;
  readonly tokenizerModel: string | null;
  readonly licence: string | null;
  readonly languages: readonly string[];
  readonly chatTemplate: ChatTemplateFacts;
  readonly isMoe: boolean;
  readonly purpose: ModelPurpose;
  readonly weightsBytes: number;
  readonly layerWeightsBytes: readonly number[];
  readonly nonLayerWeightsBytes: number;
  readonly tensorTypes: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
  /** 0 for layers that keep no keys and values. */
  readonly kvHeadCountPerLayer: readonly number[];
  readonly recurrentLayerCount: number;
  readonly metadata: readonly {
    readonly key: string;
    readonly type: string;
    readonly text: string;
    readonly byteLength: number;
  }[];
}

const SHOWN_TEXT_LENGTH = 300;

/**
 * Gathers the facts of a model from the headers of its parts, in order. Metadata comes from the first part, tensors from all.
 * Missing keys get the defaults of llama.cpp (llama_model_base::load_hparams). Nothing is judged here: see checkArchitecture.
 */
export function modelFactsOf(headers: readonly GgufHeader[]): ModelFacts {
  const metadata: GgufMetadata = headers[0]?.metadata ?? new Map<string, GgufMetadataEntry>();
  const tensors = headers.flatMap((header) => header.tensors);
  const architecture = textOf(metadata, 'general.architecture') ?? '';
  const own = (suffix: string): number => numberOf(metadata, `${architecture}.${suffix}`) ?? 0;

  const layerCount = Math.min(own('block_count'), 65_536);
  const embeddingLength = own('embedding_length');
  const heads = numbersPerLayer(metadata, `${architecture}.attention.head_count`, layerCount) ?? [];
  const headsKv = numbersPerLayer(metadata, `${architecture}.attention.head_count_kv`, layerCount) ?? heads;
  const feedForward = numbersPerLayer(metadata, `${architecture}.feed_forward_length`, layerCount) ?? [];
  const headCount = Math.max(0, ...heads);
  // llama.cpp divides by the heads of the first layer.
  const headLength = (heads[0] ?? 0) > 0 ? Math.floor(embeddingLength / (heads[0] ?? 1)) : 0;
  const recurrent = recurrentLayers(metadata, { architecture, layerCount, headsKv, feedForward });
  const expertCount = own('expert_count');
  const weights = weightsOf(tensors, layerCount);
  const declaredQuantization = fileTypeNameOf(numberOf(metadata, 'general.file_type') ?? -1);

  return {
    architecture: oneLine(architecture, 64),
    name: shown(textOf(metadata, 'general.name') ?? textOf(metadata, 'general.basename')),
    organization: shown(textOf(metadata, 'general.organization') ?? textOf(metadata, 'general.author')),
    parameterCount: tensors.reduce((sum, tensor) => sum + tensor.elementCount, 0),
    quantization: quantizationOf(tensors, declaredQuantization),
    declaredQuantization,
    contextLength: own('context_length'),
    embeddingLength,
    layerCount,
    headCount,
    headCountKv: Math.max(0, ...headsKv),
    keyLength: own('attention.key_length') || headLength,
    valueLength: own('attention.value_length') || headLength,
    feedForwardLength: Math.max(0, ...feedForward, feedForward.length === 0 ? own('expert_feed_forward_length') : 0),
    expertCount: expertCount > 0 ? expertCount : null,
    slidingWindow: slidingWindowOf(metadata, architecture),
    vocabularySize: vocabularySizeOf(metadata, architecture),
    tokenizerModel: shown(textOf(metadata, 'tokenizer.ggml.model')),
    licence: shown(textOf(metadata, 'general.license') ?? textOf(metadata, 'general.license.name')),
    languages: textsOf(metadata, 'general.languages').slice(0, 100).map((language) => oneLine(language, 20)),
    chatTemplate: chatTemplateOf(metadata.get('tokenizer.chat_template')),
    isMoe: expertCount > 0,
    purpose: purposeOf(metadata, architecture),
    ...weights,
    kvHeadCountPerLayer: Array.from({ length: layerCount }, (_, layer) =>
      recurrent.withoutKeys.has(layer) ? 0 : (headsKv[layer] ?? 0),
    ),
    recurrentLayerCount: recurrent.count,
    metadata: [...metadata.values()].map((entry) => ({
      key: oneLine(entry.key, SHOWN_TEXT_LENGTH),
      type: entry.elementType === null ? entry.type : `${entry.elementType}[]`,
      text: describeValue(entry, SHOWN_TEXT_LENGTH),
      byteLength: entry.byteLength,
    })),
  };
}

function shown(text: string | null): string | null {
  return text === null ? null : oneLine(text, SHOWN_TEXT_LENGTH);
}

interface LayerShape {
  readonly architecture: string;
  readonly layerCount: number;
  readonly headsKv: readonly number[];
  readonly feedForward: readonly number[];
}

/** Which layers keep a recurrent state, and which of them therefore no keys and values. */
function recurrentLayers(metadata: GgufMetadata, shape: LayerShape): { count: number; withoutKeys: Set<number> } {
  const { architecture, layerCount, headsKv, feedForward } = shape;
  const rule = recurrenceOf(architecture);
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  switch (rule.kind) {
    case 'none':
      return { count: 0, withoutKeys: new Set() };
    case 'every-layer':
      return { count: layerCount, withoutKeys: new Set(rule.alsoAttends ? [] : layers) };
    case 'layers-without-heads': {
      const found = layers.filter(
        (layer) => (headsKv[layer] ?? 0) === 0 && (!rule.alsoWithoutFeedForward || (feedForward[layer] ?? 0) === 0),
      );
      return { count: found.length, withoutKeys: new Set(found) };
    }
    case 'all-but-every-nth': {
      const named = metadata.get(`${architecture}.attention.recurrent_layers`)?.value;
      const interval = numberOf(metadata, `${architecture}.full_attention_interval`) ?? rule.interval;
      const mainLayers = layerCount - (numberOf(metadata, `${architecture}.nextn_predict_layers`) ?? 0);
      const found = layers.filter((layer) =>
        Array.isArray(named) ? Boolean(named[layer]) : layer < mainLayers && (layer + 1) % Math.max(1, interval) !== 0,
      );
      return { count: found.length, withoutKeys: new Set(found) };
    }
  }
}

function weightsOf(
  tensors: readonly GgufTensor[],
  layerCount: number,
): Pick<ModelFacts, 'weightsBytes' | 'layerWeightsBytes' | 'nonLayerWeightsBytes' | 'tensorTypes'> {
  const layerWeightsBytes = Array<number>(layerCount).fill(0);
  const types = new Map<string, { type: string; count: number; bytes: number }>();
  let weightsBytes = 0;
  let nonLayerWeightsBytes = 0;
  for (const tensor of tensors) {
    weightsBytes += tensor.sizeBytes;
    const layer = layerOf(tensor.name);
    if (layer !== null && layer < layerCount) {
      layerWeightsBytes[layer] = (layerWeightsBytes[layer] ?? 0) + tensor.sizeBytes;
    } else {
      nonLayerWeightsBytes += tensor.sizeBytes;
    }
    const type = types.get(tensor.type.name) ?? { type: tensor.type.name, count: 0, bytes: 0 };
    type.count += 1;
    type.bytes += tensor.sizeBytes;
    types.set(tensor.type.name, type);
  }
  const tensorTypes = [...types.values()].sort((first, second) => second.bytes - first.bytes);
  return { weightsBytes, layerWeightsBytes, nonLayerWeightsBytes, tensorTypes };
}

/** The layer a tensor belongs to by its name (blk.7.attn_q.weight), or null. */
export function layerOf(tensorName: string): number | null {
  const match = /^(?:enc\.|dec\.)?blk\.(\d{1,6})\./.exec(tensorName);
  return match === null ? null : Number(match[1]);
}

/** Bits per weight that a type or file type name promises: Q4_K_M → 4, MXFP4 → 4, BF16 → 16. */
function bitsOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

/**
 * The declared name, unless most weights are of a type it cannot mean. Mixed recipes and the quantizer's fall-backs for rows
 * that do not divide into blocks (Q4_K → Q5_0, Q6_K → Q8_0, IQ2 → IQ4_NL) stay within two bits.
 */
function quantizationOf(tensors: readonly GgufTensor[], declared: string | null): string {
  // Vectors stay F32 in every recipe; embeddings and output follow rules of their own and outweigh the rest in small models.
  const matrices = tensors.filter((tensor) => tensor.dimensions.length > 1);
  const inLayers = matrices.filter((tensor) => layerOf(tensor.name) !== null);
  const elements = new Map<string, number>();
  for (const tensor of inLayers.length > 0 ? inLayers : matrices) {
    elements.set(tensor.type.name, (elements.get(tensor.type.name) ?? 0) + tensor.elementCount);
  }
  const majority = [...elements].sort((first, second) => second[1] - first[1])[0]?.[0];
  if (majority === undefined) return declared ?? tensors[0]?.type.name ?? 'unknown';
  if (declared === null) return majority;
  return Math.abs(bitsOf(declared) - bitsOf(majority)) <= 2 ? declared : majority;
}

function slidingWindowOf(metadata: GgufMetadata, architecture: string): number | null {
  // llama.cpp switches it off for phi3 and assumes 4096 for a gemma2 that does not say.
  if (architecture === 'phi3') return null;
  const window = numberOf(metadata, `${architecture}.attention.sliding_window`) ?? (architecture === 'gemma2' ? 4096 : 0);
  return window > 0 ? window : null;
}

/** As llama.cpp counts: the tokens of the vocabulary, or the announced size where it has none. */
export function vocabularySizeOf(metadata: GgufMetadata, architecture: string): number {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  if (tokens !== undefined && tokens.type === 'array') return tokens.length;
  return numberOf(metadata, `${architecture}.vocab_size`) ?? 0;
}

function chatTemplateOf(entry: GgufMetadataEntry | undefined): ChatTemplateFacts {
  if (entry === undefined || typeof entry.value !== 'string' || entry.value === '') {
    return { present: false, lengthBytes: 0, family: null, text: null };
  }
  // The value begins with its 8-byte length.
  return {
    present: true,
    lengthBytes: entry.byteLength - 8,
    family: chatTemplateFamilyOf(entry.value),
    text: entry.value,
  };
}

const POOLING_NONE = 0;
const POOLING_RANK = 4;

function purposeOf(metadata: GgufMetadata, architecture: string): ModelPurpose {
  const type = textOf(metadata, 'general.type');
  if (type === 'adapter' || metadata.has('adapter.type')) return 'adapter';
  if (architecture === 'clip' || type === 'mmproj') return 'projector';
  if (isAuxiliaryArchitecture(architecture)) return 'other';
  const pooling = numberOf(metadata, `${architecture}.pooling_type`);
  if (pooling === POOLING_RANK || metadata.has(`${architecture}.classifier.output_labels`)) return 'reranking';
  if (isEmbeddingArchitecture(architecture)) return 'embedding';
  if (pooling !== null && pooling !== POOLING_NONE) return 'embedding';
  if (type !== null && type !== 'model') return 'other';
  return 'text-generation';
}
