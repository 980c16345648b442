import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tool } from '../generation.ts';
import { StructureRefusal } from './structure-refusal.ts';
import { startGrammarEngine } from './testing/grammar-engine.ts';
import type { GrammarEngine } from './testing/grammar-engine.ts';
import { TOOL_SYNTAXES } from './testing/tool-syntaxes.ts';
import { grammarOfToolCalls } from './tool-call-grammar.ts';
import type { ToolCallsOrder } from './tool-call-grammar.ts';
import { ToolCallReader } from './tool-call-reader.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine.dispose());

const tools: Tool[] = [
  { name: 'get', description: '', parameters: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false } },
  { name: 'get_weather', description: '', parameters: { properties: { city: { type: 'string' } } } },
  { name: 'now', description: '', parameters: null },
  { name: 'any', description: '', parameters: {} },
];
const { qwen, generic, mistral } = TOOL_SYNTAXES;
const llama = TOOL_SYNTAXES['llama 3.1'];

describe.each<{ title: string; order: Omit<ToolCallsOrder, 'tools'>; accepted: string[]; refused: string[] }>([
  {
    title: 'Qwen from the beginning',
    order: { syntax: qwen, parallel: true, begun: false },
    accepted: [
      '<tool_call>\n{"name": "get", "arguments": {"id": 5}}\n</tool_call>',
      '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>\n<tool_call>\n{"name": "get_weather", "arguments": {"city":"x"}}\n</tool_call>',
      '<tool_call>\n{"name": "any", "arguments": {"a": [1]}}\n</tool_call>',
    ],
    refused: [
      '<tool_call>\n{"name": "get", "arguments": {}}\n</tool_call>',
      '<tool_call>\n{"name": "go", "arguments": {}}\n</tool_call>',
      '<tool_call>\n{"name": "any", "arguments": 5}\n</tool_call>',
      '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>\n',
      'now", "arguments": {}}\n</tool_call>',
    ],
  },
  { title: 'Qwen once begun', order: { syntax: qwen, parallel: true, begun: true }, accepted: ['now", "arguments": {}}\n</tool_call>'], refused: ['<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>', ' now", "arguments": {}}\n</tool_call>'] },
  { title: 'one call', order: { syntax: llama, parallel: false, begun: false }, accepted: ['<function=get>{"id":1}</function>'], refused: ['<function=now>{}</function><function=now>{}</function>'] },
  { title: 'generic, no arguments', order: { syntax: generic, parallel: true, begun: true }, accepted: [' now()', 'now()', 'now()\n||call: get({"id": 1})'], refused: ['now({})', '  now()', 'now()||call: now()'] },
  { title: 'a section stays open', order: { syntax: mistral, parallel: true, begun: false }, accepted: ['[TOOL_CALLS][{"name": "now", "arguments": {}}, {"name": "get", "arguments": {"id":1}}'], refused: ['[TOOL_CALLS][{"name": "now", "arguments": {}}]'] },
])('$title', ({ order, accepted, refused }) => {
  it('allows calls of the tools and nothing else', async () => {
    const grammar = grammarOfToolCalls({ ...order, tools });
    const verdicts: Record<string, boolean> = {};
    for (const text of [...accepted, ...refused]) verdicts[text] = await engine.allows(grammar, text);
    expect(verdicts).toEqual(Object.fromEntries([...accepted.map((text) => [text, true]), ...refused.map((text) => [text, false])]));
  });

  it('is understood by the reader', () => {
    for (const text of accepted) {
      const beginning = order.syntax.sectionPrefix + order.syntax.prefix;
      const reader = new ToolCallReader({ syntax: order.syntax, names: tools.map(({ name }) => name), parallel: order.parallel });
      const pieces = [...reader.push(order.begun ? text : text.slice(beginning.length)), ...reader.finish()];
      expect(pieces.map(({ kind }) => kind)).not.toContain('malformed');
      expect(pieces.at(-1)).toEqual({ kind: 'end' });
      for (const piece of pieces) if (piece.kind === 'arguments') expect(JSON.parse(piece.text)).toBeTypeOf('object');
    }
  });
});

it('two tools whose schemas have definitions of one name keep them apart', async () => {
  const tool = (name: string, type: string): Tool => ({ name, description: '', parameters: { type: 'object', $defs: { x: { type } }, properties: { x: { $ref: '#/$defs/x' } }, required: ['x'] } });
  const grammar = grammarOfToolCalls({ tools: [tool('a', 'integer'), tool('b', 'string')], syntax: llama, parallel: false, begun: true });
  const verdicts: boolean[] = [];
  for (const text of ['a>{"x":1}</function>', 'b>{"x":"1"}</function>', 'a>{"x":"1"}</function>', 'b>{"x":1}</function>']) verdicts.push(await engine.allows(grammar, text));
  expect(verdicts).toEqual([true, true, false, false]);
});

it('names the tool whose schema is refused', () => {
  const order = { syntax: qwen, parallel: true, begun: false };
  const tool: Tool = { name: 'bad', description: '', parameters: { type: 'object', properties: { a: { type: 'array', uniqueItems: true } } } };
  expect(() => grammarOfToolCalls({ ...order, tools: [...tools, tool] })).toThrow(new StructureRefusal('bad#/properties/a/uniqueItems: uniqueItems is not supported'));
  expect(() => grammarOfToolCalls({ ...order, tools: [] })).toThrow(StructureRefusal);
});

it('reads 128 tools in a moment', async () => {
  const many = Array.from({ length: 128 }, (_, at): Tool => ({ ...tools[0]!, name: `tool_${String(at)}` }));
  expect(await engine.allows(grammarOfToolCalls({ tools: many, syntax: qwen, parallel: true, begun: true }), 'tool_77", "arguments": {"id":1}}\n</tool_call>')).toBe(true);
});
