import type { NumberBounds } from './number-grammar.ts';
import type { LengthBounds } from './pattern-grammar.ts';
import { StructureRefusal } from './structure-refusal.ts';

/*
 * The keywords of JSON Schema (2020-12, with what OpenAPI and earlier drafts write), read over all schemas that apply to one value.
 */

export type Schema = Readonly<Record<string, unknown>>;

/** A schema (an object, true or false) and the JSON pointer under which messages name it. */
export interface SchemaAt {
  readonly schema: unknown;
  readonly pointer: string;
}

/** A schema object whose own constraints apply; its $ref, allOf, anyOf and oneOf are looked at apart. */
export interface SchemaPart {
  readonly schema: Schema;
  readonly pointer: string;
  readonly id: number;
}

export type JsonType = 'null' | 'boolean' | 'object' | 'array' | 'number' | 'integer' | 'string';

const TYPES: ReadonlySet<unknown> = new Set<JsonType>(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);
export const MAX_ENUM_VALUES = 1000;

/** Formats of numbers (OpenAPI): they say how a program stores them. */
const NUMBER_FORMATS: ReadonlySet<unknown> = new Set(['int32', 'int64', 'float', 'double']);
/** Formats of strings that say how a form shows them. */
const SHOWN_FORMATS: ReadonlySet<unknown> = new Set(['password', 'textarea', 'multiline']);

const KEYWORDS_OF: readonly (readonly [type: JsonType, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'propertyNames', 'minProperties']],
  ['array', ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems']],
  ['string', ['minLength', 'maxLength', 'pattern']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']],
];
const CONSTRAINTS: readonly string[] = ['type', 'enum', 'const', 'format', 'nullable', ...KEYWORDS_OF.flatMap(([, keywords]) => keywords)];

/** Whether a keyword that is not supported forbids nothing as it is used here. */
const HARMLESS: Readonly<Record<string, (value: unknown, schema: Schema) => boolean>> = {
  multipleOf: () => false,
  uniqueItems: (value) => value === false,
  contains: () => false,
  minContains: (_, schema) => schema['contains'] === undefined,
  maxContains: (_, schema) => schema['contains'] === undefined,
  patternProperties: isEmptyRecord,
  minProperties: (value, schema) => typeof value === 'number' && Array.isArray(schema['required']) && value <= new Set(schema['required']).size,
  maxProperties: () => false,
  dependentRequired: isEmptyRecord,
  dependentSchemas: isEmptyRecord,
  dependencies: isEmptyRecord,
  unevaluatedProperties: isTrueSchema,
  unevaluatedItems: isTrueSchema,
  not: isTrueSchema,
  if: () => false,
  $dynamicRef: () => false,
  $recursiveRef: () => false,
  extends: () => false,
  disallow: () => false,
  divisibleBy: () => false,
};

export function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyRecord(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

function isTrueSchema(value: unknown): boolean {
  return value === true || isEmptyRecord(value);
}

/** Raises StructureRefusal for a keyword that would forbid something a grammar cannot; what only describes is passed over. */
export function checkKeywords(schema: Schema, pointer: string): void {
  for (const [keyword, isHarmless] of Object.entries(HARMLESS)) {
    const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    // `minProperties: 0` says nothing either.
    if (value === undefined || value === 0 || isHarmless(value, schema)) continue;
    throw new StructureRefusal(`${pointer}/${keyword}: ${keyword} is not supported`);
  }
}

export function hasConstraint(schema: Schema): boolean {
  return CONSTRAINTS.some((keyword) => schema[keyword] !== undefined);
}

/** The types a value may have; null when no schema says so. */
export function declaredTypes(parts: readonly SchemaPart[]): ReadonlySet<JsonType> | null {
  let types: Set<JsonType> | null = null;
  for (const { schema, pointer } of parts) {
    if (schema['type'] === undefined) continue;
    const own = new Set<JsonType>();
    for (const type of [schema['type']].flat()) {
      if (!TYPES.has(type)) throw new StructureRefusal(`${pointer}/type: ${String(JSON.stringify(type)).slice(0, 100)} is not a type`);
      own.add(type as JsonType);
    }
    if (schema['nullable'] === true) own.add('null');
    types = types === null ? own : bothTypes(types, own);
  }
  return types;
}

function bothTypes(a: ReadonlySet<JsonType>, b: ReadonlySet<JsonType>): Set<JsonType> {
  const both = new Set([...a].filter((type) => b.has(type)));
  if ((a.has('integer') && b.has('number')) || (a.has('number') && b.has('integer'))) both.add('integer');
  return both;
}

/**
 * The types that are written: the declared ones, else those the other keywords speak of (`properties` without `type` means an object
 * to everybody who writes it), else null: any.
 */
export function writtenTypes(parts: readonly SchemaPart[]): ReadonlySet<JsonType> | null {
  const declared = declaredTypes(parts);
  if (declared !== null) return declared;
  const spokenOf = KEYWORDS_OF.filter(([, keywords]) => parts.some(({ schema }) => keywords.some((keyword) => schema[keyword] !== undefined))).map(([type]) => type);
  for (const { schema } of parts) {
    if (schema['format'] !== undefined) spokenOf.push(NUMBER_FORMATS.has(schema['format']) ? 'number' : 'string');
  }
  return spokenOf.length === 0 ? null : new Set(spokenOf);
}

/** Values by their JSON with sorted names, so that equal ones are found at once. */
type Values = ReadonlyMap<string, unknown>;

/** The values an `enum` or `const` leaves; null when there is none. Not yet compared with the other keywords. */
export function enumeratedValues(parts: readonly SchemaPart[]): readonly unknown[] | null {
  const values = enumerated(parts);
  return values === null ? null : [...values.values()];
}

function enumerated(parts: readonly SchemaPart[]): Values | null {
  const lists = parts.flatMap(({ schema, pointer }): (Values | null)[] => [
    valuesUnder(schema, pointer),
    schema['const'] === undefined ? null : new Map([[canonical(schema['const']), schema['const']]]),
  ]);
  const [first, ...others] = lists.filter((values) => values !== null);
  if (first === undefined || others.length === 0) return first ?? null;
  return new Map([...first].filter(([key]) => others.every((values) => values.has(key))));
}

const knownLists = new WeakMap<object, Values>();

function valuesUnder(schema: Schema, pointer: string): Values | null {
  const list = schema['enum'];
  if (list === undefined) return null;
  if (!Array.isArray(list) || list.length === 0) throw new StructureRefusal(`${pointer}/enum: not a list of values`);
  if (list.length > MAX_ENUM_VALUES) throw new StructureRefusal(`${pointer}/enum: ${String(list.length)} values, more than ${String(MAX_ENUM_VALUES)}`);
  const values = knownLists.get(list) ?? new Map(list.map((value: unknown) => [canonical(value), value]));
  knownLists.set(list, values);
  return values;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}

/** The narrowest of the numbers under the keyword; null when there is none. `isCount`: whole and not negative. */
function narrowest(parts: readonly SchemaPart[], keyword: string, isCount: boolean): number | null {
  const isLower = keyword.startsWith('min') || keyword === 'exclusiveMinimum';
  let found: number | null = null;
  for (const { schema, pointer } of parts) {
    const value = schema[keyword];
    // Draft 4 wrote exclusiveMinimum as a yes or no beside minimum.
    if (value === undefined || (typeof value === 'boolean' && keyword.startsWith('exclusive'))) continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || (isCount && (!Number.isInteger(value) || value < 0))) {
      throw new StructureRefusal(`${pointer}/${keyword}: not a ${isCount ? 'whole number from 0' : 'number'}`);
    }
    found = found === null ? value : isLower ? Math.max(found, value) : Math.min(found, value);
  }
  return found;
}

export function countsOf(parts: readonly SchemaPart[], subject: 'Length' | 'Items'): LengthBounds {
  return { min: narrowest(parts, `min${subject}`, true) ?? 0, max: narrowest(parts, `max${subject}`, true) };
}

export function numberBoundsOf(parts: readonly SchemaPart[]): NumberBounds {
  const isDraft4 = (keyword: string): boolean => parts.some(({ schema }) => schema[keyword] === true);
  const [minimum, above] = [narrowest(parts, 'minimum', false), narrowest(parts, 'exclusiveMinimum', false)];
  const [maximum, below] = [narrowest(parts, 'maximum', false), narrowest(parts, 'exclusiveMaximum', false)];
  const isInt32 = parts.some(({ schema }) => schema['format'] === 'int32');
  const low = largest([minimum, above, isInt32 ? -(2 ** 31) : null]);
  const high = smallest([maximum, below, isInt32 ? 2 ** 31 - 1 : null]);
  return {
    low,
    isLowExcluded: low !== null && (low === above || (low === minimum && isDraft4('exclusiveMinimum'))),
    high,
    isHighExcluded: high !== null && (high === below || (high === maximum && isDraft4('exclusiveMaximum'))),
  };
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (most === null || (value !== null && value > most) ? value : most), null);
}

function smallest(values: readonly (number | null)[]): number | null {
  return values.reduce((least, value) => (least === null || (value !== null && value < least) ? value : least), null);
}

/** The one text under the keyword, with the schema that says it; null when there is none. Two different ones are refused. */
export function singleText(parts: readonly SchemaPart[], keyword: 'pattern' | 'format'): { text: string; pointer: string } | null {
  let found: { text: string; pointer: string } | null = null;
  for (const { schema, pointer } of parts) {
    const value = schema[keyword];
    if (value === undefined || (keyword === 'format' && (NUMBER_FORMATS.has(value) || SHOWN_FORMATS.has(value)))) continue;
    const where = `${pointer}/${keyword}`;
    if (typeof value !== 'string') throw new StructureRefusal(`${where}: not a text`);
    if (found !== null && found.text !== value) throw new StructureRefusal(`${where}: a second ${keyword} for the same value is not supported`);
    found = { text: value, pointer: where };
  }
  return found;
}

export type Verdict = 'yes' | 'no' | 'unknown';

/** Whether a value satisfies the schemas, as far as that can be said from their own keywords. */
export function accepts(parts: readonly SchemaPart[], value: unknown): Verdict {
  const types = declaredTypes(parts);
  const type = typeOf(value);
  if (types !== null && !types.has(type) && !(type === 'integer' && types.has('number'))) return 'no';
  if (enumerated(parts)?.has(canonical(value)) === false) return 'no';
  if (typeof value === 'number') return isWithin(value, numberBoundsOf(parts)) ? 'yes' : 'no';
  if (typeof value === 'string') {
    const { min, max } = countsOf(parts, 'Length');
    const length = [...value].length;
    if (length < min || (max !== null && length > max)) return 'no';
    return singleText(parts, 'pattern') === null && singleText(parts, 'format') === null ? 'yes' : 'unknown';
  }
  const keywords = KEYWORDS_OF.find(([name]) => name === type)?.[1] ?? [];
  return parts.some(({ schema }) => keywords.some((keyword) => schema[keyword] !== undefined)) ? 'unknown' : 'yes';
}

function isWithin(value: number, { low, isLowExcluded, high, isHighExcluded }: NumberBounds): boolean {
  if (low !== null && (value < low || (isLowExcluded && value === low))) return false;
  return high === null || !(value > high || (isHighExcluded && value === high));
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : 'object';
}
