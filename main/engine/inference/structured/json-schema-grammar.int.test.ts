import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grammarOfJsonSchema, jsonObjectGrammar } from './json-schema-grammar.ts';
import { startGrammarEngine } from './testing/grammar-engine.ts';
import type { GrammarEngine } from './testing/grammar-engine.ts';

/* Every verdict is llama.cpp's own: the grammar is read by the engine that will hold models to it. */

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

async function check({ schema, accepted, refused }: Omit<Case, 'name'>): Promise<void> {
  const grammar = grammarOfJsonSchema(schema);
  const verdicts: Record<string, boolean> = {};
  for (const text of [...accepted, ...refused]) verdicts[text] = await engine.allows(grammar, text);
  expect(verdicts).toEqual(Object.fromEntries([...accepted.map((text) => [text, true]), ...refused.map((text) => [text, false])]));
}

const types: Case[] = [
  { name: 'null', schema: { type: 'null' }, accepted: ['null'], refused: ['', 'nul', 'NULL', 'null '] },
  { name: 'boolean', schema: { type: 'boolean' }, accepted: ['true', 'false'], refused: ['True', '0', '"true"'] },
  { name: 'several types', schema: { type: ['string', 'null'] }, accepted: ['"a"', 'null', '""'], refused: ['1', 'true'] },
  { name: 'integer or number', schema: { type: ['integer', 'number'] }, accepted: ['1', '1.5'], refused: ['"1"'] },
  { name: 'nullable', schema: { type: 'integer', nullable: true }, accepted: ['1', 'null'], refused: ['"x"'] },
  { name: 'anything', schema: {}, accepted: ['{}', '[]', '[1, {"a": null}]', '"x"', '-1.5e3', 'true'], refused: ['', '{', '[1,]', '{"a"}', '  1', '[1,  2]', '[\n1]'] },
  { name: 'annotations alone', schema: { title: 'T', description: 'D', default: 1, examples: [1], deprecated: true, 'x-own': {} }, accepted: ['1', '{}'], refused: [''] },
  { name: 'object alone', schema: { type: 'object' }, accepted: ['{}', '{"a":1,"b":[2]}'], refused: ['[]', '{"a":1,}'] },
  { name: 'array alone', schema: { type: 'array' }, accepted: ['[]', '[1,"a"]'], refused: ['{}', '[,]'] },
  { name: 'enum', schema: { enum: ['a', 'ab', 'b"c', 1, null, { x: [1] }, '🙂', '🙃'] }, accepted: ['"a"', '"ab"', '"b\\"c"', '1', 'null', '{"x":[1]}', '"🙂"', '"🙃"'], refused: ['"abc"', '""', '2', '{"x": [1]}', '"😀"'] },
  { name: 'enum narrowed by a type', schema: { type: 'string', enum: ['a', 1, null] }, accepted: ['"a"'], refused: ['1', 'null'] },
  { name: 'enum narrowed by bounds', schema: { enum: [1, 5, 9], minimum: 2, exclusiveMaximum: 9 }, accepted: ['5'], refused: ['1', '9'] },
  { name: 'const', schema: { const: 'kept as "it" is' }, accepted: ['"kept as \\"it\\" is"'], refused: ['"kept"'] },
];

const numbers: Case[] = [
  { name: 'integer', schema: { type: 'integer' }, accepted: ['0', '-7', '123456789012345'], refused: ['01', '1.0', '1e3', '-', '+1', '1234567890123456'] },
  { name: 'number', schema: { type: 'number' }, accepted: ['0', '-0.5', '12.25', '1e5', '2.5E-10'], refused: ['.5', '1.', '00', '1e999', 'NaN', '0x1'] },
  { name: 'from 0', schema: { type: 'integer', minimum: 0 }, accepted: ['0', '9', '10', '123456'], refused: ['-1', '-0', '05'] },
  { name: 'above 0', schema: { type: 'integer', exclusiveMinimum: 0 }, accepted: ['1', '10'], refused: ['0', '-1'] },
  { name: 'to 100', schema: { type: 'integer', maximum: 100 }, accepted: ['100', '0', '-5', '-1000'], refused: ['101', '1000'] },
  { name: '15 to 300', schema: { type: 'integer', minimum: 15, maximum: 300 }, accepted: ['15', '19', '20', '99', '100', '299', '300'], refused: ['14', '9', '301', '310', '1000', '-15'] },
  { name: 'fractions as bounds', schema: { type: 'integer', minimum: 0.5, maximum: 2.5 }, accepted: ['1', '2'], refused: ['0', '3'] },
  { name: 'of draft 4', schema: { type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 4, exclusiveMaximum: true }, accepted: ['2', '3'], refused: ['1', '4'] },
  { name: 'bounds beyond a double', schema: { type: 'integer', minimum: -9_223_372_036_854_775_808, maximum: 9_223_372_036_854_775_807 }, accepted: ['5', '-5'], refused: ['x'] },
  { name: 'unsigned fraction', schema: { type: 'number', minimum: 0, maximum: 1 }, accepted: ['0', '1', '0.0', '0.5', '1.0', '0.999'], refused: ['1.1', '1.01', '-0.1', '2', '1e0', '-0'] },
  { name: 'open fraction', schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, accepted: ['0.5', '0.001', '0.99999999999999'], refused: ['0', '0.0', '0.000', '1', '1.0', '0.99999999999999999'] },
  { name: 'between decimals', schema: { type: 'number', minimum: 1.25, maximum: 3.5 }, accepted: ['1.25', '1.250', '1.3', '2', '2.9', '3.5', '3.50', '3'], refused: ['1', '1.2', '1.249', '3.51', '3.6', '4', '0.3'] },
  { name: 'within one whole number', schema: { type: 'number', minimum: 2.15, exclusiveMaximum: 2.3 }, accepted: ['2.15', '2.2', '2.299'], refused: ['2.1', '2.14', '2.3', '2.30', '2', '3'] },
  { name: 'on both sides of zero', schema: { type: 'number', minimum: -2.5, exclusiveMaximum: 0.5 }, accepted: ['-2.5', '-0.1', '0', '0.4', '-1', '-2.49'], refused: ['-2.6', '-3', '0.5', '0.6', '-0'] },
  { name: 'below zero', schema: { type: 'number', exclusiveMinimum: -3, maximum: -1 }, accepted: ['-1', '-2.99', '-1.0'], refused: ['-3', '-3.0', '-0.9', '0', '1'] },
  { name: 'tiny bounds', schema: { type: 'number', minimum: 1e-7, maximum: 1.5e-6 }, accepted: ['0.0000001', '0.0000015', '0.000001'], refused: ['0', '0.00000009', '0.0000016', '1'] },
  { name: 'exactly one', schema: { type: 'number', minimum: 7, maximum: 7 }, accepted: ['7', '7.0'], refused: ['6.9', '7.1'] },
  { name: 'int32', schema: { type: 'integer', format: 'int32' }, accepted: ['2147483647', '-2147483648'], refused: ['2147483648'] },
];

const strings: Case[] = [
  {
    name: 'string',
    schema: { type: 'string' },
    accepted: ['""', '"a b"', '"\\n\\u00e9\\/\\\\\\""', '"\\ud83d\\ude00"', '"é心🙂"'],
    refused: ['"', '"a', '"\n"', '"\t"', '"\\x"', '"\\u12"', '"\\ud83d"', '"\\ude00x"', '"a""', "'a'"],
  },
  { name: 'lengths', schema: { type: 'string', minLength: 2, maxLength: 3 }, accepted: ['"ab"', '"abc"', '"🙂🙂"', '"\\n\\ud83d\\ude00"'], refused: ['"a"', '"abcd"', '"\\ud83d\\ude00"'] },
  { name: 'long strings', schema: { type: 'string', minLength: 1500, maxLength: 5300 }, accepted: [1500, 2999, 3000, 5299, 5300].map((length) => `"${'a'.repeat(length)}"`), refused: [0, 1499, 5301, 6000].map((length) => `"${'a'.repeat(length)}"`) },
  { name: 'anchored pattern', schema: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' }, accepted: ['"AB-1"', '"XY-007"'], refused: ['"AB-"', '"A-1"', '"AB-1 "', '" AB-1"', '"ab-1"'] },
  { name: 'pattern that is searched for', schema: { type: 'string', pattern: 'b+' }, accepted: ['"b"', '"abba"'], refused: ['""', '"aa"'] },
  { name: 'half anchored', schema: { type: 'string', pattern: '^a|z$' }, accepted: ['"a"', '"abc"', '"xyz"', '"z"'], refused: ['"bc"', '"za "', '""'] },
  { name: 'groups and alternatives', schema: { type: 'string', pattern: '^(?:foo|ba(r|z))(?<n>-\\w{1,3})?$' }, accepted: ['"foo"', '"bar-a"', '"baz-a_1"'], refused: ['"ba"', '"foo-"', '"foo-abcd"'] },
  { name: 'escapes in a pattern', schema: { type: 'string', pattern: '^["\\\\\\n\\x41\\u0042.]+[^a-y]\\.$' }, accepted: ['"\\"z."', '"\\\\\\nAB.z."', '"A\\n."'], refused: ['"Aa."', '"C."', '"Az"'] },
  { name: 'what may be empty, repeated', schema: { type: 'string', pattern: '^(a?b*){0,3}c$' }, accepted: ['"c"', '"abbabc"', '"aaac"'], refused: ['"aaaac"', '"d"'] },
  { name: 'what may be empty, without end', schema: { type: 'string', pattern: '^(a*)*$' }, accepted: ['""', '"aaa"'], refused: ['"b"'] },
  { name: 'pattern and lengths', schema: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 4 }, accepted: ['"ab"', '"abcd"'], refused: ['"a"', '"abcde"', '"AB"'] },
  { name: 'pattern whose lengths suffice', schema: { type: 'string', pattern: '^\\d{3}$', maxLength: 8 }, accepted: ['"123"'], refused: ['"12"'] },
  { name: 'date', schema: { type: 'string', format: 'date' }, accepted: ['"2024-02-29"', '"2000-02-29"', '"1999-12-31"'], refused: ['"2023-02-29"', '"1900-02-29"', '"2024-04-31"', '"2024-13-01"', '"2024-00-10"', '"2024-1-1"'] },
  { name: 'time', schema: { type: 'string', format: 'time' }, accepted: ['"23:59:59Z"', '"00:00:00.123+02:00"'], refused: ['"24:00:00Z"', '"10:00:00"', '"10:60:00Z"'] },
  { name: 'date-time', schema: { type: 'string', format: 'date-time' }, accepted: ['"2024-05-06T07:08:09Z"'], refused: ['"2024-05-06 07:08:09Z"', '"2024-05-06"'] },
  { name: 'duration', schema: { type: 'string', format: 'duration' }, accepted: ['"P3Y6M4D"', '"PT1H"', '"P2W"', '"P1DT12H30M5S"'], refused: ['"P"', '"PT"', '"1D"', '"P1H"'] },
  { name: 'uuid', schema: { type: 'string', format: 'uuid' }, accepted: ['"123e4567-e89b-12d3-a456-426614174000"'], refused: ['"123e4567e89b12d3a456426614174000"'] },
  { name: 'email', schema: { type: 'string', format: 'email' }, accepted: ['"a.b+c@mail.example.org"'], refused: ['"a@b"', '"@x.org"', '"a b@x.org"', '"a.@x.org"'] },
  { name: 'ipv4', schema: { type: 'string', format: 'ipv4' }, accepted: ['"192.168.0.255"'], refused: ['"256.1.1.1"', '"1.2.3"', '"01.2.3.4"'] },
  { name: 'ipv6', schema: { type: 'string', format: 'ipv6' }, accepted: ['"::"', '"::1"', '"fe80::1:2"', '"1:2:3:4:5:6:7:8"'], refused: ['"1:2"', '"1::2::3"', '"12345::"', '"1:2:3:4:5:6:7:8:9"'] },
  { name: 'uri', schema: { type: 'string', format: 'uri' }, accepted: ['"https://example.org/a?b=c#d"'], refused: ['"example.org"', '"https://"'] },
];

describe.each([...types, ...numbers, ...strings])('$name', (one) => {
  it('allows what is valid and nothing else', () => check(one));
});

it('any object', async () => {
  const grammar = jsonObjectGrammar();
  const verdicts: boolean[] = [];
  for (const text of ['{}', '{"a": [1, 2]}', '[]', '{"a":1}\n', '{ }']) verdicts.push(await engine.allows(grammar, text));
  expect(verdicts).toEqual([true, true, false, false, false]);
});
