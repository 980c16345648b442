/** A part of a text, marked or not. */
export interface TextPart {
  text: string;
  marked: boolean;
}

/** A text in parts, those marked that hold what was looked for, whatever its case. */
export function foundParts(text: string, wanted: string): TextPart[] {
  const needle = wanted.toLowerCase();
  const haystack = text.toLowerCase();
  // A few letters change their length with their case: then places in one are not places in the other.
  if (needle === '' || haystack.length !== text.length) return [{ text, marked: false }];
  const parts: TextPart[] = [];
  let end = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, end)) {
    if (at > end) parts.push({ text: text.slice(end, at), marked: false });
    end = at + needle.length;
    parts.push({ text: text.slice(at, end), marked: true });
  }
  if (end < text.length) parts.push({ text: text.slice(end), marked: false });
  return parts;
}

/** The parts of the first `length` characters, white space at the end left out; no half of a surrogate pair. */
export function cutParts(parts: readonly TextPart[], length: number): TextPart[] {
  const found: TextPart[] = [];
  let left = length;
  for (const { text, marked } of parts) {
    if (left <= 0) break;
    const whole = text.length <= left;
    found.push({ text: whole ? text : text.slice(0, left).replace(/[\uD800-\uDBFF]$/, ''), marked });
    left -= text.length;
  }
  const last = found.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  return found;
}

/** Words with the white space behind them; each Chinese character is a word of its own. */
const words = /[\p{Script=Han}]|[^\s\p{Script=Han}]+\s*|\s+/gu;
/** Comparing takes time with the product of both; longer texts are marked from their first to their last difference. */
const MOST_WORDS = 600;

/**
 * Two texts in parts, those marked that the other one does not have: the longest common subsequence of their words
 * (Wagner and Fischer's table), after what both begin and end with.
 */
export function changedParts(from: string, to: string): { from: TextPart[]; to: TextPart[] } {
  const a = from.match(words) ?? [];
  const b = to.match(words) ?? [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const common = commonOf(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const marked = (all: readonly string[], kept: ReadonlySet<number>): TextPart[] =>
    joined(all.map((text, at) => ({ text, marked: at >= head && at < all.length - tail && !kept.has(at - head) })));
  return { from: marked(a, common.a), to: marked(b, common.b) };
}

function commonOf(a: readonly string[], b: readonly string[]): { a: Set<number>; b: Set<number> } {
  const kept = { a: new Set<number>(), b: new Set<number>() };
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return kept;
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      table[row * width + column] = a[row] === b[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < a.length && column < b.length; ) {
    if (a[row] === b[column]) {
      kept.a.add(row);
      kept.b.add(column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return kept;
}

/** Neighbours that are alike, as one part. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const found: TextPart[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last !== undefined && last.marked === part.marked) last.text += part.text;
    else found.push({ ...part });
  }
  return found;
}
