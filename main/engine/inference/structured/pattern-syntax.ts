import type { CodePointRange } from './grammar-nodes.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** A regular expression as a tree, over code points. */
export type Pattern =
  | { readonly kind: 'class'; readonly ranges: readonly CodePointRange[] }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly alternatives: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly body: Pattern; readonly min: number; readonly max: number | null };

const LAST_CODE_POINT = 0x10ffff;
const MAX_PATTERN_LENGTH = 4096;
const MAX_GROUP_DEPTH = 64;

const DIGITS: readonly CodePointRange[] = [[0x30, 0x39]];
const WORD: readonly CodePointRange[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** White space and line ends as ECMAScript counts them. */
const SPACE: readonly CodePointRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: readonly CodePointRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

const NAMED_CLASSES: Readonly<Record<string, readonly CodePointRange[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };

/** Everything outside the ranges. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const outside: CodePointRange[] = [];
  let next = 0;
  for (const [first, last] of sorted) {
    if (first > next) outside.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) outside.push([next, LAST_CODE_POINT]);
  return outside;
}

/**
 * Reads a regular expression (ECMA-262, as JSON Schema wants it): characters, classes, groups, alternatives, quantifiers, anchors.
 * Raises StructureRefusal for what a grammar cannot say – look-around, back references, word boundaries – and for mistakes.
 */
export function parsePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) throw new StructureRefusal(`longer than ${String(MAX_PATTERN_LENGTH)} characters`);
  return new PatternParser(source).parse();
}

class PatternParser {
  private readonly points: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(source: string) {
    this.points = [...source];
  }

  parse(): Pattern {
    const pattern = this.alternatives();
    if (this.at < this.points.length) this.refuse(') without (');
    return pattern;
  }

  private refuse(what: string): never {
    throw new StructureRefusal(`${what} at character ${String(this.at + 1)}`);
  }

  private next(): string {
    const point = this.points[this.at];
    if (point === undefined) return this.refuse('ends too early');
    this.at += 1;
    return point;
  }

  private takes(expected: string): boolean {
    if (!this.points.slice(this.at, this.at + expected.length).join('').startsWith(expected)) return false;
    this.at += expected.length;
    return true;
  }

  private alternatives(): Pattern {
    const alternatives = [this.sequence()];
    while (this.takes('|')) alternatives.push(this.sequence());
    const [only] = alternatives;
    return alternatives.length === 1 && only !== undefined ? only : { kind: 'choice', alternatives };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let point = this.points[this.at]; point !== undefined && point !== '|' && point !== ')'; point = this.points[this.at]) {
      parts.push(this.quantified(this.atom()));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
  }

  private atom(): Pattern {
    const point = this.next();
    switch (point) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'class', ranges: complement(LINE_ENDS) };
      case '(':
        return this.group();
      case '[':
        return { kind: 'class', ranges: this.characterClass() };
      case '\\':
        return { kind: 'class', ranges: this.escape(false) };
      case '*':
      case '+':
      case '?':
        return this.refuse(`${point} with nothing before it`);
      default:
        return { kind: 'class', ranges: single(point) };
    }
  }

  private group(): Pattern {
    if (this.takes('?')) {
      const isNamed = this.points[this.at] === '<' && !['=', '!'].includes(this.points[this.at + 1] ?? '');
      if (isNamed) while (this.next() !== '>');
      else if (!this.takes(':')) this.refuse('look-around and flags are not supported,');
    }
    this.depth += 1;
    if (this.depth > MAX_GROUP_DEPTH) this.refuse(`more than ${String(MAX_GROUP_DEPTH)} groups within each other`);
    const inner = this.alternatives();
    if (!this.takes(')')) this.refuse('( without )');
    this.depth -= 1;
    return inner;
  }

  private quantified(atom: Pattern): Pattern {
    const bounds = this.quantifier();
    if (bounds === null) return atom;
    if (atom.kind === 'start' || atom.kind === 'end') this.refuse('a repeated anchor');
    // Lazy or not: the same texts match.
    this.takes('?');
    if (['*', '+', '?'].includes(this.points[this.at] ?? '')) this.refuse('a quantifier of a quantifier');
    return { kind: 'repeat', body: atom, min: bounds.min, max: bounds.max };
  }

  private quantifier(): { min: number; max: number | null } | null {
    if (this.takes('*')) return { min: 0, max: null };
    if (this.takes('+')) return { min: 1, max: null };
    if (this.takes('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(this.points.slice(this.at, this.at + 24).join(''));
    if (counted === null) return null;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] === undefined ? null : Number(counted[3]);
    if (max !== null && max < min) this.refuse('a quantifier whose most is less than its least');
    return { min, max };
  }

  private characterClass(): readonly CodePointRange[] {
    const isNegated = this.takes('^');
    const ranges: CodePointRange[] = [];
    while (!this.takes(']')) {
      const low = this.classMember();
      const first = low.length === 1 && low[0] !== undefined && low[0][0] === low[0][1] ? low[0][0] : null;
      const isRange = first !== null && this.points[this.at] === '-' && this.points[this.at + 1] !== ']' && this.at + 1 < this.points.length;
      if (!isRange) {
        ranges.push(...low);
        continue;
      }
      this.takes('-');
      const high = this.classMember();
      const last = high.length === 1 && high[0] !== undefined && high[0][0] === high[0][1] ? high[0][0] : null;
      if (last === null || last < first) this.refuse('a range of characters that runs backwards or ends in a class');
      else ranges.push([first, last]);
    }
    return isNegated ? complement(ranges) : ranges;
  }

  private classMember(): readonly CodePointRange[] {
    const point = this.next();
    return point === '\\' ? this.escape(true) : single(point);
  }

  private escape(inClass: boolean): readonly CodePointRange[] {
    const point = this.next();
    const named = Object.hasOwn(NAMED_CLASSES, point) ? NAMED_CLASSES[point] : undefined;
    if (named !== undefined) return named;
    if (point === 'b' && inClass) return [[8, 8]];
    if (Object.hasOwn(CONTROL_ESCAPES, point)) return range(CONTROL_ESCAPES[point] ?? 0);
    if (point === 'x') return range(this.hex(2));
    if (point === 'u') return range(this.unicode());
    if (/^[\dA-Za-z]$/.test(point)) this.refuse(`\\${point} is not supported,`);
    return single(point);
  }

  private unicode(): number {
    if (!this.takes('{')) {
      const first = this.hex(4);
      const isHighHalf = first >= 0xd800 && first <= 0xdbff && this.takes('\\u');
      return isHighHalf ? 0x10000 + ((first - 0xd800) << 10) + (this.hex(4) - 0xdc00) : first;
    }
    let digits = '';
    for (let point = this.next(); point !== '}'; point = this.next()) digits += point;
    const value = /^[\da-fA-F]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : LAST_CODE_POINT + 1;
    return value > LAST_CODE_POINT ? this.refuse('\\u{} without a code point') : value;
  }

  private hex(count: number): number {
    const digits = this.points.slice(this.at, this.at + count).join('');
    if (digits.length !== count || !/^[\da-fA-F]+$/.test(digits)) this.refuse('an escape without its digits');
    this.at += count;
    return Number.parseInt(digits, 16);
  }
}

function range(point: number): CodePointRange[] {
  return [[point, point]];
}

function single(point: string): CodePointRange[] {
  return range(point.codePointAt(0) ?? 0);
}
