import { choice, EMPTY, IMPOSSIBLE, sequence, text } from './grammar-nodes.ts';
import type { CodePointRange, GrammarNode } from './grammar-nodes.ts';
import type { GrammarRules } from './grammar-rules.ts';
import { PLAIN_IN_STRING, stringCharacter } from './json-text-grammar.ts';
import { parsePattern } from './pattern-syntax.ts';
import type { Pattern } from './pattern-syntax.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** Lengths in characters that strings must keep to beside the pattern; `max` null: no limit. */
export interface LengthBounds {
  readonly min: number;
  readonly max: number | null;
}

/** A pattern with what may stand before and after it: as in JSON Schema it is searched for, unless anchors say otherwise. */
interface Anchored {
  readonly isStartAnchored: boolean;
  readonly isEndAnchored: boolean;
  readonly inner: Pattern;
}

/** A pattern of 4,096 characters has no more parts than that, unless much of it may be empty and is repeated. */
const MAX_PATTERN_NODES = 5000;

const NO_ALTERNATIVE: Pattern = { kind: 'choice', alternatives: [] };
const NOTHING: Pattern = { kind: 'sequence', parts: [] };

/**
 * The content of a JSON string (without its quotes) whose value matches a regular expression. Lengths beside the pattern are kept where
 * the pattern implies them or is one repeated class. Raises StructureRefusal with what is not supported; the caller adds where.
 */
export function patternGrammar(rules: GrammarRules, source: string, lengths: LengthBounds): GrammarNode {
  const anchored = alternativesOf(parsePattern(source)).map(anchorsOf);
  const anything = (isAnchored: boolean): GrammarNode => (isAnchored ? EMPTY : rules.repeat(stringCharacter(rules), 0, null));
  const writer = new PatternWriter(rules);
  return choice(
    anchored.map((alternative) => {
      const inner = withinLengths(alternative, lengths);
      return sequence(anything(alternative.isStartAnchored), writer.node(inner), anything(alternative.isEndAnchored));
    }),
  );
}

function alternativesOf(pattern: Pattern): readonly Pattern[] {
  return pattern.kind === 'choice' ? pattern.alternatives.flatMap(alternativesOf) : [pattern];
}

/** Takes the anchors off both ends. */
function anchorsOf(pattern: Pattern): Anchored {
  let parts = pattern.kind === 'sequence' ? pattern.parts.flatMap((part) => (part.kind === 'sequence' ? part.parts : [part])) : [pattern];
  const isStartAnchored = parts[0]?.kind === 'start';
  const isEndAnchored = parts.at(-1)?.kind === 'end';
  parts = parts.slice(isStartAnchored ? 1 : 0, isEndAnchored ? -1 : undefined);
  const [only] = parts;
  return { isStartAnchored, isEndAnchored, inner: parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts } };
}

function withinLengths({ isStartAnchored, isEndAnchored, inner }: Anchored, lengths: LengthBounds): Pattern {
  const own = lengthsOf(inner);
  const isOpen = !isStartAnchored || !isEndAnchored;
  const isLongEnough = own.min >= lengths.min;
  const isShortEnough = lengths.max === null || (!isOpen && own.max !== null && own.max <= lengths.max);
  if (isLongEnough && isShortEnough) return inner;
  if (!isOpen && own.max !== null && own.max < lengths.min) return NO_ALTERNATIVE;
  if (lengths.max !== null && own.min > lengths.max) return NO_ALTERNATIVE;
  if (!isOpen && inner.kind === 'repeat' && inner.body.kind === 'class') {
    const max = inner.max === null ? lengths.max : Math.min(inner.max, lengths.max ?? inner.max);
    return { ...inner, min: Math.max(inner.min, lengths.min), max };
  }
  throw new StructureRefusal('minLength and maxLength beside a pattern that does not keep to them by itself');
}

function lengthsOf(pattern: Pattern): LengthBounds {
  switch (pattern.kind) {
    case 'class':
      return { min: 1, max: 1 };
    case 'start':
    case 'end':
      return { min: 0, max: 0 };
    case 'sequence': {
      const parts = pattern.parts.map(lengthsOf);
      const max = parts.reduce<number | null>((sum, part) => (sum === null || part.max === null ? null : sum + part.max), 0);
      return { min: parts.reduce((sum, part) => sum + part.min, 0), max };
    }
    case 'choice': {
      const parts = pattern.alternatives.map(lengthsOf);
      const max = parts.reduce<number | null>((most, part) => (most === null || part.max === null ? null : Math.max(most, part.max)), 0);
      return { min: Math.min(...parts.map((part) => part.min)), max };
    }
    case 'repeat': {
      const body = lengthsOf(pattern.body);
      const max = body.max === 0 ? 0 : body.max === null || pattern.max === null ? null : body.max * pattern.max;
      return { min: body.min * pattern.min, max };
    }
  }
}

class PatternWriter {
  private readonly rules: GrammarRules;
  private nodes = 0;

  constructor(rules: GrammarRules) {
    this.rules = rules;
  }

  node(pattern: Pattern): GrammarNode {
    this.nodes += 1;
    if (this.nodes > MAX_PATTERN_NODES) throw new StructureRefusal(`more than ${String(MAX_PATTERN_NODES)} parts once what may be empty is written out`);
    switch (pattern.kind) {
      case 'class':
        return this.rules.shared(`class-${pattern.ranges.map((range) => range.map((point) => point.toString(36)).join('-')).join('--')}`, () => characterNode(pattern.ranges));
      case 'start':
      case 'end':
        throw new StructureRefusal('an anchor in the middle');
      case 'sequence':
        return sequence(...pattern.parts.map((part) => this.node(part)));
      case 'choice':
        return choice(pattern.alternatives.map((alternative) => this.node(alternative)));
      case 'repeat': {
        if (!canBeEmpty(pattern.body)) return this.rules.repeat(this.node(pattern.body), pattern.min, pattern.max);
        // (a?){m,n}: any count up to n of what is not empty. Written as it stands it would be read in as many ways as it is long.
        return this.rules.repeat(this.node(notEmpty(pattern.body)), 0, pattern.max);
      }
    }
  }
}

function canBeEmpty(pattern: Pattern): boolean {
  return lengthsOf(pattern).min === 0;
}

/** What the pattern matches, without the empty text. */
function notEmpty(pattern: Pattern): Pattern {
  if (!canBeEmpty(pattern)) return pattern;
  switch (pattern.kind) {
    case 'choice':
      return { kind: 'choice', alternatives: pattern.alternatives.map(notEmpty) };
    case 'repeat':
      return pattern.max === 0 ? NO_ALTERNATIVE : { kind: 'repeat', body: notEmpty(pattern.body), min: 1, max: pattern.max };
    case 'sequence': {
      // All parts can be empty: the first that is not, then the rest as it is.
      const alternatives = pattern.parts.map((part, at): Pattern => ({ kind: 'sequence', parts: [notEmpty(part), ...pattern.parts.slice(at + 1)] }));
      return alternatives.length === 0 ? NO_ALTERNATIVE : { kind: 'choice', alternatives };
    }
    default:
      return pattern.kind === 'class' ? pattern : NOTHING;
  }
}

const SHORT_ESCAPES: readonly (readonly [point: number, written: string])[] = [
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [12, '\\f'],
  [13, '\\r'],
  [34, '\\"'],
  [92, '\\\\'],
];

/** One character of the class as JSON writes it: as it is, or by the escape it needs. */
function characterNode(ranges: readonly CodePointRange[]): GrammarNode {
  const has = (point: number): boolean => ranges.some(([first, last]) => first <= point && point <= last);
  const plain = PLAIN_IN_STRING.flatMap(([from, to]) =>
    ranges.map(([first, last]): CodePointRange => [Math.max(first, from), Math.min(last, to)]).filter(([first, last]) => first <= last),
  );
  const short = SHORT_ESCAPES.filter(([point]) => has(point)).map(([, written]) => text(written));
  const controls = Array.from({ length: 32 }, (_, point) => point).filter((point) => has(point) && !SHORT_ESCAPES.some(([known]) => known === point));
  const long = controls.map((point) => text(`\\u${point.toString(16).padStart(4, '0')}`));
  return choice([plain.length === 0 ? IMPOSSIBLE : { kind: 'class', ranges: plain }, ...short, ...long]);
}
