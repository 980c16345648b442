import { expect, it } from 'vitest';
import { isLargeShare, mostRemovable, pruneCommand, toggledLayer, usualCount } from './prune-draft.ts';
import type { ShrinkVersion } from './shrink-version.ts';

const version: ShrinkVersion = {
  modelId: 'mdl_1',
  modelName: '出院小结',
  versionId: 'ver_3',
  number: 3,
  quantization: 'F16',
  quantized: false,
  sizeBytes: 1,
  parameterCount: 1,
  layerCount: 32,
  nextNumber: 4,
};

it('proposes a tenth of the layers, never the first or the last', () => {
  expect([32, 8, 3, 2, 1].map(usualCount)).toEqual([3, 1, 1, 0, 0]);
  expect(mostRemovable(32)).toBe(30);
  expect(isLargeShare(6, 32)).toBe(false);
  expect(isLargeShare(7, 32)).toBe(true);
});

it('leaves a layer out and takes it back, in order', () => {
  expect(toggledLayer([3, 9], 5)).toEqual([3, 5, 9]);
  expect(toggledLayer([3, 5, 9], 5)).toEqual([3, 9]);
});

it('writes the same on the command line', () => {
  const report = { text: { name: 'calibration', sha256: '', bytes: 1, tokens: 1 }, chunks: 100, contextSize: 512 };
  expect(pruneCommand(version, { count: 2, report, evaluate: true })).toBe("modelward prune '出院小结@3' --layers 2 --chunks 100 --context 512");
  expect(pruneCommand(version, { count: 4, report, evaluate: false })).toContain('--no-evaluate');
  expect(pruneCommand(version, { count: 4, report: { ...report, text: { ...report.text, name: 'ward.txt' } }, evaluate: true })).toBeNull();
});
