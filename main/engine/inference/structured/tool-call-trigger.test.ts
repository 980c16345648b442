import { describe, expect, it } from 'vitest';
import { TOOL_SYNTAXES } from './testing/tool-syntaxes.ts';
import { ToolCallTrigger } from './tool-call-trigger.ts';
import type { ToolSyntax } from './tool-syntax.ts';

interface Outcome {
  shown: string;
  triggered: boolean;
  rest: string;
}

function run(parts: readonly string[], syntax: ToolSyntax): Outcome {
  const trigger = new ToolCallTrigger(syntax);
  const outcome: Outcome = { shown: '', triggered: false, rest: '' };
  for (const part of parts) {
    const step = trigger.push(part);
    outcome.shown += step.text;
    outcome.triggered = step.triggered;
    outcome.rest += step.rest;
  }
  if (!outcome.triggered) outcome.shown += trigger.rest();
  return outcome;
}

const { qwen, mistral, generic } = TOOL_SYNTAXES;

describe.each<{ title: string; syntax: ToolSyntax; text: string; outcome: Outcome }>([
  { title: 'the whole answer', syntax: qwen, text: '<tool_call>\n{"name": "get', outcome: { shown: '', triggered: true, rest: 'get' } },
  { title: 'after some text', syntax: qwen, text: 'I look. \n\n<tool_call>\n{"name": "get", ', outcome: { shown: 'I look.', triggered: true, rest: 'get", ' } },
  { title: 'with other white space', syntax: qwen, text: 'So: <tool_call>{ "name":"get', outcome: { shown: 'So:', triggered: true, rest: 'get' } },
  { title: 'something similar before', syntax: qwen, text: 'a <tool_calls> <tool_<tool_call>\n{"name": "', outcome: { shown: 'a <tool_calls> <tool_', triggered: true, rest: '' } },
  { title: 'something similar at the end', syntax: qwen, text: 'use <tool_call> then {"name', outcome: { shown: 'use <tool_call> then {"name', triggered: false, rest: '' } },
  { title: 'cut off within', syntax: qwen, text: 'use  <tool_call>\n{"na', outcome: { shown: 'use  <tool_call>\n{"na', triggered: false, rest: '' } },
  { title: 'only white space at the end', syntax: qwen, text: 'done.\n\n', outcome: { shown: 'done.\n\n', triggered: false, rest: '' } },
  { title: 'a section', syntax: mistral, text: 'Yes [TOOL_CALLS][{"name": "get', outcome: { shown: 'Yes', triggered: true, rest: 'get' } },
  { title: 'without its section', syntax: mistral, text: 'Yes {"name": "get', outcome: { shown: 'Yes', triggered: true, rest: 'get' } },
  { title: 'white space at its end not waited for', syntax: generic, text: 'x |||call:  now(', outcome: { shown: 'x |', triggered: true, rest: '  now(' } },
  { title: 'nothing to look for', syntax: { ...generic, prefix: ' ' }, text: 'a b', outcome: { shown: 'a b', triggered: false, rest: '' } },
])('$title', ({ syntax, text, outcome }) => {
  it('is found the same however the text is cut', () => {
    expect(run([text], syntax)).toEqual(outcome);
    expect(run(text.split(''), syntax)).toEqual(outcome);
    for (let at = 1; at < text.length; at += 1) expect(run([text.slice(0, at), text.slice(at)], syntax)).toEqual(outcome);
  });
});

it('holds back only what may become a call', () => {
  const trigger = new ToolCallTrigger(qwen);
  expect(trigger.push('Let me see').text).toBe('Let me see');
  expect(trigger.push('. ').text).toBe('.');
  expect(trigger.push('<b').text).toBe(' <b');
  expect(trigger.push('>\n<tool').text).toBe('>');
  expect(trigger.push('box>').text).toBe('\n<toolbox>');
  expect(trigger.push(' '.repeat(1000)).text).toHaveLength(744);
});
