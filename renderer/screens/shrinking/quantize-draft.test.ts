import { expect, it } from 'vitest';
import type { QuantizationType } from '../../../main/contract/quantization.contract.ts';
import { emptyQuantizeDraft, estimatedBytes, expertCount, isPattern, matrixIdOf, optionsOf, overridesValid, quantizeCommand, recommendedType, typeOf, typesByUse, withOverride } from './quantize-draft.ts';
import type { QuantizeDraft } from './quantize-draft.ts';
import type { ShrinkVersion } from './shrink-version.ts';

const version: ShrinkVersion = {
  modelId: 'mdl_1',
  modelName: 'Ward letters',
  versionId: 'ver_1',
  number: 1,
  quantization: 'F16',
  quantized: false,
  sizeBytes: 16e9,
  parameterCount: 8e9,
  layerCount: 32,
  nextNumber: 2,
};
const draft: QuantizeDraft = { ...emptyQuantizeDraft, version };

const type = (name: string, bitsPerWeight: number, use: QuantizationType['use']): QuantizationType => ({
  type: name,
  ftype: 0,
  bitsPerWeight,
  family: 'k-quant',
  importanceMatrix: 'useful',
  expectedLoss: 'moderate',
  use,
});

it('recommends a usual model the usual type and a small one hardly any loss, until somebody chooses', () => {
  expect(recommendedType(8e9)).toBe('Q4_K_M');
  expect(recommendedType(1e9)).toBe('Q6_K');
  expect(typeOf(draft)).toBe('Q4_K_M');
  expect(typeOf({ ...draft, version: { ...version, parameterCount: 6e8 } })).toBe('Q6_K');
  expect(typeOf({ ...draft, type: 'Q2_K' })).toBe('Q2_K');
});

it('orders types by when to use them, the largest of each first, and leaves empty uses out', () => {
  const groups = typesByUse([type('Q2_K', 3.2, 'last-resort'), type('Q4_K_M', 4.9, 'recommended'), type('Q5_K_M', 5.7, 'recommended'), type('F16', 16, 'reference')]);
  expect(groups.map(({ use, types }) => [use, types.map((each) => each.type)])).toEqual([
    ['recommended', ['Q5_K_M', 'Q4_K_M']],
    ['last-resort', ['Q2_K']],
    ['reference', ['F16']],
  ]);
});

it('estimates a size from bits and weights', () => {
  expect(estimatedBytes(8e9, 4.5)).toBe(4.5e9);
});

it('uses a matrix only where one is wanted', () => {
  expect(matrixIdOf({ ...draft, matrixChoice: 'none', matrixId: 'mtx_1' })).toBeNull();
  expect(matrixIdOf({ ...draft, matrixChoice: 'existing', matrixId: 'mtx_1' })).toBe('mtx_1');
});

it('sends overrides that have a pattern, and only those that are regular expressions', () => {
  const overrides = [...withOverride(withOverride([]))].map((each, place) => (place === 0 ? { ...each, pattern: ' ffn_down ' } : each));
  expect(new Set(overrides.map(({ id }) => id)).size).toBe(2);
  expect(optionsOf({ ...draft, overrides }).overrides).toEqual([{ pattern: 'ffn_down', type: 'q8_0' }]);
  expect(expertCount({ ...draft, overrides, pure: true })).toBe(2);
  expect(overridesValid({ ...draft, overrides })).toBe(true);
  expect(isPattern('blk\\.(0|1)\\.')).toBe(true);
  expect(overridesValid({ ...draft, overrides: [{ id: 1, pattern: '(', type: 'q8_0' }] })).toBe(false);
});

it('writes the same on the command line', () => {
  expect(quantizeCommand(version, draft)).toBe("modelward quantize 'Ward letters@1' Q4_K_M");
  const full: QuantizeDraft = {
    ...draft,
    type: 'IQ3_XXS',
    matrixChoice: 'existing',
    matrixId: 'mtx_1',
    overrides: [{ id: 1, pattern: 'blk\\.0\\.', type: 'q8_0' }],
    outputTensorType: 'q6_k',
    pure: true,
    acceptRequantize: true,
    evaluate: false,
  };
  expect(quantizeCommand(version, full)).toBe(
    "modelward quantize 'Ward letters@1' IQ3_XXS --matrix mtx_1 --tensor-type 'blk\\.0\\.=q8_0' --output-type q6_k --pure --accept-requantize --no-evaluate",
  );
});
