import type { SeededRandom } from './seeded-random.ts';

/** Values that break readers: ends of ranges, signs, and sizes whose products wrap. */
const NASTY_VALUES: readonly [bigint, ...bigint[]] = [
  0n,
  1n,
  2n,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  2n ** 40n,
  2n ** 53n,
  2n ** 61n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 64n - 32n,
];

/** Where damage is to go in a file. */
export interface MutationMap {
  readonly headerBytes: number;
  /** Where lengths, types and counts stand. */
  readonly landmarks: readonly number[];
  /** Single values of fixed size: changing one leaves the container whole and the model wrong. */
  readonly values: readonly { readonly offset: number; readonly sizeBytes: number }[];
}

/**
 * A damaged copy of a file: one to four changes, mostly in the header and half of them close to `landmarks` (where lengths,
 * types and counts stand), since those are the bytes a reader acts upon. A third
 * of the copies only have values changed.
 */
export function mutateGguf(original: Uint8Array, where: MutationMap, random: SeededRandom): Buffer {
  let bytes: Buffer = Buffer.from(original);
  if (random.below(3) === 0) return changeValues(bytes, where, random);
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change += 1) {
    bytes = mutateOnce(bytes, place(bytes.length, where, random), random);
  }
  return bytes;
}

function changeValues(bytes: Buffer, where: MutationMap, random: SeededRandom): Buffer {
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change += 1) {
    const value = where.values[random.below(where.values.length)];
    if (value === undefined) return bytes;
    const number = nastyValue(random);
    for (let at = 0; at < value.sizeBytes; at += 1) {
      bytes[value.offset + at] = Number((number >> BigInt(8 * at)) & 0xffn);
    }
  }
  return bytes;
}

function place(length: number, where: MutationMap, random: SeededRandom): number {
  const choice = random.below(10);
  const landmark = where.landmarks[random.below(where.landmarks.length)] ?? 0;
  const at = choice < 5 ? landmark - 24 + random.below(32) : random.below(choice < 9 ? where.headerBytes : length);
  return Math.max(0, Math.min(Math.max(0, length - 1), at));
}

function mutateOnce(bytes: Buffer, at: number, random: SeededRandom): Buffer {
  const span = Math.min(1 + random.below(64), bytes.length - at);
  switch (random.below(10)) {
    case 0:
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 2:
      bytes[at] = random.below(256);
      return bytes;
    case 3:
    case 4:
      return overwrite(bytes, { at, size: 8 }, random);
    case 5:
      return overwrite(bytes, { at, size: 4 }, random);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + span)]);
    case 7:
      return Buffer.concat([bytes.subarray(0, at + span), bytes.subarray(at, at + span), bytes.subarray(at + span)]);
    case 8: {
      const from = random.below(bytes.length);
      bytes.copy(bytes, at, from, from + span);
      return bytes;
    }
    default:
      // A cut is rarer than the rest: most of its outcomes are the same refusal.
      return random.below(4) === 0 ? bytes.subarray(0, at) : overwrite(bytes, { at, size: 8 }, random);
  }
}

function nastyValue(random: SeededRandom): bigint {
  return random.below(2) === 0 ? BigInt(random.below(1000)) : random.pick(NASTY_VALUES);
}

function overwrite(bytes: Buffer, { at, size }: { at: number; size: 4 | 8 }, random: SeededRandom): Buffer {
  if (at + size > bytes.length) return bytes;
  const value = nastyValue(random);
  if (size === 8) bytes.writeBigUInt64LE(value, at);
  else bytes.writeUInt32LE(Number(value & 0xffffffffn), at);
  return bytes;
}
