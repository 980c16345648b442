/** The order in which blocks may be left out, the least important first: never the first or the last one. Index = block number. */
export function pruningOrder(influence: readonly number[]): number[] {
  const inner = Array.from({ length: Math.max(0, influence.length - 2) }, (_, index) => index + 1);
  return inner.sort((a, b) => (influence[a] ?? 0) - (influence[b] ?? 0) || a - b);
}
