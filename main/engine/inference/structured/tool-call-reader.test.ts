import { describe, expect, it } from 'vitest';
import { TOOL_SYNTAXES } from './testing/tool-syntaxes.ts';
import { ToolCallReader } from './tool-call-reader.ts';
import type { ToolCallPiece } from './tool-call-reader.ts';
import type { ToolSyntax } from './tool-syntax.ts';

const NAMES = ['get', 'get_weather', 'now'];

interface Reading {
  syntax: ToolSyntax;
  parallel?: boolean;
  /** Left out: the reader is not told that the answer ended. */
  isFinished?: boolean;
}

/** The pieces of a text cut in some way, with neighbouring parts of arguments put together. */
function read(parts: readonly string[], { syntax, parallel = true, isFinished = true }: Reading): ToolCallPiece[] {
  const reader = new ToolCallReader({ syntax, names: NAMES, parallel });
  const pieces = parts.flatMap((part) => reader.push(part));
  if (isFinished) pieces.push(...reader.finish());
  const joined: ToolCallPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.kind === 'arguments' && last?.kind === 'arguments' && last.index === piece.index) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}

const call = (index: number, name: string, text: string): ToolCallPiece[] => [
  { kind: 'call', index, name },
  { kind: 'arguments', index, text },
];
const end: ToolCallPiece = { kind: 'end' };

const { qwen, mistral, generic } = TOOL_SYNTAXES;
const llama = TOOL_SYNTAXES['llama 3.1'];
const named = TOOL_SYNTAXES['mistral with names'];
const hard = '{"a": "}\\"]{\\\\", "b": [{"c": [1, "["]}], "心": "🙂"}';

interface Example extends Reading {
  title: string;
  text: string;
  pieces: ToolCallPiece[];
}

const examples: Example[] = [
  { title: 'Qwen', syntax: qwen, text: `get_weather", "arguments": ${hard}}\n</tool_call>`, pieces: [...call(0, 'get_weather', hard), end] },
  {
    title: 'Qwen, two calls',
    syntax: qwen,
    text: 'get", "arguments": {"x": 1}}\n</tool_call>\n<tool_call>\n{"name": "get_weather", "arguments": {}}\n</tool_call>',
    pieces: [...call(0, 'get', '{"x": 1}'), ...call(1, 'get_weather', '{}'), end],
  },
  { title: 'Qwen without line breaks, with other spaces', syntax: qwen, text: 'get" ,"arguments" : {"x":1} }</tool_call> <tool_call>{ "name":"now","arguments":{}}', pieces: [...call(0, 'get', '{"x":1}'), ...call(1, 'now', '{}'), end] },
  { title: 'Qwen, the last suffix cut off', syntax: qwen, text: 'get", "arguments": {}}\n</tool', pieces: [...call(0, 'get', '{}'), end] },
  { title: 'Qwen, a suffix left out in the middle', syntax: qwen, text: 'get", "arguments": {}\n<tool_call>\n{"name": "now", "arguments": {}}', pieces: [...call(0, 'get', '{}'), ...call(1, 'now', '{}'), end] },
  { title: 'Qwen, chatting on', syntax: qwen, text: 'get", "arguments": {}}\n</tool_call>\n\nI have called it.', pieces: [...call(0, 'get', '{}'), end] },
  { title: 'only one call wanted', syntax: qwen, parallel: false, isFinished: false, text: 'get", "arguments": {}}\n</tool_call>\n<tool_call>\n{"name": "now"', pieces: [...call(0, 'get', '{}'), end] },
  { title: 'Llama 3.1', syntax: llama, text: `get>${hard}</function><function=now>{}</function>`, pieces: [...call(0, 'get', hard), ...call(1, 'now', '{}'), end] },
  { title: 'Mistral', syntax: mistral, isFinished: false, text: 'get", "arguments": {"a": 1}}, {"name": "now", "arguments": {}}]', pieces: [...call(0, 'get', '{"a": 1}'), ...call(1, 'now', '{}'), end] },
  { title: 'Mistral with names', syntax: named, text: 'get[ARGS]{"a": 1}[TOOL_CALLS]now[ARGS]{}', pieces: [...call(0, 'get', '{"a": 1}'), ...call(1, 'now', '{}'), end] },
  { title: 'generic', syntax: generic, text: 'get_weather({"city": "Zürich"})\n||call: now()', pieces: [...call(0, 'get_weather', '{"city": "Zürich"}'), ...call(1, 'now', '{}'), end] },
  { title: 'generic with spaces', syntax: generic, text: ' now( )', pieces: [...call(0, 'now', '{}'), end] },
  { title: 'empty arguments by a word', syntax: { ...generic, emptyArguments: 'none' }, text: 'now(none)', pieces: [...call(0, 'now', '{}'), end] },
  { title: 'names of which one begins the other, and nothing between', syntax: { ...generic, paramsPrefix: () => '' }, text: 'get{"a": 1})\n||call: get_weather{}', pieces: [...call(0, 'get', '{"a": 1}'), ...call(1, 'get_weather', '{}'), end] },
  { title: 'calls that nothing announces', syntax: { ...generic, prefix: '', betweenCalls: '' }, text: 'get({})now({}) done', pieces: [...call(0, 'get', '{}'), ...call(1, 'now', '{}'), end] },
  { title: 'an unknown name', syntax: qwen, isFinished: false, text: 'go", "arg', pieces: [{ kind: 'malformed', expected: 'name', text: 'go' }] },
  { title: 'no name', syntax: qwen, text: 'get', pieces: [{ kind: 'malformed', expected: 'name', text: 'get' }] },
  { title: 'cut off in the arguments', syntax: qwen, text: 'get", "arguments": {"a": [', pieces: [...call(0, 'get', '{"a": ['), { kind: 'malformed', expected: 'arguments', text: '' }] },
  { title: 'cut off before the arguments', syntax: qwen, text: 'get", "arguments": ', pieces: [{ kind: 'call', index: 0, name: 'get' }, { kind: 'malformed', expected: 'arguments', text: ' ' }] },
  { title: 'brackets that do not fit', syntax: qwen, isFinished: false, text: 'get", "arguments": {"a": [}]}', pieces: [...call(0, 'get', '{"a": [}'), { kind: 'malformed', expected: 'arguments', text: '' }] },
  { title: 'arguments that are no object', syntax: qwen, isFinished: false, text: 'get", "arguments": 5}', pieces: [{ kind: 'call', index: 0, name: 'get' }, { kind: 'malformed', expected: 'arguments', text: ' 5' }] },
  { title: 'something else than the suffix', syntax: qwen, isFinished: false, text: 'get", "arguments": {} and more', pieces: [...call(0, 'get', '{}'), { kind: 'malformed', expected: 'suffix', text: ' a' }] },
];

describe.each(examples)('$title', ({ text, pieces, ...reading }) => {
  it('is read the same however it is cut', () => {
    expect(read([text], reading)).toEqual(pieces);
    expect(read([...text].flatMap((point) => point.split('')), reading)).toEqual(pieces);
    for (let at = 1; at < text.length; at += 1) {
      expect(read([text.slice(0, at), text.slice(at)], reading)).toEqual(pieces);
      expect(read([text.slice(0, at - 1), text.slice(at - 1, at + 1), text.slice(at + 1)], reading)).toEqual(pieces);
    }
  });
});

it('says the name as soon as it is certain, and arguments as they come', () => {
  const reader = new ToolCallReader({ syntax: llama, names: NAMES, parallel: true });
  expect(reader.push('get')).toEqual([]);
  expect(reader.push('>')).toEqual([{ kind: 'call', index: 0, name: 'get' }]);
  expect(reader.push('{"a')).toEqual([{ kind: 'arguments', index: 0, text: '{"a' }]);
  expect(reader.push('": 1')).toEqual([{ kind: 'arguments', index: 0, text: '": 1' }]);
  expect(reader.push('}</func')).toEqual([{ kind: 'arguments', index: 0, text: '}' }]);
  expect(reader.push('tion>')).toEqual([]);
  expect(reader.push('x')).toEqual([{ kind: 'end' }]);
  expect(reader.push('<function=now>{}')).toEqual([]);
  expect(reader.finish()).toEqual([]);
});

it('gives up on white space without end', () => {
  const reader = new ToolCallReader({ syntax: qwen, names: NAMES, parallel: true });
  expect(reader.push(' '.repeat(10_000)).map(({ kind }) => kind)).toEqual(['malformed']);
});
