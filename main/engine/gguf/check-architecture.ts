import { checkVocabulary } from './check-vocabulary.ts';
import type { GgufHeader, GgufMetadataEntry, GgufTensor } from './gguf-header.ts';
import { shownText } from './gguf-header.ts';
import { GgufRefusal } from './gguf-refusal.ts';
import { isAuxiliaryArchitecture, isKnownArchitecture, recurrenceOf } from './known-architectures.ts';
import { type GgufMetadata, numberOf, numbersPerLayer, textOf } from './metadata-values.ts';
import { layerOf, vocabularySizeOf } from './model-facts.ts';

/** LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS of src/llama-hparams.h: fixed arrays, guarded by asserts that end the process. */
const MAX_LAYERS = 512;
const MAX_EXPERTS = 1024;
/** LLAMA_POOLING_TYPE_RANK. */
const RANKING = 4;

interface Range {
  readonly suffix: string;
  readonly smallest: number;
  readonly largest: number;
  readonly isRequired?: boolean;
}

/** Single u32 keys. Upper ends are far above every published model; they keep products within what memory can be. */
const SINGLE_RANGES: readonly Range[] = [
  { suffix: 'context_length', smallest: 1, largest: 2 ** 28, isRequired: true },
  { suffix: 'embedding_length', smallest: 1, largest: 2 ** 20, isRequired: true },
  { suffix: 'block_count', smallest: 1, largest: MAX_LAYERS, isRequired: true },
  { suffix: 'vocab_size', smallest: 1, largest: 2 ** 24 },
  { suffix: 'attention.key_length', smallest: 1, largest: 65_536 },
  { suffix: 'attention.value_length', smallest: 1, largest: 65_536 },
  { suffix: 'attention.key_length_swa', smallest: 1, largest: 65_536 },
  { suffix: 'attention.value_length_swa', smallest: 1, largest: 65_536 },
  { suffix: 'attention.sliding_window', smallest: 0, largest: 2 ** 31 - 1 },
  { suffix: 'rope.dimension_count', smallest: 0, largest: 65_536 },
  { suffix: 'rope.scaling.original_context_length', smallest: 1, largest: 2 ** 28 },
  { suffix: 'expert_count', smallest: 0, largest: MAX_EXPERTS },
  { suffix: 'expert_group_count', smallest: 0, largest: MAX_EXPERTS },
  { suffix: 'expert_group_used_count', smallest: 0, largest: MAX_EXPERTS },
  { suffix: 'ssm.conv_kernel', smallest: 0, largest: 65_536 },
  { suffix: 'ssm.inner_size', smallest: 0, largest: 2 ** 24 },
  { suffix: 'ssm.state_size', smallest: 0, largest: 2 ** 24 },
  // llama.cpp ends the process over another one (build_pooling).
  { suffix: 'pooling_type', smallest: 0, largest: 4 },
  { suffix: 'full_attention_interval', smallest: 1, largest: MAX_LAYERS },
];

/** u32 keys that may also be an array of one value per layer. */
const LAYER_RANGES: readonly Range[] = [
  { suffix: 'attention.head_count', smallest: 0, largest: 65_536 },
  { suffix: 'attention.head_count_kv', smallest: 0, largest: 65_536 },
  { suffix: 'feed_forward_length', smallest: 0, largest: 2 ** 24 },
  { suffix: 'expert_used_count', smallest: 0, largest: MAX_EXPERTS },
];

const FLOAT_RANGES: readonly Range[] = [
  { suffix: 'attention.layer_norm_rms_epsilon', smallest: 0, largest: 1 },
  { suffix: 'attention.layer_norm_epsilon', smallest: 0, largest: 1 },
  { suffix: 'rope.freq_base', smallest: 0, largest: 1e12 },
  { suffix: 'rope.scaling.factor', smallest: 0, largest: 1e6 },
];

const ROPE_SCALING_TYPES: ReadonlySet<string> = new Set(['none', 'linear', 'yarn', 'longrope']);

/** For these llama.cpp insists that the rotated part is the whole head. */
const WHOLE_HEAD_ROPE: ReadonlySet<string> = new Set(['llama', 'deci', 'falcon', 'llama-embed']);

/**
 * Checks that this llama.cpp release knows the architecture, that the hyper-parameters are there and in range, that the
 * vocabulary fits and that the tensors match both. `headers` are the parts of one model in order. Nothing is executed: whether
 * it really loads is for the trial load to find out.
 * @throws GgufRefusal with the byte of the offending value, or byte 0 where a key is missing.
 */
export function checkArchitecture(headers: readonly GgufHeader[]): void {
  const metadata: GgufMetadata = headers[0]?.metadata ?? new Map<string, GgufMetadataEntry>();
  const entry = metadata.get('general.architecture');
  if (entry === undefined) throw new GgufRefusal('missing-key', 0, { key: 'general.architecture' });
  expectType(entry, 'string');
  const architecture = String(entry.value);
  if (!isKnownArchitecture(architecture)) {
    throw new GgufRefusal('architecture-unknown', entry.byteOffset, { architecture: shownText(architecture) });
  }
  if (!headers.some((header) => header.tensors.length > 0)) throw new GgufRefusal('no-tensors', 0, { architecture });
  // Projectors and adapters carry no model of their own.
  if (architecture === 'clip' || textOf(metadata, 'general.type') === 'adapter') return;
  checkRanges(metadata, architecture);
  checkHeads(metadata, architecture);
  checkExperts(metadata, architecture);
  checkRope(metadata, architecture);
  checkVocabulary(metadata);
  checkTensors(headers, metadata, architecture);
  checkRankingHead(headers, metadata, architecture);
}

function checkRanges(metadata: GgufMetadata, architecture: string): void {
  for (const range of SINGLE_RANGES) {
    const entry = metadata.get(`${architecture}.${range.suffix}`);
    if (entry === undefined) {
      if (range.isRequired === true) throw new GgufRefusal('missing-key', 0, { key: `${architecture}.${range.suffix}` });
      continue;
    }
    expectType(entry, 'uint32');
    checkRange(entry, Number(entry.value), range);
  }
  const layerCount = numberOf(metadata, `${architecture}.block_count`) ?? 0;
  for (const range of LAYER_RANGES) {
    const entry = metadata.get(`${architecture}.${range.suffix}`);
    if (entry === undefined) continue;
    if (entry.type === 'array') {
      checkLayerArray(entry, layerCount);
    } else {
      expectType(entry, 'uint32');
    }
    for (const value of numbersPerLayer(metadata, entry.key, layerCount) ?? []) checkRange(entry, value, range);
  }
  for (const range of FLOAT_RANGES) {
    const entry = metadata.get(`${architecture}.${range.suffix}`);
    if (entry === undefined) continue;
    expectType(entry, 'float32');
    checkRange(entry, Number(entry.value), range);
  }
  checkAtMost(metadata, `${architecture}.nextn_predict_layers`, layerCount);
}

function checkLayerArray(entry: GgufMetadataEntry, layerCount: number): void {
  if (entry.elementType !== 'uint32' && entry.elementType !== 'int32') {
    throw new GgufRefusal('wrong-type', entry.byteOffset, {
      key: entry.key,
      type: `${entry.elementType ?? ''}[]`,
      expected: 'uint32[]',
    });
  }
  if (entry.length !== layerCount) {
    throw new GgufRefusal('array-length-mismatch', entry.byteOffset, {
      key: entry.key,
      elements: entry.length,
      expected: layerCount,
    });
  }
  if (!entry.complete) throw new GgufRefusal('metadata-too-large', entry.byteOffset, { key: entry.key });
}

function checkHeads(metadata: GgufMetadata, architecture: string): void {
  const prefix = `${architecture}.attention`;
  const layerCount = numberOf(metadata, `${architecture}.block_count`) ?? 0;
  const headEntry = metadata.get(`${prefix}.head_count`);
  const isHeadless = recurrenceOf(architecture).kind === 'every-layer' || isAuxiliaryArchitecture(architecture);
  if (headEntry === undefined) {
    if (isHeadless) return;
    throw new GgufRefusal('missing-key', 0, { key: `${prefix}.head_count` });
  }
  const heads = numbersPerLayer(metadata, headEntry.key, layerCount) ?? [];
  const largest = Math.max(0, ...heads);
  if (largest === 0 && !isHeadless) {
    throw new GgufRefusal('hyperparameter-out-of-range', headEntry.byteOffset, { key: headEntry.key, value: 0, smallest: 1 });
  }
  const embeddingLength = numberOf(metadata, `${architecture}.embedding_length`) ?? 0;
  if (largest > embeddingLength) {
    throw new GgufRefusal('hyperparameter-out-of-range', headEntry.byteOffset, {
      key: headEntry.key,
      value: largest,
      largest: embeddingLength,
    });
  }
  const keyValueEntry = metadata.get(`${prefix}.head_count_kv`);
  if (keyValueEntry === undefined) return;
  const headsKv = numbersPerLayer(metadata, keyValueEntry.key, layerCount) ?? [];
  for (const [layer, count] of headsKv.entries()) {
    const layerHeads = heads[layer] ?? 0;
    // Query heads share key-value heads in equal groups; llama.cpp divides by this count.
    if (count > 0 && layerHeads > 0 && layerHeads % count !== 0) {
      throw new GgufRefusal('hyperparameter-out-of-range', keyValueEntry.byteOffset, {
        key: keyValueEntry.key,
        value: count,
        layer,
        headCount: layerHeads,
      });
    }
  }
}

/** The conditions that llama_model_base::load_hparams asserts, for which it would end the process. */
function checkExperts(metadata: GgufMetadata, architecture: string): void {
  // Here llama.cpp treats one expert as none before it asserts.
  if (architecture === 'hunyuan_vl' || architecture === 'hunyuan-dense') return;
  const number = (suffix: string): number => numberOf(metadata, `${architecture}.${suffix}`) ?? 0;
  const layerCount = number('block_count');
  const experts = number('expert_count');
  const used = Math.max(0, ...(numbersPerLayer(metadata, `${architecture}.expert_used_count`, layerCount) ?? []));
  const groups = number('expert_group_count');
  const groupsUsed = number('expert_group_used_count');
  const refuse = (suffix: string, value: number, largest: number): never => {
    const entry =
      metadata.get(`${architecture}.${suffix}`) ?? metadata.get(`${architecture}.expert_count`);
    throw new GgufRefusal('hyperparameter-out-of-range', entry?.byteOffset ?? 0, {
      key: `${architecture}.${suffix}`,
      value,
      largest,
    });
  };
  if (used > experts || (experts > 0 && used === 0)) refuse('expert_used_count', used, experts);
  if (experts === 0) {
    if (groups > 0) refuse('expert_group_count', groups, 0);
    return;
  }
  if (groups >= experts || (groups > 1 && experts % groups !== 0)) refuse('expert_group_count', groups, experts - 1);
  if (groups > 1 && (groupsUsed === 0 || groupsUsed >= groups)) refuse('expert_group_used_count', groupsUsed, groups - 1);
}

function checkRope(metadata: GgufMetadata, architecture: string): void {
  const scaling = metadata.get(`${architecture}.rope.scaling.type`);
  if (scaling !== undefined) {
    expectType(scaling, 'string');
    if (!ROPE_SCALING_TYPES.has(String(scaling.value))) {
      throw new GgufRefusal('hyperparameter-out-of-range', scaling.byteOffset, {
        key: scaling.key,
        value: shownText(String(scaling.value)),
      });
    }
  }
  const rotated = metadata.get(`${architecture}.rope.dimension_count`);
  if (rotated === undefined || !WHOLE_HEAD_ROPE.has(architecture)) return;
  const layerCount = numberOf(metadata, `${architecture}.block_count`) ?? 0;
  const firstHeads = numbersPerLayer(metadata, `${architecture}.attention.head_count`, layerCount)?.[0] ?? 0;
  // A first layer without attention leaves llama.cpp nothing to compare with.
  if (firstHeads === 0) return;
  const embeddingLength = numberOf(metadata, `${architecture}.embedding_length`) ?? 0;
  const keyLength =
    numberOf(metadata, `${architecture}.attention.key_length`) ?? Math.floor(embeddingLength / firstHeads);
  if (rotated.value !== keyLength) {
    throw new GgufRefusal('hyperparameter-out-of-range', rotated.byteOffset, {
      key: rotated.key,
      value: Number(rotated.value),
      expected: keyLength,
    });
  }
}

function checkTensors(headers: readonly GgufHeader[], metadata: GgufMetadata, architecture: string): void {
  const layerCount = numberOf(metadata, `${architecture}.block_count`) ?? 0;
  const embeddingLength = numberOf(metadata, `${architecture}.embedding_length`) ?? 0;
  const vocabularySize = vocabularySizeOf(metadata, architecture);
  for (const tensor of headers.flatMap((header) => header.tensors)) {
    const layer = layerOf(tensor.name);
    if (layer !== null && layer >= layerCount && !tensor.name.startsWith('dec.')) {
      throw new GgufRefusal('layer-out-of-range', tensor.byteOffset, {
        tensor: shownText(tensor.name),
        layer,
        layers: layerCount,
      });
    }
    if (tensor.name !== 'token_embd.weight' || isAuxiliaryArchitecture(architecture)) continue;
    const [columns = 0, rows = 1] = tensor.dimensions;
    if (columns !== embeddingLength || rows !== vocabularySize) {
      throw new GgufRefusal('tensor-shape', tensor.byteOffset, {
        tensor: tensor.name,
        shape: tensor.dimensions.join(' × '),
        expected: `${String(embeddingLength)} × ${String(vocabularySize)}`,
      });
    }
  }
}

/**
 * A model that says it ranks must bring what gives the scores it announces: llama.cpp reads so many numbers for each text whatever was computed, and those of
 * other texts where they are not there.
 */
function checkRankingHead(headers: readonly GgufHeader[], metadata: GgufMetadata, architecture: string): void {
  const labels = metadata.get(`${architecture}.classifier.output_labels`)?.length ?? 0;
  if (numberOf(metadata, `${architecture}.pooling_type`) !== RANKING && labels === 0) return;
  const tensors = headers.flatMap((header) => header.tensors);
  const named = (name: string): GgufTensor | undefined => tensors.find((tensor) => tensor.name === name);
  const head = named('cls.output.weight') ?? named('cls.weight');
  if (head === undefined) throw new GgufRefusal('no-ranking-head', 0, { architecture });
  const scores = head.dimensions[1] ?? 1;
  if (scores !== Math.max(1, labels)) {
    throw new GgufRefusal('tensor-shape', head.byteOffset, { tensor: head.name, shape: head.dimensions.join(' × '), expected: String(Math.max(1, labels)) });
  }
}

function checkAtMost(metadata: GgufMetadata, key: string, largest: number): void {
  const entry = metadata.get(key);
  if (entry === undefined) return;
  expectType(entry, 'uint32');
  checkRange(entry, Number(entry.value), { smallest: 0, largest });
}

function checkRange(entry: GgufMetadataEntry, value: number, range: { smallest: number; largest: number }): void {
  // Written so that NaN is refused too.
  if (value >= range.smallest && value <= range.largest) return;
  throw new GgufRefusal('hyperparameter-out-of-range', entry.byteOffset, {
    key: entry.key,
    value,
    smallest: range.smallest,
    largest: range.largest,
  });
}

function expectType(entry: GgufMetadataEntry, expected: 'uint32' | 'float32' | 'string'): void {
  if (entry.type === expected) return;
  throw new GgufRefusal('wrong-type', entry.byteOffset, { key: entry.key, type: entry.type, expected });
}
