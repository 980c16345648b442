import { bufferSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/gguf-reader.ts';
import { encodeTinyModel } from './crafted-gguf.ts';

/** A whole model with the places in its header where damage is most telling. */
export interface FuzzBase {
  readonly bytes: Buffer;
  readonly where: { readonly headerBytes: number; readonly landmarks: readonly number[] };
}

/** Small models of several architectures, types and layouts to damage. */
export async function fuzzBases(): Promise<FuzzBase[]> {
  const models = [
    encodeTinyModel(),
    encodeTinyModel({ options: { architecture: 'qwen2', tensorType: 'Q8_0' } }),
    encodeTinyModel({ options: { architecture: 'gemma', tensorType: 'F16', chatTemplate: null } }),
    encodeTinyModel({
      options: {
        metadata: [
          { key: 'general.alignment', type: 'uint32', value: 32 },
          { key: 'llama.attention.head_count', type: 'array', elementType: 'uint32', value: [2] },
          { key: 'llama.rope.freq_base', type: 'float32', value: 10_000 },
          { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: true },
        ],
      },
    }),
  ];
  const bases: FuzzBase[] = [];
  for (const bytes of models) {
    const header = await readGguf(bufferSource(bytes));
    const landmarks = [8, 16, 24];
    for (const entry of header.metadata.values()) landmarks.push(entry.byteOffset);
    for (const tensor of header.tensors) landmarks.push(tensor.byteOffset, tensor.byteOffset + 8 + tensor.name.length + 4);
    bases.push({ bytes, where: { headerBytes: header.dataOffset, landmarks } });
  }
  return bases;
}
