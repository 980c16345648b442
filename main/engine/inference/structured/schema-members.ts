import { enumeratedValues, isRecord } from './schema-keywords.ts';
import type { Schema, SchemaAt, SchemaPart } from './schema-keywords.ts';
import type { Conjunction, SchemaSource } from './schema-source.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** One member of an object that is described. */
export interface Member {
  readonly name: string;
  readonly value: Conjunction;
  readonly isRequired: boolean;
}

/** An object's members in the order they are written, and what further ones hold; null: there are none. */
export interface Members {
  readonly described: readonly Member[];
  readonly further: Conjunction | null;
}

/**
 * The members of an object. Without `additionalProperties`, an object whose properties are described has no others: that is part of
 * what is valid, and models left free to invent members do.
 */
export function membersOf(source: SchemaSource, parts: readonly SchemaPart[]): Members {
  const names: string[] = [];
  const required = new Set<string>();
  let isDescribed = false;
  let isExplicit = false;
  for (const { schema, pointer } of parts) {
    const properties = recordAt(schema, pointer, 'properties');
    isDescribed ||= properties !== null;
    isExplicit ||= schema['additionalProperties'] !== undefined;
    names.push(...Object.keys(properties ?? {}));
    for (const name of textsAt(schema, pointer, 'required')) required.add(name);
  }
  const allowed = allowedNames(source, parts);
  const further = source.conjunction(parts.flatMap(({ schema, pointer }) => (schema['additionalProperties'] === undefined ? [] : [furtherOf({ schema, pointer })])));
  const described = [...new Set([...names, ...required, ...(isDescribed && !isExplicit ? [] : (allowed ?? []))])].map((name): Member => {
    const schemas = parts.flatMap((part) => memberSchemas(part, name));
    const isAllowed = allowed === null || allowed.includes(name);
    return { name, value: source.conjunction(isAllowed ? schemas : [{ schema: false, pointer: '' }]), isRequired: required.has(name) };
  });
  const isOpen = allowed === null && !further.isImpossible && (isExplicit || !isDescribed);
  return { described, further: isOpen ? further : null };
}

function furtherOf({ schema, pointer }: { schema: Schema; pointer: string }): SchemaAt {
  return { schema: schema['additionalProperties'], pointer: `${pointer}/additionalProperties` };
}

function memberSchemas({ schema, pointer }: SchemaPart, name: string): SchemaAt[] {
  const properties = recordAt(schema, pointer, 'properties');
  if (properties !== null && Object.hasOwn(properties, name)) {
    return [{ schema: properties[name], pointer: `${pointer}/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` }];
  }
  return schema['additionalProperties'] === undefined ? [] : [furtherOf({ schema, pointer })];
}

/** The names `propertyNames` lists; null: any. Raises StructureRefusal for what says more than "a string" or a list. */
function allowedNames(source: SchemaSource, parts: readonly SchemaPart[]): readonly string[] | null {
  const lists: string[][] = [];
  for (const { schema, pointer } of parts) {
    if (schema['propertyNames'] === undefined) continue;
    const where = `${pointer}/propertyNames`;
    const names = source.conjunction([{ schema: schema['propertyNames'], pointer: where }]);
    const says = new Set(names.parts.flatMap((part) => Object.keys(part.schema).filter((keyword) => ['minLength', 'maxLength', 'pattern', 'format'].includes(keyword))));
    if (says.size > 0 || names.unions.length > 0) throw new StructureRefusal(`${where}: only a list of names (enum) is supported`);
    const values = names.isImpossible ? [] : enumeratedValues(names.parts);
    if (values === null) continue;
    lists.push(values.filter((value) => typeof value === 'string'));
  }
  const [first, ...others] = lists;
  return first === undefined ? null : first.filter((name) => others.every((list) => list.includes(name)));
}

/** Elements of an array: those at the beginning, each with what it holds, and what all later ones hold; null: there are none. */
export interface Elements {
  readonly first: readonly Conjunction[];
  readonly later: Conjunction | null;
}

/** The elements of an array; `minItems` is needed because a described beginning is only continued where it must be. */
export function elementsOf(source: SchemaSource, parts: readonly SchemaPart[], minItems: number): Elements {
  const lists = parts.map((part) => firstItems(part));
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const laterOf = parts.map((part, at): SchemaAt[] => laterItems(part, lists[at] ?? []));
  const first = Array.from({ length: longest }, (_, at) => source.conjunction(lists.flatMap((list, part) => list.slice(at, at + 1).concat(at < list.length ? [] : (laterOf[part] ?? [])))));
  const isDescribed = laterOf.some((schemas) => schemas.length > 0);
  const later = source.conjunction(laterOf.flat());
  return { first, later: isDescribed || longest === 0 || minItems > longest ? later : null };
}

/** `prefixItems`, or the list that drafts before 2020-12 wrote as `items`. */
function firstItems({ schema, pointer }: SchemaPart): SchemaAt[] {
  const keyword = schema['prefixItems'] === undefined ? 'items' : 'prefixItems';
  const list = schema[keyword];
  if (list === undefined || (keyword === 'items' && !Array.isArray(list))) return [];
  if (!Array.isArray(list)) throw new StructureRefusal(`${pointer}/${keyword}: not a list of schemas`);
  return list.map((item: unknown, at) => ({ schema: item, pointer: `${pointer}/${keyword}/${String(at)}` }));
}

function laterItems({ schema, pointer }: SchemaPart, first: readonly SchemaAt[]): SchemaAt[] {
  const isOldList = first.length > 0 && schema['prefixItems'] === undefined;
  const keyword = isOldList ? 'additionalItems' : 'items';
  return schema[keyword] === undefined ? [] : [{ schema: schema[keyword], pointer: `${pointer}/${keyword}` }];
}

function recordAt(schema: Schema, pointer: string, keyword: string): Schema | null {
  const value = schema[keyword];
  if (value === undefined) return null;
  if (!isRecord(value)) throw new StructureRefusal(`${pointer}/${keyword}: not an object of schemas`);
  return value;
}

function textsAt(schema: Schema, pointer: string, keyword: string): string[] {
  const value = schema[keyword];
  // Draft 3 wrote `required: true` at the property itself; some programs still do, and mean the list of the object.
  if (value === undefined || typeof value === 'boolean') return [];
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) throw new StructureRefusal(`${pointer}/${keyword}: not a list of names`);
  return value;
}
