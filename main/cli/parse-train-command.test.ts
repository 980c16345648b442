import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { WrongUsage } from './wrong-usage.ts';

const parse = (...words: string[]) => parseCommand(['train', ...words]).command;

it('leaves to the recommendation what is not said', () => {
  expect(parse('M', 'D')).toEqual({ kind: 'train', model: 'M', dataset: 'D', mode: { kind: 'new' }, settings: {}, planOnly: false });
});

it('takes every setting that can be said', () => {
  const words = ['--context', '512', '--epochs', '4', '--learning-rate', '1e-4', '--schedule', 'cosine', '--warmup', '0.1', '--weight-decay', '0', '--layers', '2', '--learn-from', 'answers'];
  expect(parse('M@2', 'D@3', ...words, '--patience', 'none', '--evaluations', '2', '--save-as', 'bf16', '--seed', '5', '--threads', '2', '--plan')).toMatchObject({
    model: 'M@2',
    dataset: 'D@3',
    planOnly: true,
    settings: {
      contextSize: 512,
      epochs: 4,
      learningRate: 0.0001,
      schedule: 'cosine',
      warmupShare: 0.1,
      weightDecay: 0,
      layers: { kind: 'last', count: 2 },
      learnFrom: 'answers',
      patience: null,
      evaluationsPerEpoch: 2,
      saveAs: 'BF16',
      seed: 5,
      threads: 2,
    },
  });
  expect(parse('M', 'D', '--patience', '4')).toMatchObject({ settings: { patience: 4 } });
});

it('mixes older data in where it is named', () => {
  expect(parse('M', 'D', '--old', 'D@1')).toMatchObject({ mode: { kind: 'mixed', old: 'D@1', oldShare: 0.3 } });
  expect(parse('M', 'D', '--mode', 'mixed', '--old', 'D@1', '--old-share', '0.5')).toMatchObject({ mode: { oldShare: 0.5 } });
  expect(parse('M', 'D', '--mode', 'incremental')).toMatchObject({ mode: { kind: 'incremental' } });
});

it('knows what can be done with a run', () => {
  expect(parse('list')).toEqual({ kind: 'train-list' });
  expect(parse('resume', 'r', '--learning-rate', '0.001')).toEqual({ kind: 'train-resume', runId: 'r', learningRate: 0.001 });
  for (const verb of ['show', 'pause', 'finish', 'remove']) expect(parse(verb, 'r')).toEqual({ kind: `train-${verb}`, runId: 'r' });
});

it.each([[], ['M'], ['pause'], ['M', 'D', '--mode', 'twice'], ['M', 'D', '--mode', 'mixed'], ['M', 'D', '--mode', 'new', '--old', 'D@1'], ['M', 'D', '--epochs', '1.5'], ['M', 'D', '--learning-rate', 'x'], ['M', 'D', '--save-as', 'Q8_0'], ['M', 'D', 'E']])(
  'does not understand %j',
  (...words) => {
    expect(() => parse(...words)).toThrow(WrongUsage);
  },
);
