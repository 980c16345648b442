import type { z } from 'zod';
import { badParameter, unsupportedParameter } from '../api-error.ts';
import type { ApiError } from '../api-error.ts';
import { NOT_OFFERED } from './fields.ts';

/** How one operation reads its body. */
export interface BodyReader<Schema extends z.ZodType> {
  schema: Schema;
  /** Parameters that change nothing about the answer here: dropped, and told in the header `x-modelward-ignored`. */
  ignored: readonly string[];
  /** Parameters other servers have and this one has not: refused unless they say "nothing". The text says what to use instead. */
  refused: Readonly<Record<string, { unless?: (value: unknown) => boolean; instead?: string }>>;
  /** Parameters that may be long lists of numbers. */
  numberLists?: readonly string[];
  /** Puts a body into the one form the schema knows, where the API allows several. */
  normalize?: (body: Fields) => Fields;
}

export interface ReadBody<Value> {
  body: Value;
  ignored: string[];
}

export type Fields = Record<string, unknown>;

/** Beyond these a body is refused before it is parsed: a list of a million wrong things must not make a million complaints. */
const LONGEST_LIST = 4096;
const MOST_VALUES = 100_000;
const DEEPEST = 64;

/** Reads the body of a request. Null is "not given", as in OpenAI's API. Raises ApiError 400 naming the first parameter that is not acceptable. */
export function readBody<Schema extends z.ZodType>(reader: BodyReader<Schema>, body: unknown): ReadBody<z.output<Schema>> {
  if (!isObject(body)) throw badParameter('body', 'The body must be a JSON object.');
  const fields: Fields = {};
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (reader.ignored.includes(name)) {
      ignored.push(name);
      continue;
    }
    const refusal = Object.hasOwn(reader.refused, name) ? reader.refused[name] : undefined;
    if (refusal !== undefined) {
      if (value === null || refusal.unless?.(value) === true) continue;
      throw unsupportedParameter(name, `"${name}" is not supported by this server.${refusal.instead === undefined ? '' : ` ${refusal.instead}`}`);
    }
    if (value !== null) fields[name] = value;
  }
  requireModestSize(fields, reader.numberLists ?? []);
  const parsed = reader.schema.safeParse(reader.normalize === undefined ? fields : reader.normalize(fields), { reportInput: true });
  if (parsed.success) return { body: parsed.data, ignored };
  throw complaintOf(parsed.error.issues);
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function requireModestSize(fields: Fields, numberLists: readonly string[]): void {
  const waiting: { value: unknown; path: string; depth: number }[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (!(numberLists.includes(name) && isTokenList(value))) waiting.push({ value, path: name, depth: 1 });
  }
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > DEEPEST) throw badParameter(shortName(path), `The body is nested more than ${DEEPEST} deep.`);
    const isList = Array.isArray(value);
    if (isList && value.length > LONGEST_LIST) throw badParameter(shortName(path), `"${shortName(path)}" must have at most ${LONGEST_LIST} elements.`);
    for (const [name, inner] of Object.entries(value)) {
      seen += 1;
      if (seen > MOST_VALUES) throw badParameter('body', `The body has more than ${MOST_VALUES} values.`);
      // Lists of token ids inside a list of prompts are as long as prompts are.
      if (depth === 1 && isList && numberLists.includes(path) && isTokenList(inner)) continue;
      if (typeof inner === 'object' && inner !== null) waiting.push({ value: inner, path: isList ? `${path}[${name}]` : `${path}.${name}`, depth: depth + 1 });
    }
  }
}

/** Only lists that will be accepted may be long: any other is complained about element by element. */
function isTokenList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isInteger(each) && (each as number) >= 0);
}

/** What is told: the first complaint, in the place that fits best where there were several ways to be right. */
function complaintOf(issues: readonly z.core.$ZodIssue[]): ApiError {
  const { issue, path } = deepest(issues[0] as z.core.$ZodIssue, []);
  const param = paramOf(path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = paramOf([...path, issue.keys[0] ?? '']);
    return badParameter(unknown, `Unknown parameter: "${unknown}".`, 'unknown_parameter');
  }
  if (issue.message.startsWith(NOT_OFFERED)) return unsupportedParameter(param, issue.message.slice(NOT_OFFERED.length));
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  if (!/^(must|Invalid)/.test(issue.message)) return badParameter(param, issue.message);
  if (isMissing) return badParameter(param, `"${param}" is missing.`, 'missing_required_parameter');
  return badParameter(param, issue.message.startsWith('must') ? `"${param}" ${issue.message}` : `"${param}" is not acceptable: ${issue.message}.`);
}

interface Complaint {
  issue: z.core.$ZodIssue;
  path: readonly PropertyKey[];
}

/** Of a union the one branch whose complaint lies deeper is the one that was meant; where none or several do, the union itself complains. */
function deepest(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): Complaint {
  const path = [...before, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const complaints = issue.errors.flatMap(([first]) => (first === undefined ? [] : [deepest(first, path)]));
  const inside = complaints.filter((complaint) => complaint.path.length > path.length);
  // A branch of the right type may also complain about the whole, its length for instance.
  const [only, another] = inside.length > 0 ? inside : complaints.filter(({ issue: { code } }) => code !== 'invalid_type' && code !== 'invalid_value' && code !== 'custom');
  return only !== undefined && another === undefined ? only : { issue, path };
}

/** As OpenAI writes it: `messages[0].content[1].type`. */
function paramOf(path: readonly PropertyKey[]): string {
  let param = '';
  for (const key of path) {
    if (typeof key === 'number') param += `[${key}]`;
    else param += param === '' ? String(key) : `.${String(key)}`;
  }
  return param === '' ? 'body' : shortName(param);
}

/** A name from outside, short enough to repeat. */
export function shortName(name: string): string {
  return name.length <= 96 ? name : `${name.slice(0, 96)}…`;
}
