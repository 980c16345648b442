import type { SeededRandom } from '../../main/engine/testing/seeded-random.ts';

export const slotNames = ['place', 'person', 'time', 'number', 'hour', 'problem', 'thing', 'where'] as const;
export type SlotName = (typeof slotNames)[number];
export type Slots = Readonly<Record<SlotName, string>>;

const alternatives = /\[([^[\]]*)\]/;
const slot = /\{(\w+)\}/g;

/** One of `list`. Raises RangeError for an empty one. */
export function oneOf<Item>(random: SeededRandom, list: readonly Item[]): Item {
  const item = list[random.below(list.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

/** Decides every `[a|b]` of a piece of wording. */
export function decide(random: SeededRandom, piece: string): string {
  let text = piece;
  for (let found = alternatives.exec(text); found !== null; found = alternatives.exec(text)) {
    text = text.replace(found[0], () => oneOf(random, (found?.[1] ?? '').split('|')));
  }
  return text;
}

/** Every way in which the `[a|b]` of a piece can be decided. */
export function everyDecision(piece: string): string[] {
  const found = alternatives.exec(piece);
  if (found === null) return [piece];
  return (found[1] ?? '').split('|').flatMap((choice) => everyDecision(piece.replace(found[0], () => choice)));
}

/** Puts values into `{slots}`, and notes in `used` which were there. Raises RangeError for an unknown one. */
export function fill(piece: string, slots: Slots, used?: Set<SlotName>): string {
  return piece.replaceAll(slot, (_, name: string) => {
    const known = slotNames.find((candidate) => candidate === name);
    if (known === undefined) throw new RangeError(`unknown slot ${name} in "${piece}"`);
    used?.add(known);
    return slots[known];
  });
}
