import type { Batch } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';

/** One token to compute: where it stands, in which sequence, and whether its logits are wanted. */
export interface TokenSlot {
  token: number;
  position: number;
  sequence: number;
  output: boolean;
}

/** Room for up to `capacity` tokens of one sequence each, filled anew for every decode. */
export interface TokenBatch {
  readonly length: number;
  clear(): void;
  add(slot: TokenSlot): void;
  asStruct(): Batch;
}

export function createTokenBatch(library: Pick<LlamaLibrary, 'addressOf'>, capacity: number): TokenBatch {
  const token = new Int32Array(new ArrayBuffer(capacity * 4));
  const pos = new Int32Array(new ArrayBuffer(capacity * 4));
  const sequenceCount = new Int32Array(new ArrayBuffer(capacity * 4)).fill(1);
  const sequence = new Int32Array(new ArrayBuffer(capacity * 4));
  const logits = new Int8Array(new ArrayBuffer(capacity));
  // Every entry points at one element of `sequence`, whose memory belongs to this closure and does not move.
  const sequencePointers = new BigUint64Array(new ArrayBuffer(capacity * 8));
  const start = library.addressOf(sequence);
  for (let index = 0; index < capacity; index += 1) sequencePointers[index] = start + BigInt(index * Int32Array.BYTES_PER_ELEMENT);
  let length = 0;
  return {
    get length() {
      return length;
    },
    clear() {
      length = 0;
    },
    add(slot) {
      if (length === capacity) throw new RangeError(`a batch of ${capacity} tokens is full`);
      token[length] = slot.token;
      pos[length] = slot.position;
      sequence[length] = slot.sequence;
      logits[length] = slot.output ? 1 : 0;
      length += 1;
    },
    asStruct: () => ({ n_tokens: length, token, embd: null, pos, n_seq_id: sequenceCount, seq_id: sequencePointers, logits }),
  };
}
