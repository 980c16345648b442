import type { ChatMessage, Sampling } from '../contract/deployments.contract.ts';
import { badParameter, unsupportedParameter } from './api-error.ts';

/** A checked request for a chat completion. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  sampling: Sampling;
  stream: boolean;
  includeUsage: boolean;
  /** Parameters that were given and left out of account; told in the response header `x-modelward-ignored`. */
  ignored: string[];
}

/**
 * Parameters of OpenAI's API that change nothing about the answer here. They are dropped, by name; everything that is not
 * named in this file is refused.
 */
export const IGNORED_PARAMETERS: ReadonlySet<string> = new Set([
  'metadata',
  'parallel_tool_calls',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'safety_identifier',
  'service_tier',
  'store',
  'user',
  'verbosity',
]);

/** Not offered yet: refused unless they say "nothing". */
const UNSUPPORTED_UNLESS_EMPTY: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: isEmptyList,
  functions: isEmptyList,
  tool_choice: (value) => value === 'none' || value === 'auto',
  function_call: (value) => value === 'none' || value === 'auto',
  response_format: (value) => isObject(value) && value['type'] === 'text',
  modalities: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  audio: () => false,
  prediction: () => false,
  web_search_options: () => false,
};

const READ_PARAMETERS: ReadonlySet<string> = new Set([
  'model', 'messages', 'stream', 'stream_options', 'temperature', 'top_p', 'seed', 'max_tokens', 'max_completion_tokens', 'stop', 'n',
  'presence_penalty', 'frequency_penalty',
]);

const MOST_MESSAGES = 1000;
const MOST_PARTS = 1000;
const LONGEST_CONTENT = 4_000_000;
const LONGEST_MODEL_NAME = 256;
const MOST_OUTPUT_TOKENS = 1_048_576;
const LARGEST_SEED = 4_294_967_295;

type Fields = Record<string, unknown>;

/** Reads the body of `POST /v1/chat/completions`. Raises ApiError 400 naming the first parameter that is not acceptable. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (!isObject(body)) throw badParameter('body', 'The body must be a JSON object.');
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (READ_PARAMETERS.has(name)) continue;
    if (IGNORED_PARAMETERS.has(name)) {
      ignored.push(name);
      continue;
    }
    const allowed = Object.hasOwn(UNSUPPORTED_UNLESS_EMPTY, name) ? UNSUPPORTED_UNLESS_EMPTY[name] : undefined;
    if (allowed === undefined) throw badParameter(shortName(name), `Unknown parameter: "${shortName(name)}".`, 'unknown_parameter');
    if (value !== null && !allowed(value)) throw unsupportedParameter(name, `"${name}" is not supported by this server.`);
  }
  const model = body['model'];
  if (typeof model !== 'string' || model.length === 0 || model.length > LONGEST_MODEL_NAME) {
    throw badParameter('model', 'You must name a deployment in "model".');
  }
  const stream = booleanOf(body, 'stream') ?? false;
  const includeUsage = streamOptionsOf(body, stream);
  optionalNumber(body, 'n', { min: 1, max: 1, integer: true });
  for (const name of ['presence_penalty', 'frequency_penalty']) {
    const penalty = optionalNumber(body, name, { min: -2, max: 2 });
    if (penalty !== undefined && penalty !== 0) throw unsupportedParameter(name, `"${name}" other than 0 is not supported by this server.`);
  }
  return { model, messages: messagesOf(body['messages']), sampling: samplingOf(body), stream, includeUsage, ignored };
}

function samplingOf(body: Fields): Sampling {
  const temperature = optionalNumber(body, 'temperature', { min: 0, max: 2 });
  const topP = optionalNumber(body, 'top_p', { min: 0, max: 1, exclusiveMin: true });
  const seed = optionalNumber(body, 'seed', { min: 0, max: LARGEST_SEED, integer: true });
  const tokens = { min: 1, max: MOST_OUTPUT_TOKENS, integer: true };
  const maxTokens = optionalNumber(body, 'max_tokens', tokens);
  const maxCompletionTokens = optionalNumber(body, 'max_completion_tokens', tokens);
  if (maxTokens !== undefined && maxCompletionTokens !== undefined && maxTokens !== maxCompletionTokens) {
    throw badParameter('max_tokens', '"max_tokens" and "max_completion_tokens" contradict each other; give one.');
  }
  const maxOutputTokens = maxCompletionTokens ?? maxTokens;
  const stop = stopOf(body['stop']);
  return {
    temperature: temperature ?? 0.7,
    topP: topP ?? 0.95,
    ...(seed === undefined ? {} : { seed }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(stop === undefined ? {} : { stop }),
  };
}

function stopOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const texts: unknown[] = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [null];
  if (texts.length > 4) throw badParameter('stop', 'At most 4 stop texts are allowed.');
  const checked = texts.map((text) => {
    if (typeof text !== 'string' || text.length === 0 || text.length > 256) throw badParameter('stop', 'A stop text has 1 to 256 characters.');
    return text;
  });
  return checked.length === 0 ? undefined : checked;
}

function streamOptionsOf(body: Fields, stream: boolean): boolean {
  const options = body['stream_options'];
  if (options === undefined || options === null) return false;
  if (!isObject(options)) throw badParameter('stream_options', '"stream_options" must be an object.');
  if (!stream) throw badParameter('stream_options', '"stream_options" is only allowed when "stream" is true.');
  for (const name of Object.keys(options)) {
    if (name !== 'include_usage' && name !== 'include_obfuscation') {
      throw badParameter(`stream_options.${shortName(name)}`, `Unknown parameter: "stream_options.${shortName(name)}".`, 'unknown_parameter');
    }
    booleanOf(options, name, `stream_options.${name}`);
  }
  return options['include_usage'] === true;
}

function messagesOf(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) throw badParameter('messages', '"messages" must be a list of at least one message.');
  if (value.length > MOST_MESSAGES) throw badParameter('messages', `At most ${MOST_MESSAGES} messages are allowed.`);
  return value.map((message: unknown, index) => messageOf(message, `messages[${index}]`));
}

function messageOf(message: unknown, path: string): ChatMessage {
  if (!isObject(message)) throw badParameter(path, 'A message must be an object.');
  for (const [name, value] of Object.entries(message)) {
    if (['role', 'content', 'name'].includes(name) || value === null) continue;
    if (name === 'tool_calls' && isEmptyList(value)) continue;
    const param = `${path}.${shortName(name)}`;
    throw unsupportedParameter(param, `"${param}" is not supported by this server.`);
  }
  return { role: roleOf(message['role'], path), content: contentOf(message['content'], `${path}.content`) };
}

function roleOf(role: unknown, path: string): ChatMessage['role'] {
  switch (role) {
    case 'system':
    case 'user':
    case 'assistant':
      return role;
    case 'developer': // the newer word for the same thing
      return 'system';
    case 'tool':
    case 'function':
      throw unsupportedParameter(`${path}.role`, `Messages of role "${role}" are not supported by this server.`);
    default:
      throw badParameter(`${path}.role`, 'The role must be one of system, developer, user, assistant.');
  }
}

function contentOf(content: unknown, path: string): string {
  if (typeof content === 'string') return shortEnough(content, path);
  if (!Array.isArray(content) || content.length > MOST_PARTS) throw badParameter(path, 'The content must be a text or a list of text parts.');
  const texts = content.map((part: unknown, index) => {
    const partPath = `${path}[${index}]`;
    if (!isObject(part)) throw badParameter(partPath, 'A content part must be an object.');
    if (part['type'] !== 'text') throw unsupportedParameter(`${partPath}.type`, 'Only content parts of type "text" are supported.');
    if (typeof part['text'] !== 'string') throw badParameter(`${partPath}.text`, 'The text of a content part must be a string.');
    return part['text'];
  });
  return shortEnough(texts.join(''), path);
}

function shortEnough(text: string, path: string): string {
  if (text.length > LONGEST_CONTENT) throw badParameter(path, `A message has at most ${LONGEST_CONTENT} characters.`, 'string_above_max_length');
  return text;
}

interface NumberRule {
  min: number;
  max: number;
  integer?: boolean;
  exclusiveMin?: boolean;
}

function optionalNumber(fields: Fields, name: string, rule: NumberRule): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const { min, max, integer = false, exclusiveMin = false } = rule;
  const inRange = typeof value === 'number' && value <= max && (exclusiveMin ? value > min : value >= min);
  if (inRange && (!integer || Number.isInteger(value))) return value;
  const kind = integer ? 'an integer' : 'a number';
  const range = min === max ? `${min}` : exclusiveMin ? `above ${min} and at most ${max}` : `from ${min} to ${max}`;
  throw badParameter(name, `"${name}" must be ${kind} ${range}.`);
}

function booleanOf(fields: Fields, name: string, path = name): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw badParameter(path, `"${path}" must be true or false.`);
  return value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A name from outside, short enough to repeat. */
function shortName(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 64)}…`;
}
