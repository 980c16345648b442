import { accepts, declaredTypes, enumeratedValues, writtenTypes } from './schema-keywords.ts';
import type { JsonType } from './schema-keywords.ts';
import { membersOf } from './schema-members.ts';
import type { Conjunction, SchemaSource } from './schema-source.ts';

const EVERY_TYPE: ReadonlySet<JsonType> = new Set<JsonType>(['null', 'boolean', 'object', 'array', 'number', 'string']);
/** How many members deep two branches are compared before they count as overlapping. */
const MAX_COMPARED_DEPTH = 4;

/**
 * Whether no value that is written for one is valid for the other, in both directions – what `oneOf` asks of its branches and a grammar
 * cannot check while writing. True only where it can be shown: by types, by values, by a member that one must have and the other
 * cannot, or that differs in value.
 */
export function areDisjoint(source: SchemaSource, a: Conjunction, b: Conjunction): boolean {
  return isWrittenForOneOnly({ source, depth: 0 }, a, b) && isWrittenForOneOnly({ source, depth: 0 }, b, a);
}

interface Comparison {
  readonly source: SchemaSource;
  readonly depth: number;
}

/** Whether nothing that is written for `written` is valid for `other`. */
function isWrittenForOneOnly(comparison: Comparison, written: Conjunction, other: Conjunction): boolean {
  if (written.isImpossible || other.isImpossible) return true;
  if (comparison.depth > MAX_COMPARED_DEPTH) return false;
  // Unions only narrow what the parts say, so the parts alone may show it; else every branch must.
  if (areOwnPartsApart(comparison, written, other)) return true;
  return isEachBranchApart(comparison, { split: written, isWrittenSplit: true }, other) || isEachBranchApart(comparison, { split: other, isWrittenSplit: false }, written);
}

function isEachBranchApart(comparison: Comparison, { split, isWrittenSplit }: { split: Conjunction; isWrittenSplit: boolean }, fixed: Conjunction): boolean {
  const [union] = split.unions;
  if (union === undefined) return false;
  const deeper = { ...comparison, depth: comparison.depth + 1 };
  return union.branches.every((branch) => {
    const narrowed = comparison.source.conjunction([branch], { parts: split.parts, unions: split.unions.slice(1) });
    return isWrittenSplit ? isWrittenForOneOnly(deeper, narrowed, fixed) : isWrittenForOneOnly(deeper, fixed, narrowed);
  });
}

function areOwnPartsApart(comparison: Comparison, written: Conjunction, other: Conjunction): boolean {
  const values = enumeratedValues(written.parts);
  if (values !== null) return values.every((value) => accepts(written.parts, value) === 'no' || accepts(other.parts, value) === 'no');
  const types = writtenTypes(written.parts) ?? EVERY_TYPE;
  const validTypes = declaredTypes(other.parts) ?? EVERY_TYPE;
  const otherValues = enumeratedValues(other.parts);
  if (otherValues !== null) return otherValues.every((value) => accepts(written.parts, value) === 'no');
  const shared = [...types].filter((type) => validTypes.has(type) || (type === 'integer' && validTypes.has('number')) || (type === 'number' && validTypes.has('integer')));
  return shared.every((type) => type === 'object' && areObjectsApart(comparison, written, other));
}

function areObjectsApart(comparison: Comparison, written: Conjunction, other: Conjunction): boolean {
  const mine = membersOf(comparison.source, written.parts);
  const theirs = membersOf(comparison.source, other.parts);
  const deeper = { ...comparison, depth: comparison.depth + 1 };
  return theirs.described.some((member) => {
    const own = mine.described.find(({ name }) => name === member.name);
    if (own === undefined) return member.isRequired && mine.further === null;
    return (member.isRequired || own.isRequired) && isWrittenForOneOnly(deeper, own.value, member.value);
  });
}
