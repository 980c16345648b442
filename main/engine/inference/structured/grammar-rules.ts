import { EMPTY, expandedRepetitions, isNullable, isProductive, leftmostRuleNames, ruleNamesIn, sequence, withoutDeadBranches } from './grammar-nodes.ts';
import type { GrammarNode } from './grammar-nodes.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** Of one grammar. Beyond them it is refused, whoever wrote the schema: reading it is llama.cpp's time, in a process others share. */
export const MAX_RULES = 5000;
export const MAX_GRAMMAR_BYTES = 262_144;
/** llama.cpp refuses `{m,n}` from 2,000 on; a longer repetition is written as one of blocks. */
const BLOCK_LENGTH = 1000;
const LONGEST_REPETITION = 1_000_000;
/** No context holds so many characters or items: whoever writes such a bound (2³¹ − 1, mostly) means none. */
const AS_GOOD_AS_ENDLESS = 100_000_000;
const MAX_EXPANDED_REPETITIONS = 50_000;
/**
 * Steps of llama.cpp's search for left recursion, which walks every rule a rule may begin with and remembers nothing: rules that
 * name each other twice would take it 2ⁿ steps.
 */
const MAX_LEFTMOST_STEPS = 1_000_000;

/** The rules of one grammar in the making. */
export class GrammarRules {
  private readonly rules = new Map<string, GrammarNode>();
  private made = 0;

  /** A rule of that name, made once. */
  shared(name: string, body: () => GrammarNode): GrammarNode {
    if (!this.rules.has(name)) {
      this.set(name, EMPTY);
      this.set(name, body());
    }
    return { kind: 'rule', name };
  }

  /** The name of a new rule, to be `set` later: rules may name each other in circles. */
  reserve(): string {
    this.made += 1;
    const name = `r${String(this.made)}`;
    this.set(name, EMPTY);
    return name;
  }

  set(name: string, body: GrammarNode): void {
    this.rules.set(name, body);
    if (this.rules.size > MAX_RULES) throw new StructureRefusal(`grammar: more than ${String(MAX_RULES)} rules`);
  }

  rule(body: GrammarNode): GrammarNode {
    if (body.kind === 'rule') return body;
    const name = this.reserve();
    this.set(name, body);
    return { kind: 'rule', name };
  }

  /** `body`, which is never empty, at least `min` and at most `max` times (null: without end). Raises StructureRefusal. */
  repeat(body: GrammarNode, min: number, max: number | null): GrammarNode {
    const end = max === null || max >= AS_GOOD_AS_ENDLESS ? null : max;
    if (end !== null && end < min) return { kind: 'choice', alternatives: [] };
    if (end === 0) return EMPTY;
    const longest = Math.max(min, end ?? 0);
    if (longest > LONGEST_REPETITION) throw new StructureRefusal(`grammar: repeats something ${String(longest)} times, more than ${String(LONGEST_REPETITION)}`);
    const isSimple = body.kind === 'class' || body.kind === 'rule';
    const unit = isSimple ? body : this.rule(body);
    if (longest <= BLOCK_LENGTH) return { kind: 'repeat', body: unit, min, max: end };
    const block = this.rule({ kind: 'repeat', body: unit, min: BLOCK_LENGTH, max: BLOCK_LENGTH });
    const whole = Math.floor(min / BLOCK_LENGTH);
    return sequence(times(block, whole, whole), times(unit, min % BLOCK_LENGTH, min % BLOCK_LENGTH), end === null ? times(unit, 0, null) : upTo(unit, block, end - min));
  }

  /** The grammar in GBNF. Raises StructureRefusal when no text matches it, or it is too large to be read in a moment. */
  toText(root: GrammarNode): string {
    this.set('root', root);
    const productive = this.leastFixpoint(isProductive);
    if (!productive.has('root')) throw new StructureRefusal('#: nothing satisfies the schema');
    const reachable = this.reachable(productive);
    const nullable = leastFixpoint(reachable, isNullable);
    refuseLeftRecursion(reachable, nullable);
    const lines: string[] = [];
    let bytes = 0;
    for (const [name, body] of reachable) {
      const line = `${name} ::= ${written(body, false)}\n`;
      bytes += line.length;
      if (bytes > MAX_GRAMMAR_BYTES) throw new StructureRefusal(`grammar: longer than ${String(MAX_GRAMMAR_BYTES)} bytes`);
      lines.push(line);
    }
    return lines.join('');
  }

  private leastFixpoint(holds: Property): ReadonlySet<string> {
    return leastFixpoint(this.rules, holds);
  }

  private reachable(productive: ReadonlySet<string>): Map<string, GrammarNode> {
    const reached = new Map<string, GrammarNode>();
    const names = ['root'];
    let expanded = 0;
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const body = this.rules.get(name);
      if (body === undefined || reached.has(name)) continue;
      const pruned = withoutDeadBranches(body, productive);
      reached.set(name, pruned);
      expanded += expandedRepetitions(pruned);
      names.push(...ruleNamesIn(pruned));
    }
    if (expanded > MAX_EXPANDED_REPETITIONS) {
      throw new StructureRefusal(`grammar: lengths and counts of repetitions add up to ${String(expanded)}, more than ${String(MAX_EXPANDED_REPETITIONS)}`);
    }
    return reached;
  }
}

function times(body: GrammarNode, min: number, max: number | null): GrammarNode {
  return max === 0 ? EMPTY : { kind: 'repeat', body, min, max };
}

/** As many whole blocks as wanted, then less than two blocks: any count up to `max`, with at most three ways to count at any place. */
function upTo(unit: GrammarNode, block: GrammarNode, max: number): GrammarNode {
  if (max <= BLOCK_LENGTH) return times(unit, 0, max);
  const blocks = Math.floor((max - (BLOCK_LENGTH - 1)) / BLOCK_LENGTH);
  return sequence(times(block, 0, blocks), times(unit, 0, max - blocks * BLOCK_LENGTH));
}

type Property = (node: GrammarNode, rulesThatHave: ReadonlySet<string>) => boolean;

/** The rules that have a property which a rule has because of others that do. */
function leastFixpoint(rules: ReadonlyMap<string, GrammarNode>, holds: Property): ReadonlySet<string> {
  const found = new Set<string>();
  const namedBy = new Map<string, string[]>();
  for (const [name, body] of rules) {
    for (const named of new Set(ruleNamesIn(body))) add(namedBy, named, name);
  }
  const waiting = [...rules.keys()];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const body = rules.get(name);
    if (body === undefined || found.has(name) || !holds(body, found)) continue;
    found.add(name);
    waiting.push(...(namedBy.get(name) ?? []));
  }
  return found;
}

function add(lists: Map<string, string[]>, key: string, name: string): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [name]);
  else known.push(name);
}

/** Rules in the order in which none begins with a later one; those left over begin with themselves. */
function refuseLeftRecursion(rules: ReadonlyMap<string, GrammarNode>, nullable: ReadonlySet<string>): void {
  const begins = new Map<string, string[]>();
  const beginners = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [name, body] of rules) {
    const leftmost = leftmostRuleNames(body, nullable);
    begins.set(name, leftmost);
    open.set(name, leftmost.length);
    for (const first of leftmost) add(beginners, first, name);
  }
  const steps = new Map<string, number>();
  const ready = [...rules.keys()].filter((name) => open.get(name) === 0);
  let total = 0;
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    const own = (begins.get(name) ?? []).reduce((sum, first) => sum + (steps.get(first) ?? 1), 1);
    steps.set(name, own);
    total += own * (1 + expandedRepetitions(rules.get(name) ?? EMPTY));
    for (const beginner of beginners.get(name) ?? []) {
      const left = (open.get(beginner) ?? 0) - 1;
      open.set(beginner, left);
      if (left === 0) ready.push(beginner);
    }
  }
  if (steps.size < rules.size) throw new StructureRefusal('$ref: a schema leads back to itself without anything being written in between');
  if (total > MAX_LEFTMOST_STEPS) throw new StructureRefusal('anyOf: the alternatives name each other too often');
}

function written(node: GrammarNode, isInner: boolean): string {
  switch (node.kind) {
    case 'text':
      return `"${[...node.text].map((point) => escaped(point.codePointAt(0) ?? 0)).join('')}"`;
    case 'class':
      return `[${node.ranges.map(([first, last]) => (first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`)).join('')}]`;
    case 'rule':
      return node.name;
    case 'sequence':
      // An alternative of nothing is written as an empty text: a line that ends in | would go on with the next one.
      return node.parts.length === 0 ? '""' : node.parts.map((part) => written(part, true)).join(' ');
    case 'choice': {
      const alternatives = node.alternatives.map((alternative) => written(alternative, true)).join(' | ');
      return isInner ? `(${alternatives})` : alternatives;
    }
    case 'repeat':
      return `${written(node.body, true)}${repetition(node.min, node.max)}`;
  }
}

function repetition(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${String(min)},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${String(min)}}` : `{${String(min)},${String(max)}}`;
}

/** Letters, digits and a few harmless signs as they are, everything else by its number: then nothing has a meaning of its own. */
function escaped(point: number): string {
  if (/^[\w :;,.{}()/<>=+*?|!@#$%&'`~]$/.test(String.fromCodePoint(point))) return String.fromCodePoint(point);
  const hex = point.toString(16).toUpperCase();
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
