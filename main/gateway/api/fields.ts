import { z } from 'zod';

/*
 * Pieces that the request schemas share. An error text that begins with "must" is a predicate: the reader puts the parameter's name
 * before it. One that begins with `NOT_OFFERED` refuses something that other servers offer.
 */

export const NOT_OFFERED = 'not offered: ';

/** Marks a text as the refusal of something this server does not offer; the rest of it says what to do instead. */
export function notOffered(text: string): string {
  return `${NOT_OFFERED}${text}`;
}

interface NumberRule {
  min: number;
  max: number;
  exclusiveMin?: boolean;
}

function rangeOf({ min, max, exclusiveMin = false }: NumberRule): string {
  if (min === max) return String(min);
  return exclusiveMin ? `above ${min} and at most ${max}` : `from ${min} to ${max}`;
}

export function numberIn(rule: NumberRule) {
  const error = `must be a number ${rangeOf(rule)}.`;
  const { min, max } = rule;
  return (rule.exclusiveMin === true ? z.number({ error }).gt(min, { error }) : z.number({ error }).min(min, { error })).max(max, { error });
}

export function integerIn(rule: NumberRule) {
  const error = `must be an integer ${rangeOf(rule)}.`;
  return z.int({ error }).min(rule.min, { error }).max(rule.max, { error });
}

export const LONGEST_TEXT = 4_000_000;
export const MOST_MESSAGES = 1000;
export const MOST_PARTS = 1000;
export const MOST_TOOLS = 128;
const LONGEST_DESCRIPTION = 16_384;

export const flag = z.boolean({ error: 'must be true or false.' });
export const text = z.string({ error: 'must be a text.' }).max(LONGEST_TEXT, { error: `must have at most ${LONGEST_TEXT} characters.` });
export const shortText = z.string({ error: 'must be a text.' }).max(256, { error: 'must have at most 256 characters.' });
export const callId = z.string({ error: 'must be a text.' }).min(1, { error: 'must not be empty.' }).max(128, { error: 'must have at most 128 characters.' });
export const modelName = z.string({ error: 'You must name a deployment in "model".' }).min(1, { error: 'You must name a deployment in "model".' }).max(256, { error: 'must have at most 256 characters.' });
export const toolName = z.string({ error: 'must be a text.' }).regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must have 1 to 64 letters, digits, "_" or "-".' });
export const description = z.string({ error: 'must be a text.' }).max(LONGEST_DESCRIPTION, { error: `must have at most ${LONGEST_DESCRIPTION} characters.` });
export const jsonObject = z.record(z.string(), z.unknown(), { error: 'must be an object.' });

export const temperature = numberIn({ min: 0, max: 2 });
export const topP = numberIn({ min: 0, max: 1, exclusiveMin: true });
export const penalty = numberIn({ min: -2, max: 2 });
export const seed = integerIn({ min: 0, max: 4_294_967_295 });
export const outputTokens = integerIn({ min: 1, max: 1_048_576 });
export const topLogprobs = integerIn({ min: 0, max: 20 });
export const topK = integerIn({ min: 0, max: 1_000_000 });
export const answerCount = integerIn({ min: 1, max: 8 });

const stopText = z.string({ error: 'must have 1 to 256 characters.' }).min(1, { error: 'must have 1 to 256 characters.' }).max(256, { error: 'must have 1 to 256 characters.' });
export const stop = z.union([stopText, z.array(stopText).max(4, { error: 'must be at most 4 texts.' })], { error: 'must be a text or a list of at most 4 texts.' });
/** Anthropic's. */
export const stopSequences = z.array(stopText, { error: 'must be a list of texts.' }).max(16, { error: 'must be at most 16 texts.' });

export const logitBias = z
  .record(z.string().regex(/^\d{1,10}$/, { error: 'must be the id of a token.' }), numberIn({ min: -100, max: 100 }), { error: 'must be an object of token ids and numbers.' })
  .refine((bias) => Object.keys(bias).length <= 1024, { error: 'must name at most 1024 tokens.' });

/** Extensions that llama.cpp's server has and OpenAI's API has not; the same names, the same meaning. */
export const llamaFields = {
  top_k: topK.describe('Extension: only so many of the likeliest tokens are considered; 0 is all.').optional(),
  min_p: numberIn({ min: 0, max: 1 }).describe("Extension: tokens less likely than this share of the likeliest one's probability are left out.").optional(),
  repeat_penalty: numberIn({ min: 0.1, max: 10 }).describe('Extension: divides the logit of tokens already written; 1 is off.').optional(),
  grammar: z.string({ error: 'must be a text.' }).min(1, { error: 'must not be empty.' }).max(262_144, { error: 'must have at most 262144 characters.' }).describe('Extension: a grammar in GBNF the answer keeps to.').optional(),
};

/** Sampling as OpenAI's APIs name it. */
export const samplingFields = {
  temperature: temperature.optional(),
  top_p: topP.optional(),
  seed: seed.optional(),
  stop: stop.optional(),
  presence_penalty: penalty.optional(),
  frequency_penalty: penalty.optional(),
  logit_bias: logitBias.optional(),
};

export const streamOptions = z.strictObject({ include_usage: flag.nullish(), include_obfuscation: flag.nullish() }, { error: 'must be an object.' });

/** Accepted where clients add it, and left out of account. */
export const cacheControl = z.record(z.string(), z.unknown()).nullish();

/** A list of content parts, or simply a text. */
export function contentOf<Part extends z.ZodType>(part: Part) {
  return z.union([text, z.array(part).max(MOST_PARTS, { error: `must have at most ${MOST_PARTS} parts.` })], { error: 'must be a text or a list of text parts.' });
}

/** Says of a union by `type` what it does not know. `known` in words. */
export function unknownType(known: string): (issue: { input?: unknown }) => string {
  return ({ input }) => {
    const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;
    if (typeof type !== 'string') return `must be ${known}.`;
    return notOffered(`"${type.slice(0, 64)}" is not supported here; use ${known}.`);
  };
}

/** Ids of tokens; looked through by hand, since a wrong one among millions must not make millions of complaints. */
export const tokenList = z
  .custom<number[]>((value) => Array.isArray(value) && value.length > 0 && value.length <= 4_194_304 && value.every((each) => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= 4_294_967_295), {
    error: 'must be a list of token ids.',
  })
  .meta({ jsonSchema: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 } });
