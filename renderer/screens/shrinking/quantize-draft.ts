import type { QuantizationType, QuantizeOptions } from '../../../main/contract/quantization.contract.ts';
import { shellWord } from '../deployments/deploy/deploy-command.ts';
import { measureDraftFor } from './measure-draft.ts';
import type { MeasureDraft } from './measure-draft.ts';
import { versionWord } from './shrink-version.ts';
import type { ShrinkVersion } from './shrink-version.ts';

export interface OverrideDraft {
  /** Tells rows apart while they are edited. */
  id: number;
  pattern: string;
  type: string;
}

export type MatrixChoice = 'none' | 'existing' | 'compute' | 'import';

/** What has been entered in the quantize wizard so far. */
export interface QuantizeDraft {
  version: ShrinkVersion | null;
  acceptRequantize: boolean;
  /** Null follows the recommendation. */
  type: string | null;
  matrixChoice: MatrixChoice;
  /** Chosen, or computed or imported a moment ago. */
  matrixId: string | null;
  matrixText: MeasureDraft;
  matrixJobId: string | null;
  matrixPath: string;
  overrides: OverrideDraft[];
  outputTensorType: string | null;
  tokenEmbeddingType: string | null;
  pure: boolean;
  leaveOutputTensor: boolean;
  evaluate: boolean;
}

/** Below so many parameters each lost bit weighs so much that the saving is not worth it. */
const SMALL_MODEL = 3e9;

/** What is recommended: the usual balance of size and quality, for small models one that loses hardly anything. */
export function recommendedType(parameterCount: number): string {
  return parameterCount < SMALL_MODEL ? 'Q6_K' : 'Q4_K_M';
}

/** The type in effect: chosen, else recommended. */
export function typeOf(draft: QuantizeDraft): string {
  return draft.type ?? recommendedType(draft.version?.parameterCount ?? 0);
}

export const emptyQuantizeDraft: QuantizeDraft = {
  version: null,
  acceptRequantize: false,
  type: null,
  matrixChoice: 'none',
  matrixId: null,
  matrixText: measureDraftFor('calibration'),
  matrixJobId: null,
  matrixPath: '',
  overrides: [],
  outputTensorType: null,
  tokenEmbeddingType: null,
  pure: false,
  leaveOutputTensor: false,
  evaluate: true,
};

/** Types a single tensor can be given, as ggml names them, the most exact first. */
export const TENSOR_TYPES = [
  'f32', 'f16', 'bf16', 'q8_0', 'q6_k', 'q5_k', 'q5_1', 'q5_0', 'q4_k', 'q4_1', 'q4_0', 'iq4_nl', 'iq4_xs', 'q3_k', 'iq3_s', 'iq3_xxs', 'q2_k', 'iq2_s', 'iq2_xs', 'iq2_xxs', 'iq1_m', 'iq1_s',
] as const;

/** Types in the order a person decides: by use, the usual one first. */
export const USES: readonly QuantizationType['use'][] = ['recommended', 'almost-lossless', 'smaller', 'small-machine', 'last-resort', 'legacy', 'special', 'reference'];

/** The types of each use, the largest first, empty uses left out. */
export function typesByUse(types: readonly QuantizationType[]): { use: QuantizationType['use']; types: QuantizationType[] }[] {
  return USES.map((use) => ({ use, types: types.filter((type) => type.use === use).toSorted((a, b) => b.bitsPerWeight - a.bitsPerWeight) })).filter((group) => group.types.length > 0);
}

/** Size a file will have, before the dry run works it out: bits a weight times weights. Bytes. */
export function estimatedBytes(parameterCount: number, bitsPerWeight: number): number {
  return (parameterCount * bitsPerWeight) / 8;
}

export function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern).source !== '';
  } catch {
    // Not a regular expression: that is the answer, and the field says so.
    return false;
  }
}

/** How many of the expert settings differ from what the type prescribes. */
export function expertCount(draft: QuantizeDraft): number {
  const single = [draft.outputTensorType !== null, draft.tokenEmbeddingType !== null, draft.pure, draft.leaveOutputTensor].filter(Boolean).length;
  return usedOverrides(draft).length + single;
}

function usedOverrides(draft: QuantizeDraft): OverrideDraft[] {
  return draft.overrides.filter(({ pattern }) => pattern.trim() !== '');
}

/** A further, empty override. */
export function withOverride(overrides: readonly OverrideDraft[]): OverrideDraft[] {
  return [...overrides, { id: 1 + Math.max(0, ...overrides.map(({ id }) => id)), pattern: '', type: 'q8_0' }];
}

/** Whether the overrides can be sent as they are. */
export function overridesValid(draft: QuantizeDraft): boolean {
  return usedOverrides(draft).every(({ pattern }) => isPattern(pattern.trim()));
}

/** The importance matrix in effect; null without one. */
export function matrixIdOf(draft: QuantizeDraft): string | null {
  return draft.matrixChoice === 'none' ? null : draft.matrixId;
}

export function optionsOf(draft: QuantizeDraft): QuantizeOptions {
  return {
    importanceMatrixId: matrixIdOf(draft),
    outputTensorType: draft.outputTensorType,
    tokenEmbeddingType: draft.tokenEmbeddingType,
    overrides: usedOverrides(draft).map(({ pattern, type }) => ({ pattern: pattern.trim(), type })),
    pure: draft.pure,
    leaveOutputTensor: draft.leaveOutputTensor,
    threads: null,
  };
}

/** The same on the command line. */
export function quantizeCommand(version: ShrinkVersion, draft: QuantizeDraft): string {
  const options = optionsOf(draft);
  const words = ['modelward', 'quantize', versionWord(version), typeOf(draft)];
  if (options.importanceMatrixId !== null) words.push('--matrix', shellWord(options.importanceMatrixId));
  for (const { pattern, type } of options.overrides) words.push('--tensor-type', shellWord(`${pattern}=${type}`));
  if (options.outputTensorType !== null) words.push('--output-type', options.outputTensorType);
  if (options.tokenEmbeddingType !== null) words.push('--embedding-type', options.tokenEmbeddingType);
  if (options.pure) words.push('--pure');
  if (options.leaveOutputTensor) words.push('--leave-output');
  if (draft.acceptRequantize) words.push('--accept-requantize');
  if (!draft.evaluate) words.push('--no-evaluate');
  return words.join(' ');
}
