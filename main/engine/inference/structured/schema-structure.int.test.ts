import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grammarOfJsonSchema } from './json-schema-grammar.ts';
import { StructureRefusal } from './structure-refusal.ts';
import { startGrammarEngine } from './testing/grammar-engine.ts';
import type { GrammarEngine } from './testing/grammar-engine.ts';

/* Objects, arrays, references and combinations; every verdict is llama.cpp's own. */

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine.dispose());

type Schema = Record<string, unknown>;

interface Case {
  name: string;
  schema: Schema;
  accepted: string[];
  refused: string[];
}

const integer = { type: 'integer' };
const text = { type: 'string' };
const closed = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, additionalProperties: false, ...more });

const objects: Case[] = [
  {
    name: 'required and optional members',
    schema: closed({ a: integer, b: integer, c: integer, d: integer }, { required: ['b', 'c'] }),
    accepted: ['{"b":1,"c":2}', '{"a":1,"b":2,"c":3,"d":4}', '{"a": 1, "b": 2, "c": 3}', '{"b":1,"c":2,"d":3}'],
    refused: ['{}', '{"b":1}', '{"c":2,"b":1}', '{"b":1,"c":2,}', '{,"b":1,"c":2}', '{"b":1 ,"c":2}', '{"b":1,"c":2,"e":3}', '{"b":1,"b":1,"c":2}'],
  },
  { name: 'only optional members', schema: closed({ a: integer, b: integer, c: integer }), accepted: ['{}', '{"a":1}', '{"b":1}', '{"c":1}', '{"a":1,"c":1}', '{"a":1,"b":1,"c":1}'], refused: ['{"b":1,"a":1}', '{"a":1,}', '{"d":1}'] },
  { name: 'a last one that is required', schema: closed({ a: integer, b: integer }, { required: ['b'] }), accepted: ['{"b":1}', '{"a":1,"b":1}'], refused: ['{"a":1}', '{}'] },
  { name: 'no members', schema: closed({}), accepted: ['{}'], refused: ['{"a":1}', '{ }'] },
  { name: 'without additionalProperties only what is described', schema: { properties: { a: integer } }, accepted: ['{}', '{"a":1}'], refused: ['{"b":1}', '1'] },
  { name: 'names that need escapes', schema: closed({ 'a"b\\c\n': integer, 'é心': integer }), accepted: ['{"a\\"b\\\\c\\n":1,"é心":2}'], refused: ['{"a"b":1}'] },
  {
    name: 'further members of a kind',
    schema: { type: 'object', properties: { id: integer, ident: integer }, required: ['id'], additionalProperties: text },
    accepted: ['{"id":1}', '{"id":1,"ident":2}', '{"id":1,"x":"y"}', '{"id":1,"ide":"y","i":"","":"","identity":"z"}', '{"id":1,"\\n":"y"}'],
    refused: ['{"id":1,"x":2}', '{"id":1,"id":"x"}', '{"id":1,"ident":"x"}', '{"id":1,"\\u0069d":"x"}', '{"x":"y"}'],
  },
  { name: 'any further members', schema: { type: 'object', properties: { a: integer }, additionalProperties: true }, accepted: ['{}', '{"b":[1]}', '{"a":1,"b":null,"c":{}}', '{"aa":1}'], refused: ['{"a":"x"}', '{"b":1,"a":1}'] },
  { name: 'a map', schema: { type: 'object', additionalProperties: integer, propertyNames: text }, accepted: ['{}', '{"x":1,"y":2}'], refused: ['{"x":"1"}'] },
  { name: 'a map of listed names', schema: { type: 'object', additionalProperties: integer, propertyNames: { enum: ['x', 'y'] } }, accepted: ['{}', '{"x":1}', '{"x":1,"y":2}'], refused: ['{"z":1}'] },
  { name: 'required without being described', schema: { type: 'object', required: ['a'], additionalProperties: integer }, accepted: ['{"a":1}', '{"a":1,"b":2}'], refused: ['{}', '{"b":1}', '{"a":"x"}'] },
  { name: 'a member that can never be', schema: closed({ a: false, b: { not: {} }, c: integer }), accepted: ['{}', '{"c":1}'], refused: ['{"a":1}', '{"b":1}'] },
  { name: 'types by what is said', schema: { minLength: 1, minimum: 3 }, accepted: ['"a"', '4'], refused: ['""', '2', '{}'] },
];

const arrays: Case[] = [
  { name: 'of one kind', schema: { type: 'array', items: integer }, accepted: ['[]', '[1]', '[1, 2,3]'], refused: ['["a"]', '[1,]', '[1,  2]'] },
  { name: 'of some number', schema: { type: 'array', items: integer, minItems: 2, maxItems: 3 }, accepted: ['[1,2]', '[1,2,3]'], refused: ['[]', '[1]', '[1,2,3,4]'] },
  { name: 'of none', schema: { type: 'array', items: integer, maxItems: 0 }, accepted: ['[]'], refused: ['[1]'] },
  { name: 'of one', schema: { type: 'array', maxItems: 1 }, accepted: ['[]', '["a"]'], refused: ['[1,2]'] },
  { name: 'with a beginning', schema: { type: 'array', prefixItems: [integer, text] }, accepted: ['[]', '[1]', '[1,"a"]'], refused: ['["a"]', '[1,2]', '[1,"a",3]'] },
  { name: 'with a whole beginning and more', schema: { type: 'array', prefixItems: [integer, text], items: { type: 'null' }, minItems: 2, maxItems: 4 }, accepted: ['[1,"a"]', '[1,"a",null,null]'], refused: ['[1]', '[1,"a",1]', '[1,"a",null,null,null]'] },
  { name: 'with a closed beginning', schema: { type: 'array', prefixItems: [integer], items: false }, accepted: ['[]', '[1]'], refused: ['[1,1]'] },
  { name: 'as drafts before 2020 wrote it', schema: { type: 'array', items: [integer, text], additionalItems: false, minItems: 2 }, accepted: ['[1,"a"]'], refused: ['[1]', '[1,"a",1]'] },
  { name: 'of objects', schema: { type: 'array', items: closed({ a: integer }, { required: ['a'] }), minItems: 1 }, accepted: ['[{"a":1}]', '[{"a":1}, {"a":2}]'], refused: ['[]', '[{}]'] },
];

const tree = { $defs: { node: closed({ name: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } }, { required: ['name', 'children'] }) }, $ref: '#/$defs/node' };
const combined: Case[] = [
  { name: 'anyOf', schema: { anyOf: [integer, { type: 'null' }, closed({ a: text })] }, accepted: ['1', 'null', '{"a":"x"}'], refused: ['"x"', '{"a":1}'] },
  { name: 'anyOf beside properties', schema: { type: 'object', properties: { a: integer, b: integer }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, accepted: ['{"a":1}', '{"b":1}', '{"a":1,"b":1}'], refused: ['{}'] },
  { name: 'two anyOf', schema: { allOf: [{ anyOf: [integer, text] }, { anyOf: [text, { type: 'null' }] }] }, accepted: ['"a"'], refused: ['1', 'null'] },
  {
    name: 'oneOf told apart by a tag',
    schema: { oneOf: [closed({ kind: { const: 'a' }, x: integer }, { required: ['kind'] }), closed({ kind: { const: 'b' }, y: text }, { required: ['kind'] })], discriminator: { propertyName: 'kind' } },
    accepted: ['{"kind":"a","x":1}', '{"kind":"b","y":"z"}', '{"kind":"b"}'],
    refused: ['{"kind":"a","y":"z"}', '{"kind":"c"}', '{}'],
  },
  { name: 'oneOf told apart by types', schema: { oneOf: [text, integer, { type: 'null' }] }, accepted: ['"a"', '1', 'null'], refused: ['true'] },
  { name: 'oneOf told apart by what must be there', schema: { oneOf: [{ type: 'object', properties: { a: text }, required: ['a'] }, { type: 'object', properties: { b: text }, required: ['b'] }] }, accepted: ['{"a":""}', '{"b":""}'], refused: ['{"a":"","b":""}'] },
  { name: 'allOf', schema: { allOf: [{ type: 'object', properties: { a: integer }, required: ['a'] }, { properties: { b: text, a: { minimum: 3 } }, required: ['b'] }] }, accepted: ['{"a":3,"b":"x"}'], refused: ['{"a":2,"b":"x"}', '{"a":3}'] },
  { name: 'allOf with a closed part', schema: { allOf: [closed({ a: integer }), { properties: { b: integer } }] }, accepted: ['{}', '{"a":1}'], refused: ['{"b":1}'] },
  { name: '$ref', schema: { $defs: { 'a/b~c d': integer }, items: { $ref: '#/$defs/a~1b~0c%20d' }, type: 'array' }, accepted: ['[1]'], refused: ['["a"]'] },
  { name: '$ref with more beside it', schema: { definitions: { count: integer }, $ref: '#/definitions/count', minimum: 5 }, accepted: ['5'], refused: ['4'] },
  { name: 'recursion', schema: tree, accepted: ['{"name":"a","children":[]}', '{"name":"a","children":[{"name":"b","children":[]}]}'], refused: ['{"name":"a"}', '{"name":"a","children":[{}]}'] },
  { name: 'recursion to the root', schema: { type: 'object', properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }, required: ['next'], additionalProperties: false }, accepted: ['{"next":null}', '{"next":{"next":null}}'], refused: ['{"next":{}}'] },
  { name: 'a branch that can never be', schema: { type: 'object', properties: { a: { $ref: '#' }, b: integer }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, accepted: ['{"b":1}', '{"a":{"b":1}}'], refused: ['{}'] },
];

describe.each([...objects, ...arrays, ...combined])('$name', ({ schema, accepted, refused }) => {
  it('allows what is valid and nothing else', async () => {
    const grammar = grammarOfJsonSchema(schema);
    const verdicts: Record<string, boolean> = {};
    for (const one of [...accepted, ...refused]) verdicts[one] = await engine.allows(grammar, one);
    expect(verdicts).toEqual(Object.fromEntries([...accepted.map((one) => [one, true]), ...refused.map((one) => [one, false])]));
  });
});

const nested = (depth: number): Schema => (depth === 0 ? integer : { type: 'array', items: nested(depth - 1) });
const doubling = (count: number): Schema => ({
  $defs: Object.fromEntries(Array.from({ length: count }, (_, at): [string, unknown] => [`d${String(at)}`, { anyOf: [{ $ref: `#/$defs/d${String(at + 1)}` }, { allOf: [{ $ref: `#/$defs/d${String(at + 1)}` }, { maxLength: 1000 - at }] }] }]).concat([[`d${String(count)}`, text]])),
  $ref: '#/$defs/d0',
});
/** Small, but with 2⁴⁰ ways from the first to the last. */
const twice = (count: number): Schema => ({
  $defs: Object.fromEntries(Array.from({ length: count }, (_, at) => [`d${String(at)}`, { anyOf: [{ $ref: `#/$defs/d${String(at + 1)}` }, { $ref: `#/$defs/d${String(at + 1)}` }] }])),
  anyOf: [{ $ref: '#/$defs/d0' }],
});
const wide = (count: number): Schema => closed(Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${String(at)}`, closed({ a: { enum: [at] } })])));
const deepJson = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const refusals: [Schema, string][] = [
  [closed({ a: { type: 'integer', multipleOf: 5 } }), '#/properties/a/multipleOf: multipleOf is not supported'],
  [{ type: 'array', uniqueItems: true }, '#/uniqueItems: uniqueItems is not supported'],
  [{ not: text }, '#/not: not is not supported'],
  [JSON.parse('{"if": {}, "then": false}') as Schema, '#/if: if is not supported'],
  [{ type: 'object', patternProperties: { '^a': text } }, '#/patternProperties: patternProperties is not supported'],
  [{ type: 'object', minProperties: 1 }, '#/minProperties: minProperties is not supported'],
  [{ type: 'object', propertyNames: { pattern: '^a' } }, '#/propertyNames: only a list of names'],
  [{ type: 'array', contains: integer }, '#/contains: contains is not supported'],
  [{ type: 'kaboom' }, '#/type: "kaboom" is not a type'],
  [{ type: 'string', format: 'regex' }, '#/format: format regex is not supported'],
  [{ type: 'string', pattern: '(?=a)' }, '#/pattern: look-around and flags are not supported, at character'],
  [{ type: 'string', pattern: '\\bword' }, '#/pattern: \\b is not supported, at character'],
  [{ type: 'string', pattern: '(a)\\1' }, '#/pattern: \\1 is not supported, at character'],
  [{ type: 'string', pattern: '[a' }, '#/pattern: ends too early'],
  [{ type: 'string', pattern: 'a{1,2000000}' }, '#/pattern: grammar: repeats something 2000000 times'],
  [{ type: 'string', pattern: '^(ab)+$', maxLength: 5 }, '#/pattern: minLength and maxLength beside a pattern'],
  [{ type: 'string', format: 'date', maxLength: 5 }, '#/format: minLength and maxLength beside a format'],
  [{ allOf: [{ pattern: 'a' }, { pattern: 'b' }] }, '#/allOf/1/pattern: a second pattern'],
  [{ type: 'string', minLength: -1 }, '#/minLength: not a whole number from 0'],
  [{ enum: [] }, '#/enum: not a list of values'],
  [{ enum: Array.from({ length: 1001 }, (_, at) => at) }, '#/enum: 1001 values, more than 1000'],
  [{ enum: ['a'], pattern: 'a' }, '#/enum: enum or const beside a pattern'],
  [{ $ref: 'https://example.org/schema' }, '#/$ref: only references within the schema'],
  [{ $ref: '#/$defs/none' }, '#/$ref: there is no schema at #/$defs/none'],
  [{ $ref: '#' }, '#: leads back to itself'],
  [{ $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' }, 'leads back to itself'],
  [{ anyOf: [{ $ref: '#' }, text] }, '$ref: a schema leads back to itself'],
  [{ oneOf: [integer, { type: 'number' }] }, '#/oneOf: branches 0 and 1 of oneOf may hold for the same value'],
  [{ oneOf: [{ type: 'object', properties: { a: text } }, { type: 'object', properties: { b: text } }] }, '#/oneOf: branches 0 and 1'],
  [{ type: 'integer', enum: ['a'] }, '#: nothing satisfies'],
  [{ type: 'integer', minimum: 5, maximum: 4 }, '#: nothing satisfies'],
  [{ type: 'array', minItems: 2, maxItems: 1 }, '#: nothing satisfies'],
  [closed({ a: { $ref: '#' } }, { required: ['a'] }), '#: nothing satisfies'],
  [closed({}, { required: ['a'] }), '#: nothing satisfies'],
  [nested(66), '#/items/items'],
  [{ const: deepJson(1000) }, '#: nested deeper than 256'],
  [{ type: 'string', minLength: 2_000_000 }, 'grammar: repeats something 2000000 times'],
  [doubling(30), 'grammar: '],
  [{ ...twice(40), $defs: { ...(twice(40)['$defs'] as Schema), d40: closed({}) } }, 'anyOf: the alternatives name each other too often'],
  [wide(3000), 'grammar: '],
  [{ enum: ['x'.repeat(300_000)] }, 'grammar: longer than 262144 bytes'],
  [{ type: 'array', items: { anyOf: Array.from({ length: 60 }, (_, at) => ({ type: 'string', maxLength: 900 + at })) } }, 'grammar: lengths and counts of repetitions add up to'],
  [{ properties: { ['k'.repeat(20_000)]: {} }, additionalProperties: true }, 'properties: beside additionalProperties, a name of 20000 characters'],
  [{ type: 'string', pattern: `^(${'a?'.repeat(300)})*$` }, '#/pattern: more than 5000 parts'],
  [{ properties: { 'a/b': 5 } }, '#/properties/a~1b: not a schema'],
];

describe('is refused, with place and keyword:', () => {
  it.each(refusals.map(([schema, detail]) => ({ schema, detail })))('$detail', ({ schema, detail }) => {
    const startedAt = process.cpuUsage();
    expect(() => grammarOfJsonSchema(schema)).toThrow(StructureRefusal);
    expect(() => grammarOfJsonSchema(schema)).toThrow(expect.objectContaining({ detail: expect.stringContaining(detail) as string }) as Error);
    // Of the processor, in microseconds: this runs where others wait for their answers.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000);
  });

  it('not what is just within the limits', async () => {
    for (const schema of [nested(60), { enum: Array.from({ length: 1000 }, (_, at) => 'a'.repeat(at % 100) + String(at)) }, wide(400), { type: 'array', items: text, maxItems: 100_000 }]) {
      await expect(engine.allows(grammarOfJsonSchema(schema), 'x')).resolves.toBe(false);
    }
  });
});
