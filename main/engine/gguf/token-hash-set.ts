/**
 * Finds equal byte strings among up to millions in bounded memory: 8 bytes a slot, no copy of the strings. Two 32-bit hashes
 * stand for a string; two different tokens out of 256,000 share both with a probability of about 2e-9, and a file crafted to
 * collide only gets itself refused.
 */
export class TokenHashSet {
  #slots: Uint32Array;
  #mask: number;
  #count = 0;

  constructor() {
    this.#slots = new Uint32Array(2 * 4096);
    this.#mask = 4095;
  }

  /** Adds the bytes; false when equal bytes were added before. */
  add(bytes: Uint8Array): boolean {
    let first = 0x811c9dc5;
    let second = bytes.length ^ 0x9747b28c;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      first = Math.imul(first ^ byte, 0x01000193);
      second = Math.imul(second + byte, 0x5bd1e995);
      second ^= second >>> 15;
    }
    first = finish(first ^ bytes.length);
    second = finish(second);
    // 0,0 marks a free slot.
    if (first === 0 && second === 0) second = 1;
    if (!this.#insert(first, second)) return false;
    this.#count += 1;
    if (this.#count * 4 > this.#mask * 3) this.#grow();
    return true;
  }

  #insert(first: number, second: number): boolean {
    let slot = first & this.#mask;
    for (;;) {
      const at = slot * 2;
      const heldFirst = this.#slots[at] ?? 0;
      const heldSecond = this.#slots[at + 1] ?? 0;
      if (heldFirst === 0 && heldSecond === 0) {
        this.#slots[at] = first;
        this.#slots[at + 1] = second;
        return true;
      }
      if (heldFirst === first && heldSecond === second) return false;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 2) {
      const first = old[at] ?? 0;
      const second = old[at + 1] ?? 0;
      if (first !== 0 || second !== 0) this.#insert(first, second);
    }
  }
}

/** The last mixing step of MurmurHash3, so that the low bits used for the slot depend on every byte. */
function finish(hash: number): number {
  let mixed = hash;
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed >>> 0;
}
