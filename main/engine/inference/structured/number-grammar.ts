import { choice, DIGIT, EMPTY, IMPOSSIBLE, oneOf, optional, sequence, text } from './grammar-nodes.ts';
import type { GrammarNode } from './grammar-nodes.ts';
import type { GrammarRules } from './grammar-rules.ts';
import { anyInteger, anyNumber, MAX_DIGITS } from './json-text-grammar.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** Bounds of a number; null where there is none. */
export interface NumberBounds {
  readonly low: number | null;
  readonly isLowExcluded: boolean;
  readonly high: number | null;
  readonly isHighExcluded: boolean;
}

const LARGEST = 10 ** MAX_DIGITS - 1;
/** Digits after the point that a bound may have. */
const MAX_BOUND_DIGITS = 20;

/** Integers within bounds, written without point and exponent. An answer's integers have at most 15 digits. Raises StructureRefusal. */
export function integerWithin(rules: GrammarRules, bounds: NumberBounds): GrammarNode {
  if (bounds.low === null && bounds.high === null) return anyInteger(rules);
  const low = bounds.low === null ? -LARGEST : bounds.isLowExcluded ? Math.floor(bounds.low) + 1 : Math.ceil(bounds.low);
  const high = bounds.high === null ? LARGEST : bounds.isHighExcluded ? Math.ceil(bounds.high) - 1 : Math.floor(bounds.high);
  return signed(clamped(low, high), (from, to, isNegative) => (isNegative && from === 0 ? wholeBetween(rules, 1, to) : wholeBetween(rules, from, to)));
}

type Magnitudes = (from: number, to: number, isNegative: boolean) => GrammarNode;

/** The negative part with its sign, then the rest; `magnitudes` is asked for absolute values. */
function signed([low, high]: readonly [number, number], magnitudes: Magnitudes): GrammarNode {
  const alternatives: GrammarNode[] = [];
  if (high >= 0 && low <= high) alternatives.push(magnitudes(Math.max(0, low), high, false));
  if (low < 0 && low <= high) alternatives.push(sequence(text('-'), magnitudes(Math.max(0, -high), -low, true)));
  return choice(alternatives);
}

function clamped(low: number, high: number): readonly [number, number] {
  if (low > LARGEST || high < -LARGEST) throw new StructureRefusal(`minimum, maximum: beyond ${String(MAX_DIGITS)} digits`);
  return [Math.max(low, -LARGEST), Math.min(high, LARGEST)];
}

/** Whole numbers from `from` to `to`, both included and not negative, without leading zeros. */
function wholeBetween(rules: GrammarRules, from: number, to: number): GrammarNode {
  const alternatives: GrammarNode[] = [];
  for (let digits = String(from).length; digits <= String(to).length; digits += 1) {
    const least = Math.max(from, digits === 1 ? 0 : 10 ** (digits - 1));
    const most = Math.min(to, 10 ** digits - 1);
    if (least <= most) alternatives.push(sameLength(rules, String(least), String(most)));
  }
  return choice(alternatives);
}

/** Digit strings of one length between two of that length. */
function sameLength(rules: GrammarRules, from: string, to: string): GrammarNode {
  const length = from.length;
  if (length === 0) return EMPTY;
  if (/^0*$/.test(from) && /^9*$/.test(to)) return rules.repeat(DIGIT, length, length);
  const rest = length - 1;
  const [first, last] = [Number(from[0]), Number(to[0])];
  const [fromRest, toRest] = [from.slice(1), to.slice(1)];
  if (first === last) return sequence(text(String(first)), sameLength(rules, fromRest, toRest));
  const alternatives: GrammarNode[] = [];
  const isLowWhole = /^0*$/.test(fromRest);
  const isHighWhole = /^9*$/.test(toRest);
  if (!isLowWhole) alternatives.push(sequence(text(String(first)), sameLength(rules, fromRest, '9'.repeat(rest))));
  const [middleFirst, middleLast] = [isLowWhole ? first : first + 1, isHighWhole ? last : last - 1];
  if (middleFirst <= middleLast) alternatives.push(sequence(digits(middleFirst, middleLast), rules.repeat(DIGIT, rest, rest)));
  if (!isHighWhole) alternatives.push(sequence(text(String(last)), sameLength(rules, '0'.repeat(rest), toRest)));
  return choice(alternatives);
}

function digits(first: number, last: number): GrammarNode {
  return first > last ? IMPOSSIBLE : oneOf(first === last ? String(first) : `${String(first)}-${String(last)}`);
}

/** Numbers within bounds; with bounds, written without exponent. Raises StructureRefusal. */
export function numberWithin(rules: GrammarRules, bounds: NumberBounds): GrammarNode {
  if (bounds.low === null && bounds.high === null) return anyNumber(rules);
  const [low, high] = clamped(bounds.low ?? -LARGEST, bounds.high ?? LARGEST);
  const isLowOpen = bounds.low !== null && low === bounds.low && bounds.isLowExcluded;
  const isHighOpen = bounds.high !== null && high === bounds.high && bounds.isHighExcluded;
  if (low === high && (isLowOpen || isHighOpen)) return IMPOSSIBLE;
  // A bound that is left out itself must not be reached by rounding either: digits before and after the point stay within 15.
  const nearest = Math.max(isLowOpen ? Math.abs(low) : 0, isHighOpen ? Math.abs(high) : 0);
  const fractionDigits = isLowOpen || isHighOpen ? MAX_DIGITS - String(Math.floor(nearest)).length : MAX_DIGITS;
  return signed([low, high], (from, to, isNegative) => {
    const isFromOpen = isNegative ? (high < 0 ? isHighOpen : true) : low >= 0 && isLowOpen;
    const isToOpen = isNegative ? isLowOpen : isHighOpen;
    return new DecimalRange(rules, { from: decimal(from, isFromOpen), to: decimal(to, isToOpen), fractionDigits }).node();
  });
}

/** A bound in digits: whole part, digits after the point without trailing zeros, and whether the bound itself is left out. */
interface Decimal {
  readonly whole: number;
  readonly fraction: string;
  readonly isOpen: boolean;
}

function decimal(value: number, isOpen: boolean): Decimal {
  const whole = Math.floor(value);
  return { whole, fraction: fractionOf(value), isOpen };
}

/** The shortest digits that read back as the same double, written without exponent. */
function fractionOf(value: number): string {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [before = '', after = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const fraction = shift < 0 ? `${'0'.repeat(Math.max(0, -shift - before.length))}${before.slice(shift)}${after}` : after;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > MAX_BOUND_DIGITS) {
    throw new StructureRefusal(`minimum, maximum: ${String(value)} has more than ${String(MAX_BOUND_DIGITS)} digits after the point`);
  }
  return significant;
}

interface DecimalBounds {
  readonly from: Decimal;
  readonly to: Decimal;
  /** Digits after the point an answer may have. */
  readonly fractionDigits: number;
}

/** Which bounds the digits written so far are equal to: only those still say something about the next digit. */
interface Tight {
  readonly low: boolean;
  readonly high: boolean;
}

/** Decimals between two that are not negative. */
class DecimalRange {
  private readonly rules: GrammarRules;
  private readonly bounds: DecimalBounds;

  constructor(rules: GrammarRules, bounds: DecimalBounds) {
    this.rules = rules;
    this.bounds = bounds;
  }

  node(): GrammarNode {
    const { from, to } = this.bounds;
    const whole = (value: number, tight: Tight): GrammarNode => sequence(text(String(value)), this.fraction(tight));
    if (from.whole === to.whole) return whole(from.whole, { low: true, high: true });
    const between = from.whole + 1 <= to.whole - 1 ? sequence(wholeBetween(this.rules, from.whole + 1, to.whole - 1), this.fraction({ low: false, high: false })) : IMPOSSIBLE;
    return choice([whole(from.whole, { low: true, high: false }), between, whole(to.whole, { low: false, high: true })]);
  }

  /** What follows the whole part: nothing, or the point and digits. */
  private fraction(tight: Tight): GrammarNode {
    const written = this.digit(0, tight);
    const pointed = written === null ? IMPOSSIBLE : sequence(text('.'), written);
    return this.mayEnd(0, tight) ? optional(pointed) : pointed;
  }

  /** Whether the number may end before the digit at `at`, which is as if only zeros followed. */
  private mayEnd(at: number, tight: Tight): boolean {
    const { from, to } = this.bounds;
    const isAboveLow = !tight.low || (from.fraction.length <= at && !from.isOpen);
    const isBelowHigh = !tight.high || to.fraction.length > at || !to.isOpen;
    return isAboveLow && isBelowHigh;
  }

  /** The digit at `at` and what follows; null when there can be none. */
  private digit(at: number, tight: Tight): GrammarNode | null {
    const { from, to, fractionDigits } = this.bounds;
    const left = fractionDigits - at;
    if (left <= 0) return null;
    const low = tight.low && !(from.fraction.length <= at && !from.isOpen);
    if (!low && !tight.high) return this.rules.repeat(DIGIT, 1, left);
    const least = low ? Number(from.fraction[at] ?? '0') : 0;
    const most = tight.high ? Number(to.fraction[at] ?? '0') : 9;
    const alternatives: GrammarNode[] = [];
    if (low && tight.high && least === most) return this.after(text(String(least)), at, { low: true, high: true });
    if (low) alternatives.push(this.after(text(String(least)), at, { low: true, high: false }));
    if (tight.high) alternatives.push(this.after(text(String(most)), at, { low: false, high: true }));
    alternatives.push(this.after(digits(low ? least + 1 : least, tight.high ? most - 1 : most), at, { low: false, high: false }));
    return choice(alternatives);
  }

  private after(digit: GrammarNode, at: number, tight: Tight): GrammarNode {
    const next = this.digit(at + 1, tight);
    const canEnd = this.mayEnd(at + 1, tight);
    if (next === null) return canEnd ? digit : IMPOSSIBLE;
    return sequence(digit, canEnd ? optional(next) : next);
  }
}
