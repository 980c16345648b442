import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LlamaBinding, openLlamaBinding } from '../testing/llama-binding.ts';
import { ggmlTypeOf } from './gguf-format.ts';
import { knownArchitectures, recurrenceOf } from './known-architectures.ts';

/** The tables were copied from the sources of one release; the library that ships must be of the same. */
describe('tables compared with the shipped llama.cpp', () => {
  let binding: LlamaBinding | null = null;
  let close = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    const opened = await openLlamaBinding(() => undefined);
    binding = opened.binding;
    close = opened.close;
  });
  afterAll(async () => {
    await close();
  });

  it('has the same tensor types with the same sizes', () => {
    for (let id = 0; id < 43; id += 1) {
      const type = ggmlTypeOf(id);
      expect([id, binding?.getBlockSizeForGgmlType(id) ?? 0, binding?.getTypeSizeForGgmlType(id) ?? 0]).toEqual([
        id,
        type?.blockSize ?? 0,
        type?.blockBytes ?? 0,
      ]);
    }
  });

  it('has the same architectures', () => {
    const theirs = (binding?.getAllArchs() ?? []).filter((name) => name !== '(unknown)');
    expect(theirs.length).toBeGreaterThan(100);
    expect([...knownArchitectures()].sort()).toEqual([...theirs].sort());
  });

  it('knows which of them are recurrent, wholly or in part', () => {
    const ours = knownArchitectures().map((architecture) => {
      const rule = recurrenceOf(architecture);
      const isRecurrent = rule.kind === 'every-layer' && !rule.alsoAttends;
      return { architecture, isRecurrent, isHybrid: rule.kind !== 'none' && !isRecurrent };
    });
    const theirs = knownArchitectures().map((architecture) => ({
      architecture,
      isRecurrent: binding?.getIsArchRecurrent(architecture),
      // deepseek4 keeps another memory beside keys and values, but has no recurrent layers.
      isHybrid: binding?.getIsArchHybrid(architecture) === true && architecture !== 'deepseek4',
    }));
    expect(ours).toEqual(theirs);
  });
});
