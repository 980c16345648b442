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

  it('knows which of them are recurrent', () => {
    for (const architecture of knownArchitectures()) {
      const rule = recurrenceOf(architecture);
      const isRecurrent = rule.kind === 'every-layer' && !rule.alsoAttends;
      expect([architecture, binding?.getIsArchRecurrent(architecture)]).toEqual([architecture, isRecurrent]);
      // Two hybrids keep another kind of memory beside keys and values, not recurrent layers.
      if (rule.kind !== 'none' && !isRecurrent) {
        expect([architecture, binding?.getIsArchHybrid(architecture)]).toEqual([architecture, true]);
      }
    }
  });
});
