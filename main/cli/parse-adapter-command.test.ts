import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';

const parse = (...words: string[]) => parseCommand(words).command;

it('takes adapters with their weights', () => {
  expect(parse('adapters', 'import', 'a.gguf', '--model', 'Ward', '--name', 'Letters')).toEqual({ kind: 'adapters-import', file: 'a.gguf', model: 'Ward', name: 'Letters' });
  expect(parse('deployments', 'adapters', 'ward', 'Ward letters=-0.5', 'Plain', 'a=b=2')).toEqual({
    kind: 'deployments-adapters',
    deployment: 'ward',
    choices: [
      { adapter: 'Ward letters', weight: -0.5 },
      { adapter: 'Plain', weight: 1 },
      { adapter: 'a=b', weight: 2 },
    ],
  });
  expect(parse('deployments', 'adapters', 'ward', '--none')).toMatchObject({ choices: [] });
  expect(parse('deployments', 'adapters', 'ward')).toMatchObject({ choices: null });
});

it.each([
  ['adapters', 'import', 'a.gguf'],
  ['adapters', 'rename', 'x'],
  ['adapters', 'delete'],
  ['deployments', 'stop', 'ward'],
  ['deployments', 'adapters', 'ward', 'x=heavy'],
  ['deployments', 'adapters', 'ward', 'x='],
  ['deployments', 'adapters', 'ward', 'x=99'],
  ['deployments', 'adapters', 'ward', 'x=1', '--none'],
])('does not understand %s %s %s %s', (...words) => {
  expect(() => parse(...words)).toThrow();
});
