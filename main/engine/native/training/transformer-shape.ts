import type { GgufHeader } from '../../gguf/gguf-header.ts';
import { numberOf, textOf } from '../../gguf/metadata-values.ts';
import { TrainingRefusal } from './training-refusal.ts';

/** What a training graph must know of a model beside its weights. */
export interface TransformerShape {
  readonly architecture: TrainableArchitecture;
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headLength: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly normEpsilon: number;
  /** Whether the output matrix is the embedding table. */
  readonly tied: boolean;
  readonly rope: { readonly dimensions: number; readonly mode: number; readonly trainedContextSize: number; readonly base: number; readonly scale: number; readonly attentionFactor: number };
  /** Weights of every layer without their "blk.N." before, in the order of the file. */
  readonly layerTensors: readonly string[];
}

export const TRAINABLE_ARCHITECTURES = ['llama', 'qwen2', 'qwen3'] as const;
export type TrainableArchitecture = (typeof TRAINABLE_ARCHITECTURES)[number];

/** ggml's rope modes (`GGML_ROPE_TYPE_*`): pairs beside each other, or half a head apart (`llama_model_rope_type`). */
const ropeModes: Readonly<Record<TrainableArchitecture, number>> = { llama: 0, qwen2: 2, qwen3: 2 };

const wholeTensors = new Set(['token_embd.weight', 'output_norm.weight', 'output.weight', 'rope_freqs.weight']);
const neededInLayer = ['attn_norm.weight', 'attn_q.weight', 'attn_k.weight', 'attn_v.weight', 'attn_output.weight', 'ffn_norm.weight', 'ffn_gate.weight', 'ffn_up.weight', 'ffn_down.weight'];
const possibleInLayer: Readonly<Record<TrainableArchitecture, readonly string[]>> = {
  llama: ['attn_q.bias', 'attn_k.bias', 'attn_v.bias', 'attn_output.bias', 'ffn_gate.bias', 'ffn_up.bias', 'ffn_down.bias'],
  qwen2: ['attn_q.bias', 'attn_k.bias', 'attn_v.bias'],
  qwen3: ['attn_q_norm.weight', 'attn_k_norm.weight'],
};
/** Keys that change what is computed and that the training graph does not know; `value` is where they change nothing. */
const unknownKeys: readonly { key: string; value: number }[] = [
  { key: 'expert_count', value: 0 },
  { key: 'attention.scale', value: 0 },
  { key: 'logit_scale', value: 0 },
  { key: 'residual_scale', value: 0 },
  { key: 'embedding_scale', value: 0 },
];

/**
 * Reads from a model's header what its training graph needs, as llama.cpp's src/models/{llama,qwen2,qwen3}.cpp do. Everything that
 * such a graph would leave out is refused rather than trained wrongly. Raises TrainingRefusal ('architecture-not-trainable',
 * 'weights-not-float32').
 */
export function transformerShapeOf(header: GgufHeader): TransformerShape {
  const { metadata } = header;
  const architecture = architectureOf(textOf(metadata, 'general.architecture') ?? '');
  const number = (key: string): number | null => numberOf(metadata, `${architecture}.${key}`);
  const needed = (key: string): number => number(key) ?? refuse(`${architecture}.${key} is missing or differs between layers`);
  for (const { key, value } of unknownKeys) if ((number(key) ?? value) !== value) refuse(`${architecture}.${key} is ${String(number(key))}`);

  const layers = needed('block_count');
  const embedding = needed('embedding_length');
  const heads = needed('attention.head_count');
  const keyHeads = number('attention.head_count_kv') ?? heads;
  const headLength = number('attention.key_length') ?? embedding / heads;
  if ((number('attention.value_length') ?? headLength) !== headLength) refuse('keys and values of different lengths');
  if (heads % keyHeads !== 0) refuse(`${heads} heads share ${keyHeads} key heads`);
  const names = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const vocabulary = names.get('token_embd.weight')?.dimensions[1] ?? refuse('token_embd.weight is missing');
  const layerTensors = checkTensors(header, architecture, layers);

  const scaling = textOf(metadata, `${architecture}.rope.scaling.type`);
  if (scaling !== null && scaling !== 'none' && scaling !== 'linear') refuse(`rope scaling ${scaling}`);
  const factor = number('rope.scaling.factor') ?? number('rope.scale_linear') ?? 0;
  return {
    architecture,
    layers,
    embedding,
    heads,
    keyHeads,
    headLength,
    feedForward: needed('feed_forward_length'),
    vocabulary,
    normEpsilon: needed('attention.layer_norm_rms_epsilon'),
    tied: !names.has('output.weight'),
    rope: {
      dimensions: number('rope.dimension_count') ?? headLength,
      mode: ropeModes[architecture],
      trainedContextSize: needed('context_length'),
      base: number('rope.freq_base') ?? 10_000,
      scale: factor === 0 || scaling === 'none' ? 1 : 1 / factor,
      attentionFactor: number('rope.scaling.attn_factor') ?? 1,
    },
    layerTensors,
  };
}

function architectureOf(name: string): TrainableArchitecture {
  return TRAINABLE_ARCHITECTURES.find((known) => known === name) ?? refuse(name === '' ? 'no architecture' : name);
}

function checkTensors(header: GgufHeader, architecture: TrainableArchitecture, layers: number): string[] {
  const possible = new Set([...neededInLayer, ...possibleInLayer[architecture]]);
  const found = new Map<string, number>();
  for (const { name, type } of header.tensors) {
    if (type.name !== 'F32') throw new TrainingRefusal('weights-not-float32', `${name} is ${type.name}`);
    if (wholeTensors.has(name)) continue;
    const inLayer = /^blk\.(\d+)\.(.+)$/.exec(name);
    const rest = inLayer?.[2] ?? '';
    if (!possible.has(rest) || Number(inLayer?.[1]) >= layers) refuse(`${name} has no place in the training graph`);
    found.set(rest, (found.get(rest) ?? 0) + 1);
  }
  for (const name of neededInLayer) if (!found.has(name)) refuse(`${name} is missing`);
  for (const [name, count] of found) if (count !== layers) refuse(`${name} is in ${count} of ${layers} layers`);
  if (!header.tensors.some(({ name }) => name === 'output_norm.weight')) refuse('output_norm.weight is missing');
  return [...found.keys()];
}

function refuse(detail: string): never {
  throw new TrainingRefusal('architecture-not-trainable', detail);
}
