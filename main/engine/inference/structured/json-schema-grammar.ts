import { choice, EMPTY, IMPOSSIBLE, optional, sequence, text, textChoice } from './grammar-nodes.ts';
import type { GrammarNode } from './grammar-nodes.ts';
import { GrammarRules } from './grammar-rules.ts';
import { anyObject, anyString, anyValue, comma, gap, otherName, quoted, stringOfLength } from './json-text-grammar.ts';
import { integerWithin, numberWithin } from './number-grammar.ts';
import { patternGrammar } from './pattern-grammar.ts';
import { accepts, countsOf, enumeratedValues, numberBoundsOf, singleText, writtenTypes } from './schema-keywords.ts';
import type { JsonType, Schema, SchemaPart } from './schema-keywords.ts';
import { elementsOf, membersOf } from './schema-members.ts';
import type { Members } from './schema-members.ts';
import { SchemaOverlap } from './schema-overlap.ts';
import { SchemaSource } from './schema-source.ts';
import type { Conjunction, SchemaUnion } from './schema-source.ts';
import { formatGrammar } from './string-format-grammar.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** How deep schemas may lie within each other. */
export const MAX_SCHEMA_DEPTH = 64;
/** Branches of oneOf are compared in pairs. */
const MAX_ONE_OF_BRANCHES = 64;

/**
 * The grammar (GBNF, root rule `root`) of JSON texts that are valid by a JSON schema. Everything it allows is valid; of what is valid it
 * leaves out other orders of members than the schema's, members nothing was said about in an object whose properties are described,
 * and white space but for one space after a colon or comma. Raises StructureRefusal, naming the JSON pointer and the keyword.
 */
export function grammarOfJsonSchema(schema: Record<string, unknown>): string {
  const rules = new GrammarRules();
  return rules.toText(schemaNode(rules, schema, { pointer: '#', isObject: false }));
}

/** The grammar of any JSON object. */
export function jsonObjectGrammar(): string {
  const rules = new GrammarRules();
  return rules.toText(anyObject(rules));
}

export interface SchemaPlace {
  /** With which JSON pointers in messages begin. */
  readonly pointer: string;
  /** Whether only objects are wanted, whatever the schema says. */
  readonly isObject: boolean;
}

/** The schema's grammar as a part of a larger one. Raises StructureRefusal. */
export function schemaNode(rules: GrammarRules, schema: Schema, { pointer, isObject }: SchemaPlace): GrammarNode {
  const source = new SchemaSource(schema, pointer);
  return new SchemaGrammar(rules, source).node(source.conjunction([source.start, ...(isObject ? [{ schema: { type: 'object' }, pointer }] : [])]));
}

interface Waiting {
  readonly name: string;
  readonly conjunction: Conjunction;
  readonly depth: number;
}

/** Whether it is written without looking at further schemas, and needs no rule of its own. */
function isScalar({ parts, unions }: Conjunction): boolean {
  if (unions.length > 0 || enumeratedValues(parts) !== null) return false;
  const types = writtenTypes(parts);
  return types !== null && !types.has('object') && !types.has('array');
}

class SchemaGrammar {
  private readonly rules: GrammarRules;
  private readonly source: SchemaSource;
  private readonly overlap: SchemaOverlap;
  private readonly known = new Map<string, GrammarNode>();
  private readonly waiting: Waiting[] = [];

  constructor(rules: GrammarRules, source: SchemaSource) {
    this.rules = rules;
    this.source = source;
    this.overlap = new SchemaOverlap(source);
  }

  /** Works off what is met on the way in a queue: schemas may be nested, and refer to each other, deeper than the stack. */
  node(start: Conjunction): GrammarNode {
    const node = this.ruleOf(start, 0);
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      this.rules.set(next.name, this.nodeOf(next.conjunction, next.depth));
    }
    return node;
  }

  private ruleOf(conjunction: Conjunction, depth: number): GrammarNode {
    if (conjunction.isImpossible) return IMPOSSIBLE;
    if (conjunction.parts.length === 0 && conjunction.unions.length === 0) return anyValue(this.rules);
    const known = this.known.get(conjunction.key);
    if (known !== undefined) return known;
    const scalar = isScalar(conjunction) ? this.nodeOf(conjunction, depth) : null;
    if (scalar !== null) {
      this.known.set(conjunction.key, scalar);
      return scalar;
    }
    if (depth > MAX_SCHEMA_DEPTH) {
      const pointer = conjunction.parts[0]?.pointer ?? conjunction.unions[0]?.pointer ?? '#';
      throw new StructureRefusal(`${pointer}: more than ${String(MAX_SCHEMA_DEPTH)} schemas within each other`);
    }
    const name = this.rules.reserve();
    const node: GrammarNode = { kind: 'rule', name };
    this.known.set(conjunction.key, node);
    this.waiting.push({ name, conjunction, depth });
    return node;
  }

  private nodeOf(conjunction: Conjunction, depth: number): GrammarNode {
    const [union, ...others] = conjunction.unions;
    if (union !== undefined) return this.unionNode(union, { ...conjunction, unions: others }, depth);
    const { parts } = conjunction;
    const values = enumeratedValues(parts);
    if (values !== null) return this.valuesNode(values, parts);
    const types = writtenTypes(parts);
    if (types === null) return anyValue(this.rules);
    const isNumber = types.has('number');
    return choice([...types].filter((type) => !(type === 'integer' && isNumber)).map((type) => this.typeNode(type, parts, depth)));
  }

  private unionNode(union: SchemaUnion, rest: Conjunction, depth: number): GrammarNode {
    const branches = union.branches.map((branch) => this.source.conjunction([branch], rest));
    if (union.keyword === 'oneOf') this.refuseOverlap(union, branches);
    return choice(branches.map((branch) => this.ruleOf(branch, depth + 1)));
  }

  private refuseOverlap(union: SchemaUnion, branches: readonly Conjunction[]): void {
    if (branches.length > MAX_ONE_OF_BRANCHES) throw new StructureRefusal(`${union.pointer}: ${String(branches.length)} branches of oneOf, more than ${String(MAX_ONE_OF_BRANCHES)}`);
    for (const [at, branch] of branches.entries()) {
      const other = branches.slice(at + 1).findIndex((later) => !this.overlap.areDisjoint(branch, later));
      if (other >= 0) {
        throw new StructureRefusal(`${union.pointer}: branches ${String(at)} and ${String(at + 1 + other)} of oneOf may hold for the same value; anyOf allows that`);
      }
    }
  }

  private valuesNode(values: readonly unknown[], parts: readonly SchemaPart[]): GrammarNode {
    const verdicts = values.map((value) => ({ value, verdict: accepts(parts, value) }));
    if (verdicts.some(({ verdict }) => verdict === 'unknown')) {
      throw new StructureRefusal(`${parts[0]?.pointer ?? '#'}/enum: enum or const beside a pattern, a format, or keywords of objects and arrays is not supported`);
    }
    const texts = verdicts.filter(({ verdict }) => verdict === 'yes').map(({ value }) => JSON.stringify(value));
    return textChoice([...new Set(texts)].map((written) => ({ text: written, after: EMPTY })));
  }

  private typeNode(type: JsonType, parts: readonly SchemaPart[], depth: number): GrammarNode {
    switch (type) {
      case 'null':
        return text('null');
      case 'boolean':
        return choice([text('true'), text('false')]);
      case 'integer':
        return integerWithin(this.rules, numberBoundsOf(parts));
      case 'number':
        return numberWithin(this.rules, numberBoundsOf(parts));
      case 'string':
        return this.stringNode(parts);
      case 'array':
        return this.arrayNode(parts, depth);
      case 'object':
        return this.objectNode(membersOf(this.source, parts), depth);
    }
  }

  private stringNode(parts: readonly SchemaPart[]): GrammarNode {
    const lengths = countsOf(parts, 'Length');
    const pattern = singleText(parts, 'pattern');
    const format = singleText(parts, 'format');
    if (pattern !== null && format !== null) throw new StructureRefusal(`${pattern.pointer}: a pattern beside a format is not supported`);
    if (pattern !== null) {
      try {
        return quoted(this.rules.rule(patternGrammar(this.rules, pattern.text, lengths)));
      } catch (error) {
        throw error instanceof StructureRefusal ? new StructureRefusal(`${pattern.pointer}: ${error.detail}`) : error;
      }
    }
    if (format !== null) {
      const known = formatGrammar(this.rules, format.text);
      if (known === null) throw new StructureRefusal(`${format.pointer}: format ${format.text.slice(0, 100)} is not supported`);
      const isWithin = known.lengths.min >= lengths.min && (lengths.max === null || (known.lengths.max !== null && known.lengths.max <= lengths.max));
      if (!isWithin) throw new StructureRefusal(`${format.pointer}: minLength and maxLength beside a format that does not keep to them by itself`);
      return quoted(known.node);
    }
    return lengths.min === 0 && lengths.max === null ? anyString(this.rules) : stringOfLength(this.rules, lengths.min, lengths.max);
  }

  private arrayNode(parts: readonly SchemaPart[], depth: number): GrammarNode {
    const { min, max } = countsOf(parts, 'Items');
    const { first, later } = elementsOf(this.source, parts, min);
    const separator = comma(this.rules);
    const beginning = (max === null ? first : first.slice(0, max)).map((element) => this.ruleOf(element, depth + 1));
    let node: GrammarNode = EMPTY;
    if (later !== null && max !== 0) {
      const element = this.ruleOf(later, depth + 1);
      const next = sequence(separator, element);
      const left = (taken: number): number | null => (max === null ? null : max - taken);
      if (beginning.length > 0) node = this.rules.repeat(next, Math.max(0, min - beginning.length), left(beginning.length));
      else {
        const some = sequence(element, this.rules.repeat(next, Math.max(0, min - 1), left(1)));
        node = min === 0 ? optional(some) : some;
      }
    }
    if (beginning.length < min && (later === null || (max !== null && max < min))) return IMPOSSIBLE;
    for (const [at, element] of [...beginning.entries()].toReversed()) {
      const some = sequence(at === 0 ? EMPTY : separator, element, node);
      node = at >= min ? optional(some) : some;
    }
    return sequence(text('['), node, text(']'));
  }

  /**
   * Members from each place on as a rule of its own, which either writes the member at that place or, where it may be left out, goes on
   * to the next: rules grow with the number of members, and which comma belongs where is settled by the place alone.
   */
  private objectNode({ described, further }: Members, depth: number): GrammarNode {
    let rest: GrammarNode | null = null;
    let mayEnd = true;
    const following = (): GrammarNode => {
      if (rest === null) return EMPTY;
      const more = sequence(comma(this.rules), text('"'), rest);
      return mayEnd ? optional(more) : more;
    };
    if (further !== null) {
      const taken = described.map(({ name }) => name);
      const member = this.rules.rule(sequence(this.rules.rule(otherName(this.rules, taken)), text(':'), gap(this.rules), this.ruleOf(further, depth + 1)));
      rest = sequence(member, this.rules.repeat(sequence(comma(this.rules), text('"'), member), 0, null));
    }
    for (const { name, value, isRequired } of described.toReversed()) {
      const member = sequence(text(`${JSON.stringify(name).slice(1)}:`), gap(this.rules), this.ruleOf(value, depth + 1), following());
      rest = this.rules.rule(isRequired || rest === null ? member : choice([member, rest]));
      mayEnd &&= !isRequired;
    }
    const members: GrammarNode = rest === null ? EMPTY : sequence(text('"'), rest);
    return sequence(text('{'), mayEnd ? optional(members) : members, text('}'));
  }
}
