import { checkKeywords, hasConstraint, isRecord } from './schema-keywords.ts';
import type { Schema, SchemaAt, SchemaPart } from './schema-keywords.ts';
import { StructureRefusal } from './structure-refusal.ts';

/** Of which at least one (anyOf) or exactly one (oneOf) branch must hold. */
export interface SchemaUnion {
  readonly id: string;
  readonly keyword: 'anyOf' | 'oneOf';
  readonly branches: readonly SchemaAt[];
  readonly pointer: string;
}

/**
 * All that one value must satisfy. Schemas are never merged into new ones: a value is described by the set of those that apply to it, so
 * that a schema which contains itself leads back to a set already met.
 */
export interface Conjunction {
  readonly parts: readonly SchemaPart[];
  readonly unions: readonly SchemaUnion[];
  /** One of them is `false`. */
  readonly isImpossible: boolean;
  /** The same for the same set. */
  readonly key: string;
}

/** A schema on the way from one to those it names by $ref and allOf. */
interface Visit {
  readonly at: SchemaAt;
  readonly id: number;
  readonly from: Visit | null;
}

/** References to references, and allOf within allOf. */
const MAX_REFERENCE_DEPTH = 64;
const MAX_JSON_DEPTH = 256;
const MAX_JSON_VALUES = 100_000;

export class SchemaSource {
  private readonly root: Schema;
  private readonly rootPointer: string;
  private readonly ids = new Map<object, number>();

  /** Raises StructureRefusal when the document is nested too deep or too large. */
  constructor(root: Schema, rootPointer: string) {
    this.root = root;
    this.rootPointer = rootPointer;
    refuseHugeJson(root, rootPointer);
  }

  get start(): SchemaAt {
    return { schema: this.root, pointer: this.rootPointer };
  }

  /** What must hold where all the schemas do, and all of `base`. Raises StructureRefusal for what is not supported. */
  conjunction(schemas: readonly SchemaAt[], base: Pick<Conjunction, 'parts' | 'unions'> = { parts: [], unions: [] }): Conjunction {
    const parts = new Map(base.parts.map((part) => [part.id, part]));
    const unions = new Map(base.unions.map((union) => [union.id, union]));
    const seen = new Set<number>();
    let isImpossible = false;
    const waiting = schemas.toReversed().map((at): Visit => ({ at, id: -1, from: null }));
    for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
      const { schema, pointer } = visit.at;
      if (schema === false) isImpossible = true;
      if (typeof schema === 'boolean') continue;
      if (!isRecord(schema)) throw new StructureRefusal(`${pointer}: not a schema`);
      const id = this.idOf(schema);
      refuseCircle(visit, id);
      if (seen.has(id)) continue;
      seen.add(id);
      checkKeywords(schema, pointer);
      // `not: {}` is how some libraries write "never"; every other `not` has been refused.
      if (schema['not'] !== undefined) isImpossible = true;
      if (hasConstraint(schema) && !parts.has(id)) parts.set(id, { schema, pointer, id });
      for (const keyword of ['anyOf', 'oneOf'] as const) {
        const branches = listAt(schema, pointer, keyword);
        if (branches !== null) unions.set(`${String(id)}${keyword}`, { id: `${String(id)}${keyword}`, keyword, branches, pointer: `${pointer}/${keyword}` });
      }
      const from: Visit = { ...visit, id };
      waiting.push(...(listAt(schema, pointer, 'allOf') ?? []).toReversed().map((at): Visit => ({ at, id: -1, from })));
      if (schema['$ref'] !== undefined) waiting.push({ at: this.resolve(schema['$ref'], pointer), id: -1, from });
    }
    const key = `${[...parts.keys()].join(' ')}|${[...unions.keys()].join(' ')}|${String(isImpossible)}`;
    return { parts: [...parts.values()], unions: [...unions.values()], isImpossible, key };
  }

  private idOf(schema: object): number {
    const known = this.ids.get(schema);
    if (known !== undefined) return known;
    this.ids.set(schema, this.ids.size);
    return this.ids.size - 1;
  }

  private resolve(reference: unknown, pointer: string): SchemaAt {
    const where = `${pointer}/$ref`;
    if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) throw new StructureRefusal(`${where}: only references within the schema (#/…) are followed`);
    let target: unknown = this.root;
    for (const step of reference.split('/').slice(1)) {
      const key = percentDecoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
      target = (isRecord(target) || Array.isArray(target)) && Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
    }
    if (typeof target !== 'boolean' && !isRecord(target)) throw new StructureRefusal(`${where}: there is no schema at ${reference.slice(0, 200)}`);
    return { schema: target, pointer: `${this.rootPointer}${reference.slice(1)}` };
  }
}

/** A schema that is only itself allows everything, or nothing: it is a mistake. */
function refuseCircle(visit: Visit, id: number): void {
  let depth = 0;
  for (let from = visit.from; from !== null; from = from.from) {
    depth += 1;
    if (from.id === id) throw new StructureRefusal(`${from.at.pointer}: leads back to itself by $ref and allOf alone`);
    if (depth > MAX_REFERENCE_DEPTH) throw new StructureRefusal(`${from.at.pointer}: more than ${String(MAX_REFERENCE_DEPTH)} references to references`);
  }
}

function listAt(schema: Schema, pointer: string, keyword: string): SchemaAt[] | null {
  const list = schema[keyword];
  if (list === undefined) return null;
  if (!Array.isArray(list) || list.length === 0) throw new StructureRefusal(`${pointer}/${keyword}: not a list of schemas`);
  return list.map((branch: unknown, index) => ({ schema: branch, pointer: `${pointer}/${keyword}/${String(index)}` }));
}

function percentDecoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** Without recursion: the document may be nested deeper than the stack. */
function refuseHugeJson(root: unknown, pointer: string): void {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    values += 1;
    if (next.depth > MAX_JSON_DEPTH) throw new StructureRefusal(`${pointer}: nested deeper than ${String(MAX_JSON_DEPTH)}`);
    if (values > MAX_JSON_VALUES) throw new StructureRefusal(`${pointer}: more than ${String(MAX_JSON_VALUES)} values`);
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const value of Object.values(next.value)) waiting.push({ value, depth: next.depth + 1 });
  }
}
