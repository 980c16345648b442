import type { TrainingWindow } from './window-io.ts';

/** One tokenised example; `scored[i]` says whether predicting `tokens[i]` counts. */
export interface TokenisedExample {
  readonly tokens: readonly number[];
  readonly scored: readonly boolean[];
}

export interface PackingOrder {
  /** Tokens of a window. */
  readonly contextSize: number;
  /** 'packed': a window holds as many examples as fit whole. 'padded': each example begins a window of its own. */
  readonly packing: 'packed' | 'padded';
  /** Stands where no example reaches; it is never scored. */
  readonly paddingToken: number;
}

/**
 * Cuts examples, in the order given, into windows. Position i is scored for predicting token i + 1, so a window's last position and
 * everything behind the last token have weight 0, and so has the first token of a packed example: it does not see what came before,
 * because each example is a segment of its own, at the positions it will have when it is asked for alone. An example is cut only where it is longer than a window, because an answer without its question teaches nothing; it goes on in
 * the next. Windows in which nothing is scored are left out. Raises RangeError where an example's two arrays differ in length.
 */
export function packWindows(examples: Iterable<TokenisedExample>, order: PackingOrder): TrainingWindow[] {
  const windows: TrainingWindow[] = [];
  let pending: Row[] = [];
  let example = 0;
  const flush = (): void => {
    if (pending.length === 0) return;
    const window = toWindow(pending, order);
    if (window !== null) windows.push(window);
    pending = [];
  };
  for (const { tokens, scored } of examples) {
    if (tokens.length !== scored.length) throw new RangeError(`${tokens.length} tokens and ${scored.length} marks`);
    const begins = order.packing === 'padded' || pending.length + tokens.length > order.contextSize;
    if (begins) flush();
    for (const [index, token] of tokens.entries()) {
      pending.push({ token, example, scored: index > 0 && scored[index] === true });
      if (pending.length === order.contextSize) flush();
    }
    example += 1;
  }
  flush();
  return windows;
}

interface Row {
  readonly token: number;
  /** The example it is of. */
  readonly example: number;
  readonly scored: boolean;
}

/** Null where nothing is scored. */
function toWindow(rows: readonly Row[], { contextSize, paddingToken }: PackingOrder): TrainingWindow | null {
  const tokens = new Int32Array(contextSize).fill(paddingToken);
  const labels = new Int32Array(contextSize).fill(paddingToken);
  const weights = new Float32Array(contextSize);
  const first = rows[0]?.example ?? 0;
  // Padding is seen by nothing that counts, and goes with the last example.
  const segments = new Int32Array(contextSize).fill((rows.at(-1)?.example ?? first) - first);
  for (const [index, { token, example }] of rows.entries()) {
    tokens[index] = token;
    segments[index] = example - first;
    const next = rows[index + 1];
    if (next === undefined) continue;
    labels[index] = next.token;
    weights[index] = next.scored ? 1 : 0;
  }
  return weights.some((weight) => weight > 0) ? { tokens, labels, weights, segments: segments.at(-1) === 0 ? null : segments } : null;
}

/**
 * A permutation of 0 … count-1 that depends on seed and epoch alone, so that a run taken up again goes on in the same order.
 * Fisher–Yates (Knuth, TAOCP vol. 2, 3.4.2, algorithm P) with numbers of mulberry32 (Tommy Ettinger, public domain).
 */
export function shuffled(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b)) >>> 0;
  for (let last = count - 1; last > 0; last -= 1) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const chosen = Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = kept;
  }
  return order;
}
