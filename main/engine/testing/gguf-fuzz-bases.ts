import { bufferSource } from '../gguf/byte-source.ts';
import { GGUF_VALUE_SIZES } from '../gguf/gguf-format.ts';
import { readGguf } from '../gguf/gguf-reader.ts';
import type { GgufMetadataToWrite } from '../gguf/gguf-writer.ts';
import { encodeTinyModel, TINY_MODEL } from './crafted-gguf.ts';
import type { MutationMap } from './gguf-mutator.ts';

/** A whole model with the places in its header where damage is most telling. */
export interface FuzzBase {
  readonly bytes: Buffer;
  readonly where: MutationMap;
}

/** Keys that most models leave out, at their harmless values: there to be changed. */
const SELDOM_KEYS: readonly GgufMetadataToWrite[] = [
  { key: 'general.alignment', type: 'uint32', value: 32 },
  { key: 'llama.vocab_size', type: 'uint32', value: TINY_MODEL.vocabulary },
  { key: 'llama.attention.head_count', type: 'array', elementType: 'uint32', value: [TINY_MODEL.heads] },
  { key: 'llama.attention.key_length', type: 'uint32', value: 16 },
  { key: 'llama.attention.value_length', type: 'uint32', value: 16 },
  { key: 'llama.attention.sliding_window', type: 'uint32', value: 0 },
  { key: 'llama.attention.causal', type: 'bool', value: true },
  { key: 'llama.expert_count', type: 'uint32', value: 0 },
  { key: 'llama.expert_used_count', type: 'uint32', value: 0 },
  { key: 'llama.expert_group_count', type: 'uint32', value: 0 },
  { key: 'llama.expert_group_used_count', type: 'uint32', value: 0 },
  { key: 'llama.nextn_predict_layers', type: 'uint32', value: 0 },
  { key: 'llama.pooling_type', type: 'uint32', value: 0 },
  { key: 'llama.rope.freq_base', type: 'float32', value: 10_000 },
  { key: 'llama.rope.scaling.factor', type: 'float32', value: 1 },
  { key: 'llama.rope.scaling.original_context_length', type: 'uint32', value: 64 },
  { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: true },
  { key: 'tokenizer.ggml.token_type_count', type: 'uint32', value: 1 },
  { key: 'tokenizer.ggml.padding_token_id', type: 'uint32', value: 0 },
];

/** Small models of several architectures, types and layouts to damage. */
export async function fuzzBases(): Promise<FuzzBase[]> {
  const models = [
    encodeTinyModel(),
    encodeTinyModel({ options: { architecture: 'qwen2', tensorType: 'Q8_0' } }),
    encodeTinyModel({ options: { architecture: 'gemma', tensorType: 'F16', chatTemplate: null } }),
    encodeTinyModel({ options: { architecture: 'qwen3', tensorType: 'BF16', layers: 2 } }),
    encodeTinyModel({ options: { architecture: 'phi3', tensorType: 'Q4_0' } }),
    encodeTinyModel({ options: { metadata: SELDOM_KEYS } }),
  ];
  const bases: FuzzBase[] = [];
  for (const bytes of models) {
    const header = await readGguf(bufferSource(bytes));
    const landmarks = [8, 16, 24];
    const values: { offset: number; sizeBytes: number }[] = [];
    for (const entry of header.metadata.values()) {
      landmarks.push(entry.byteOffset);
      const sizeBytes = GGUF_VALUE_SIZES[entry.elementType ?? entry.type];
      // Of an array, the element in its middle.
      if (sizeBytes > 0 && entry.length > 0) {
        values.push({ offset: entry.byteOffset + sizeBytes * (entry.length >> 1), sizeBytes });
      }
    }
    for (const tensor of header.tensors) landmarks.push(tensor.byteOffset, tensor.byteOffset + 8 + tensor.name.length + 4);
    bases.push({ bytes, where: { headerBytes: header.dataOffset, landmarks, values } });
  }
  return bases;
}
