import { expect, it } from 'vitest';
import { choicesOf, sameAs, usualVariants, withOneMore } from './comparison.ts';
import { attachCommand, importCommand, modelsOf } from './import-entries.ts';

it('asks without adapters first, then with one', () => {
  expect(usualVariants('ada_1').map((variant) => choicesOf(variant, []))).toEqual([[], [{ adapterId: 'ada_1', weight: 1 }]]);
  const attached = [{ adapterId: 'ada_2', name: 'Two', weight: 0.5 }];
  expect(choicesOf({ which: 'attached', weight: 3 }, attached)).toEqual([{ adapterId: 'ada_2', weight: 0.5 }]);
});

it('adds an answer with an identity of its own', () => {
  const [, second] = usualVariants('ada_1');
  const more = withOneMore(second === undefined ? [] : [second], 'ada_1');
  expect(more.map(({ id }) => id)).toEqual([2, 3]);
});

it('says which earlier answer has the same words', () => {
  expect(sameAs(['a', 'b', 'a'], 2)).toBe(1);
  expect(sameAs(['a', 'b'], 1)).toBeNull();
  expect(sameAs(['', ''], 1)).toBeNull();
});

it('gathers versions by model and quotes for the shell', () => {
  const fits = [1, 2].map((versionNumber) => ({ modelId: 'm', modelName: 'Base', versionId: `v${versionNumber}`, versionNumber }));
  expect(modelsOf({ fits })).toEqual([{ modelId: 'm', name: 'Base', versionNumbers: [1, 2] }]);
  expect(importCommand({ path: '/a/b.gguf', modelName: "Ward's", name: 'x' })).toBe("modelward adapters import /a/b.gguf --model 'Ward'\\''s' --name x");
  expect(attachCommand('chat', [{ name: 'Ward letters', weight: -0.5 }])).toBe("modelward deployments adapters chat 'Ward letters=-0.5'");
  expect(attachCommand('chat', [])).toBe('modelward deployments adapters chat --none');
});
