import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../testing/seeded-random.ts';
import { grammarOfJsonSchema } from './json-schema-grammar.ts';
import { startGrammarEngine } from './testing/grammar-engine.ts';
import type { GrammarEngine } from './testing/grammar-engine.ts';

/* Bounds and patterns, drawn at random, against those who have always decided about them: a schema checker and RegExp. */

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine.dispose());

interface Disagreement {
  grammarOf: unknown;
  text: string;
  isValid: boolean;
}

it('bounds of numbers let through what a checker does', async () => {
  const random = seededRandom(5);
  const value = (): number => Number(((random.next() * 2 - 1) * 10 ** Math.floor(random.next() * 5)).toFixed(Math.floor(random.next() * 4)));
  const found: Disagreement[] = [];
  let accepted = 0;
  for (let round = 0; round < 50; round += 1) {
    const [low = 0, high = 0] = [value(), value()].sort((a, b) => a - b);
    const [hasLow, hasHigh] = [random.next() < 0.8, random.next() < 0.8];
    const schema = {
      type: random.next() < 0.5 ? 'integer' : 'number',
      ...(hasLow || !hasHigh ? { [random.next() < 0.5 ? 'minimum' : 'exclusiveMinimum']: low } : {}),
      ...(hasHigh ? { [random.next() < 0.5 ? 'maximum' : 'exclusiveMaximum']: high } : {}),
    };
    const validate = new Ajv2020({ strict: false }).compile(schema);
    // Bounds between which there is nothing are refused.
    const grammar = grammarOrNull(schema);
    const near = [low, high, 0, value()].flatMap((center) => [0, 1, -1, 0.1, -0.1, 0.001, -0.001].map((step) => Number((center + step).toFixed(4)) + 0));
    const texts = new Set(near.flatMap((number) => [String(number), number.toFixed(5)]).filter((text) => !/e|^-0(?:\.0*)?$/.test(text) && (schema.type === 'number' || !text.includes('.'))));
    for (const text of texts) {
      const isValid = validate(JSON.parse(text));
      accepted += isValid ? 1 : 0;
      if ((grammar !== null && (await engine.allows(grammar, text))) !== isValid) found.push({ grammarOf: schema, text, isValid });
    }
  }
  expect(found).toEqual([]);
  expect(accepted).toBeGreaterThan(500);
});

function grammarOrNull(schema: Record<string, unknown>): string | null {
  try {
    return grammarOfJsonSchema(schema);
  } catch {
    return null;
  }
}

const patterns = [
  '^a(b|c)*d$',
  'x',
  '^(?:\\d{1,3}\\.){3}\\d{1,3}$',
  '^[^"\\\\]*$',
  '^\\s*\\S+\\s?$',
  '(foo|bar)baz$',
  '^$',
  '^.{2,4}$',
  '^(a|b|)+c?$',
  '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$',
  '^\\u{1F600}+$',
  '^[\\u4e00-\\u9fff]{1,2}$',
  '^(ab?|b)*$',
  '^-?(0|[1-9]\\d*)$',
  '^#[0-9a-fA-F]{6}$',
  '^[\\]a-]$',
  '^(a{0}|b)$',
  '^([ab]{2}){2}$',
  '^a.c$',
  'a$|^b',
];
const fragments = ['a', 'b', 'c', 'd', 'ab', '.', '1', '12', 'foo', 'bar', 'baz', 'x', '"', '\\', '\n', '\t', 'é', '😀', '中', '@', '-', ' ', '0', '#', 'abc123', '\u2028', '/', ']'];

it('patterns let through what RegExp does', async () => {
  const random = seededRandom(6);
  const found: Disagreement[] = [];
  let accepted = 0;
  for (const pattern of patterns) {
    const grammar = grammarOfJsonSchema({ type: 'string', pattern });
    const expression = new RegExp(pattern, 'u');
    for (let round = 0; round < 80; round += 1) {
      const text = Array.from({ length: Math.floor(random.next() * 6) }, () => fragments[Math.floor(random.next() * fragments.length)]).join('');
      const isValid = expression.test(text);
      accepted += isValid ? 1 : 0;
      if ((await engine.allows(grammar, JSON.stringify(text))) !== isValid) found.push({ grammarOf: pattern, text, isValid });
    }
  }
  expect(found).toEqual([]);
  expect(accepted).toBeGreaterThan(150);
});
