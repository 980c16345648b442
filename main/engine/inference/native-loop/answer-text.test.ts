import { describe, expect, it } from 'vitest';
import type { Tool } from '../generation.ts';
import type { AnswerEvent } from '../serving-loop.ts';
import type { ToolSyntax } from '../structured/tool-syntax.ts';
import { createAnswerText } from './answer-text.ts';
import type { AnswerText, TextEnd } from './answer-text.ts';

/** Each byte is a token. */
const pieces = { bytesOf: (token: number) => Uint8Array.of(token) };
const tool = (name: string): Tool => ({ name, description: '', parameters: { type: 'object', properties: {} } });
const qwen: ToolSyntax = {
  sectionPrefix: '',
  prefix: '<tool_call>\n{"name": "',
  paramsPrefix: () => '", "arguments": ',
  suffix: () => '}\n</tool_call>',
  betweenCalls: '\n',
  sectionSuffix: '',
  emptyArguments: '{}',
};

interface Written {
  text: string;
  calls: { name: string; arguments: string }[];
  tokens: number;
  end: TextEnd | null;
  begun: string[];
  answer: AnswerText;
}

function write(said: string, { stopTexts = [], parallel = true, withTools = true }: { stopTexts?: string[]; parallel?: boolean; withTools?: boolean } = {}): Written {
  const written: Written = { text: '', calls: [], tokens: 0, end: null, begun: [], answer: undefined as never };
  const onEvent = (event: AnswerEvent): void => {
    if (event.kind === 'text') written.text += event.text;
    if (event.kind === 'toolCall') written.calls.push({ name: event.name, arguments: '' });
    if (event.kind === 'toolArguments') (written.calls[event.index] as { arguments: string }).arguments += event.text;
    if (event.kind === 'text' || event.kind === 'toolArguments') written.tokens += event.tokens;
  };
  written.answer = createAnswerText({
    pieces,
    stopTexts,
    tools: withTools ? { tools: [tool('look_up'), tool('book')], syntax: qwen, parallel, forced: false } : null,
    onEvent,
    onCall: (rest) => written.begun.push(rest),
  });
  for (const byte of new TextEncoder().encode(said)) {
    written.end = written.answer.push(byte, null);
    if (written.end !== null) break;
  }
  written.answer.flush();
  return written;
}

const call = (name: string, json: string): string => `<tool_call>\n{"name": "${name}", "arguments": ${json}}\n</tool_call>`;

describe('an answer in words', () => {
  it('is passed on whole, characters of several bytes too', () => {
    const written = write('Grüß Gott, 你好 🙂', { withTools: false });
    expect(written.answer.end()).toBe(false);
    expect(written).toMatchObject({ text: 'Grüß Gott, 你好 🙂', calls: [], end: null, tokens: 24 });
  });

  it('ends before a stop text', () => {
    expect(write('One. Two. Three.', { stopTexts: ['Three', '. T'], withTools: false })).toMatchObject({ text: 'One', end: { reason: 'stop', stopText: '. T' } });
  });

  it('with tools that are not called is still all there', () => {
    const written = write('No <tool_box> here, and <tool_');
    expect(written.answer.end()).toBe(false);
    expect(written.text).toBe('No <tool_box> here, and <tool_');
  });
});

describe('calls of tools', () => {
  it('are told with their names at once and their arguments in pieces; the text before them stays text', () => {
    const written = write(`I look. ${call('look_up', '{"ward": "3 \\"B\\"", "beds": [1, 2]}')}\n${call('book', '{}')}`);
    expect(written.text).toBe('I look.');
    expect(written.calls).toEqual([
      { name: 'look_up', arguments: '{"ward": "3 \\"B\\"", "beds": [1, 2]}' },
      { name: 'book', arguments: '{}' },
    ]);
    expect(written.begun).toEqual(['']);
    expect(written.answer.end()).toBe(true);
  });

  it('end the answer after the first where only one is allowed', () => {
    const written = write(`${call('book', '{"a":1}')} and more`, { parallel: false });
    expect(written).toMatchObject({ end: { reason: 'tool-calls' }, calls: [{ name: 'book', arguments: '{"a":1}' }], text: '' });
  });

  it('of a tool that is not there are an answer in words', () => {
    const written = write(call('destroy', '{}'));
    expect(written.answer.end()).toBe(false);
    expect(written.calls).toEqual([]);
    expect(written.text).toContain('destroy');
  });
});
