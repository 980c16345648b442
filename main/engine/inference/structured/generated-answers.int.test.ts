import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LlamaContextSequence, LlamaGrammar, LlamaModel, Token, TokenBias } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../testing/random-model.ts';
import { grammarOfJsonSchema } from './json-schema-grammar.ts';
import { startGrammarEngine } from './testing/grammar-engine.ts';
import type { GrammarEngine } from './testing/grammar-engine.ts';

/*
 * A model with random weights writes nonsense, and every token of it is as likely as the next: whatever a grammar lets through, it
 * finds. What it finishes must be valid by a checker that knows nothing of grammars.
 */

const ANSWERS_EACH = 60;
const MAX_TOKENS = 64;

let engine: GrammarEngine;
let folder: string;
let model: LlamaModel;
let sequence: LlamaContextSequence;
let tokenBias: TokenBias;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelward-answers-'));
  engine = await startGrammarEngine();
  const path = join(folder, 'random.gguf');
  // Byte-level tokens: every code point can be put together from its bytes, also the ones a grammar must not let through.
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, architecture: 'qwen2', layers: 1, embedding: 32, heads: 2, headsKv: 1, feedForward: 32 });
  model = await engine.llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: 256, threads: 1 });
  sequence = context.getSequence();
  // llama.cpp's grammars read overlong sequences (E0 80 … and F0 80 …) as the character they would be, which is no UTF-8. No grammar can
  // see that: it is given code points. So those two bytes are never written here.
  tokenBias = new engine.library.TokenBias(model.tokenizer);
  for (const byte of [0xe0, 0xf0]) tokenBias.set(byte as Token, 'never');
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** One answer, or null when the model had not finished at the limit. */
async function answerUnder(grammar: LlamaGrammar, seed: number): Promise<string | null> {
  await sequence.clearHistory();
  const grammarEvaluationState = new engine.library.LlamaGrammarEvaluationState({ model, grammar });
  const tokens: Token[] = [];
  const options = { temperature: 1.5, topK: 0, topP: 1, seed, grammarEvaluationState, tokenBias, yieldEogToken: true };
  for await (const token of sequence.evaluate(model.tokenize('a'), options)) {
    if (model.isEogToken(token)) return model.detokenize(tokens);
    tokens.push(token);
    if (tokens.length >= MAX_TOKENS) break;
  }
  return null;
}

const integer = { type: 'integer' };
const short = { type: 'string', maxLength: 4 };
const schemas: Record<string, Record<string, unknown>> = {
  'members, required and not': { type: 'object', properties: { a: integer, b: short, c: { type: 'boolean' } }, required: ['b'], additionalProperties: false },
  'further members': { type: 'object', properties: { a: integer, ab: { type: 'null' } }, additionalProperties: short },
  'strings of a length': { type: 'string', minLength: 3, maxLength: 6 },
  'integers within bounds': { type: 'integer', minimum: -37, maximum: 1204 },
  'numbers within bounds': { type: 'number', exclusiveMinimum: -0.75, exclusiveMaximum: 12.5 },
  'any number': { type: ['number', 'null'] },
  'a pattern': { type: 'string', pattern: '^([A-Z][a-z]{0,3}|[0-9]+)(-[^\\w\\s]{1,2}|\\.)?$' },
  'a pattern that is searched for': { type: 'string', pattern: 'a|b' },
  'arrays of objects': { type: 'array', items: { type: 'object', properties: { n: integer }, required: ['n'] }, minItems: 1, maxItems: 3 },
  tuples: { type: 'array', prefixItems: [integer, short], items: { type: 'null' }, minItems: 1, maxItems: 4 },
  'a list that leads to itself': { type: 'object', properties: { v: { enum: [1, 'two', null] }, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }, required: ['v', 'next'], additionalProperties: false },
  'exactly one of': {
    oneOf: [
      { type: 'object', properties: { kind: { const: 'a' }, x: integer }, required: ['kind', 'x'] },
      { type: 'object', properties: { kind: { const: 'b' }, y: short }, required: ['kind'] },
      { type: 'object', properties: { z: integer }, required: ['z'] },
    ],
  },
  'all of': { allOf: [{ type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }, { properties: { a: { minimum: 3, maximum: 9 }, b: { format: 'date' } }, required: ['b'] }] },
};

it.each(Object.entries(schemas))('what is written under %s is valid', async (_, schema) => {
  const validate = new Ajv2020({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(schema);
  const grammar = await engine.llama.createGrammar({ grammar: grammarOfJsonSchema(schema) });
  const wrong: string[] = [];
  let finished = 0;
  for (let seed = 1; seed <= ANSWERS_EACH; seed += 1) {
    const answer = await answerUnder(grammar, seed);
    if (answer === null) continue;
    finished += 1;
    if (!isValid(validate, answer)) wrong.push(answer);
  }
  expect(wrong).toEqual([]);
  expect(finished).toBeGreaterThan(ANSWERS_EACH / 4);
});

function isValid(validate: (value: unknown) => unknown, answer: string): boolean {
  try {
    return validate(JSON.parse(answer)) === true;
  } catch {
    return false;
  }
}
