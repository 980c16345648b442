import { accepts, declaredTypes, enumeratedValues, writtenTypes } from './schema-keywords.ts';
import type { JsonType } from './schema-keywords.ts';
import { membersOf } from './schema-members.ts';
import type { Member } from './schema-members.ts';
import type { Conjunction, SchemaSource } from './schema-source.ts';

const EVERY_TYPE: ReadonlySet<JsonType> = new Set<JsonType>(['null', 'boolean', 'object', 'array', 'number', 'string']);
/** How many members deep two branches are compared before they count as overlapping. */
const MAX_COMPARED_DEPTH = 4;

/**
 * Finds out whether no value that is written for one set of schemas is valid for another, in both directions – what `oneOf` asks of its
 * branches and a grammar cannot check while writing. Yes only where it can be shown: by types, by values, by a member that one must have
 * and the other cannot, or that differs in value.
 */
export class SchemaOverlap {
  private readonly source: SchemaSource;
  private readonly members = new Map<string, ComparedMembers>();

  constructor(source: SchemaSource) {
    this.source = source;
  }

  areDisjoint(a: Conjunction, b: Conjunction): boolean {
    return this.isForOneOnly(a, b, 0) && this.isForOneOnly(b, a, 0);
  }

  /** Whether nothing that is written for `written` is valid for `other`. */
  private isForOneOnly(written: Conjunction, other: Conjunction, depth: number): boolean {
    if (written.isImpossible || other.isImpossible) return true;
    if (depth > MAX_COMPARED_DEPTH) return false;
    // Unions only narrow what the parts say, so the parts alone may show it; else every branch must.
    if (this.areOwnPartsApart(written, other, depth)) return true;
    const isEach = (split: Conjunction, isApart: (narrowed: Conjunction) => boolean): boolean => {
      const [union] = split.unions;
      return union !== undefined && union.branches.every((branch) => isApart(this.source.conjunction([branch], { parts: split.parts, unions: split.unions.slice(1) })));
    };
    return isEach(written, (narrowed) => this.isForOneOnly(narrowed, other, depth + 1)) || isEach(other, (narrowed) => this.isForOneOnly(written, narrowed, depth + 1));
  }

  private areOwnPartsApart(written: Conjunction, other: Conjunction, depth: number): boolean {
    const values = enumeratedValues(written.parts);
    if (values !== null) return values.every((value) => accepts(written.parts, value) === 'no' || accepts(other.parts, value) === 'no');
    const otherValues = enumeratedValues(other.parts);
    if (otherValues !== null) return otherValues.every((value) => accepts(written.parts, value) === 'no');
    const types = writtenTypes(written.parts) ?? EVERY_TYPE;
    const valid = declaredTypes(other.parts) ?? EVERY_TYPE;
    const shared = [...types].filter((type) => valid.has(type) || (type === 'integer' && valid.has('number')) || (type === 'number' && valid.has('integer')));
    return shared.every((type) => type === 'object' && this.areObjectsApart(written, other, depth));
  }

  private areObjectsApart(written: Conjunction, other: Conjunction, depth: number): boolean {
    const mine = this.membersOf(written);
    const theirs = this.membersOf(other);
    return [...theirs.described.values()].some((member) => {
      const own = mine.described.get(member.name);
      if (own === undefined) return member.isRequired && !mine.isOpen;
      return (member.isRequired || own.isRequired) && this.isForOneOnly(own.value, member.value, depth + 1);
    });
  }

  private membersOf(conjunction: Conjunction): ComparedMembers {
    const known = this.members.get(conjunction.key);
    if (known !== undefined) return known;
    const { described, further } = membersOf(this.source, conjunction.parts);
    const members = { described: new Map(described.map((member) => [member.name, member])), isOpen: further !== null };
    this.members.set(conjunction.key, members);
    return members;
  }
}

interface ComparedMembers {
  readonly described: ReadonlyMap<string, Member>;
  readonly isOpen: boolean;
}
