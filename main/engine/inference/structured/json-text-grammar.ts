import { choice, DIGIT, oneOf, optional, sequence, text } from './grammar-nodes.ts';
import type { CodePointRange, GrammarNode } from './grammar-nodes.ts';
import type { GrammarRules } from './grammar-rules.ts';
import { StructureRefusal } from './structure-refusal.ts';

/*
 * JSON (RFC 8259) as grammar. White space is at most one space after a colon and a comma: a model that may write as many line breaks
 * as it likes sometimes does nothing else until its limit.
 */

/** Digits of an integer or on either side of a decimal point: so many survive the way through a double (15 significant digits). */
export const MAX_DIGITS = 15;

/** Code points that stand for themselves in a string: no control characters, no quote, no backslash, no half of a surrogate pair. */
export const PLAIN_IN_STRING: readonly CodePointRange[] = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** Other names are told from a described one letter by letter, each within the one before. */
const MAX_TAKEN_NAME = 256;

const HEX = oneOf('0-9a-fA-F');

/** A space or nothing. */
export function gap(rules: GrammarRules): GrammarNode {
  return rules.shared('gap', () => optional(text(' ')));
}

/** `,` between elements and `:` after a name, each with the space that may follow. */
export function comma(rules: GrammarRules): GrammarNode {
  return sequence(text(','), gap(rules));
}

/** One character of a string's value, however it is written; a pair of surrogate escapes is one. */
export function stringCharacter(rules: GrammarRules): GrammarNode {
  return rules.shared('character', () =>
    choice([
      { kind: 'class', ranges: PLAIN_IN_STRING },
      sequence(text('\\'), choice([oneOf('"\\/bfnrt'), sequence(text('u'), unicodeEscape())])),
    ]),
  );
}

function unicodeEscape(): GrammarNode {
  const outside = sequence(oneOf('0-9a-cA-CefEF'), HEX, HEX, HEX);
  const below = sequence(oneOf('dD'), oneOf('0-7'), HEX, HEX);
  const pair = sequence(oneOf('dD'), oneOf('89abAB'), HEX, HEX, text('\\u'), oneOf('dD'), oneOf('c-fC-F'), HEX, HEX);
  return choice([outside, below, pair]);
}

export function quoted(content: GrammarNode): GrammarNode {
  return sequence(text('"'), content, text('"'));
}

/** A string of `min` to `max` characters (code points); null: no limit. */
export function stringOfLength(rules: GrammarRules, min: number, max: number | null): GrammarNode {
  return quoted(rules.repeat(stringCharacter(rules), min, max));
}

export function anyString(rules: GrammarRules): GrammarNode {
  return rules.shared('string', () => stringOfLength(rules, 0, null));
}

/** No number beyond what a double holds: fifteen digits before the point, as many after it, an exponent of two. */
export function anyNumber(rules: GrammarRules): GrammarNode {
  return rules.shared('number', () => {
    const fraction = sequence(text('.'), rules.repeat(DIGIT, 1, MAX_DIGITS));
    const exponent = sequence(oneOf('eE'), optional(oneOf('+-')), rules.repeat(DIGIT, 1, 2));
    return sequence(anyInteger(rules), optional(fraction), optional(exponent));
  });
}

export function anyInteger(rules: GrammarRules): GrammarNode {
  return rules.shared('integer', () => sequence(optional(text('-')), choice([text('0'), sequence(oneOf('1-9'), rules.repeat(DIGIT, 0, MAX_DIGITS - 1))])));
}

/** Any JSON value. */
export function anyValue(rules: GrammarRules): GrammarNode {
  return rules.shared('value', () => choice([anyObject(rules), anyArray(rules), anyString(rules), anyNumber(rules), text('true'), text('false'), text('null')]));
}

export function anyObject(rules: GrammarRules): GrammarNode {
  return rules.shared('object', () => {
    const member = rules.rule(sequence(anyString(rules), text(':'), gap(rules), anyValue(rules)));
    return sequence(text('{'), optional(sequence(member, rules.repeat(sequence(comma(rules), member), 0, null))), text('}'));
  });
}

export function anyArray(rules: GrammarRules): GrammarNode {
  return rules.shared('array', () => {
    const value = anyValue(rules);
    return sequence(text('['), optional(sequence(value, rules.repeat(sequence(comma(rules), value), 0, null))), text(']'));
  });
}

/** The value as JSON without white space, as `JSON.stringify` writes it. */
export function literal(value: unknown): GrammarNode {
  return text(JSON.stringify(value));
}

/**
 * A member's name that is none of `taken`, with its closing quote (the opening one is the caller's). Names are compared by value, and a
 * value has one way of being written here: \uXXXX and \/ are left out, so that no other spelling of a taken name slips through.
 */
export function otherName(rules: GrammarRules, taken: readonly string[]): GrammarNode {
  const longest = Math.max(0, ...taken.map((name) => name.length));
  if (longest > MAX_TAKEN_NAME) throw new StructureRefusal(`properties: beside additionalProperties, a name of ${String(longest)} characters, more than ${String(MAX_TAKEN_NAME)}`);
  const rest = rules.shared('name-rest', () => sequence(rules.repeat(nameCharacter(rules), 0, null), text('"')));
  return nameOutside(taken.map(unitsOf), rest);
}

const ESCAPES_IN_NAMES = ['\\"', '\\\\', '\\b', '\\f', '\\n', '\\r', '\\t'];

function nameCharacter(rules: GrammarRules): GrammarNode {
  return rules.shared('name-character', () => choice([{ kind: 'class', ranges: PLAIN_IN_STRING }, ...ESCAPES_IN_NAMES.map(text)]));
}

/** The characters of a name as they are written, each with its escape. A name that needs \uXXXX cannot be written here anyway. */
function unitsOf(name: string): string[] {
  return [...name].map((point) => JSON.stringify(point).slice(1, -1));
}

function nameOutside(taken: readonly (readonly string[])[], rest: GrammarNode): GrammarNode {
  const byFirst = new Map<string, string[][]>();
  for (const [first, ...others] of taken) {
    if (first !== undefined) byFirst.set(first, [...(byFirst.get(first) ?? []), others]);
  }
  const isEndTaken = taken.some((units) => units.length === 0);
  const plainTaken = [...byFirst.keys()].filter((unit) => !unit.startsWith('\\')).map((unit) => unit.codePointAt(0) ?? 0);
  const free: GrammarNode = choice([
    { kind: 'class', ranges: without(PLAIN_IN_STRING, plainTaken) },
    ...ESCAPES_IN_NAMES.filter((unit) => !byFirst.has(unit)).map(text),
  ]);
  const followed = [...byFirst].map(([unit, others]) => sequence(text(unit), nameOutside(others, rest)));
  return choice([...(isEndTaken ? [] : [text('"')]), sequence(free, rest), ...followed]);
}

function without(ranges: readonly CodePointRange[], points: readonly number[]): CodePointRange[] {
  let left: CodePointRange[] = [...ranges];
  for (const point of points) {
    left = left.flatMap(([first, last]): CodePointRange[] => {
      if (point < first || point > last) return [[first, last]];
      const parts: CodePointRange[] = [[first, point - 1], [point + 1, last]];
      return parts.filter(([from, to]) => from <= to);
    });
  }
  return left;
}

