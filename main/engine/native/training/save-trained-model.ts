import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { GgufHeader } from '../../gguf/gguf-header.ts';
import { writeWhole } from './write-whole.ts';
import type { ParameterStore } from './parameter-store.ts';

/**
 * Writes the weights into a copy of the model they came from. Names, shapes and types are the same, so that everything before the
 * first tensor is copied byte for byte: vocabulary, chat template, and the place of each tensor.
 */
export async function saveTrainedModel(source: { modelPath: string; header: GgufHeader }, store: ParameterStore, path: string): Promise<void> {
  const head = Buffer.alloc(source.header.dataOffset);
  const original = await open(source.modelPath, 'r');
  try {
    await original.read(head, 0, head.length, 0);
  } finally {
    await original.close();
  }
  await writeWhole(path, async (file: FileHandle) => {
    await file.write(head, 0, head.length, 0);
    let end = head.length;
    for (const { weight, fileOffset, sizeBytes } of store.parameters) {
      let position = fileOffset;
      for (const piece of store.pieces(weight)) {
        await file.write(piece, 0, piece.length, position);
        position += piece.length;
      }
      end = Math.max(end, fileOffset + sizeBytes);
    }
    const { alignment } = source.header;
    await file.truncate(Math.ceil(end / alignment) * alignment); // llama.cpp wants the last tensor padded too
  });
}
