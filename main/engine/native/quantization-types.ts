import type { QuantizationType } from '../../contract/quantization.contract.ts';
import { ggmlTypeNamed } from '../gguf/gguf-format.ts';
import type { GgmlType } from '../gguf/gguf-format.ts';

type Row = [
  type: string, ftype: number, bitsPerWeight: number, family: QuantizationType['family'], importanceMatrix: QuantizationType['importanceMatrix'],
  expectedLoss: QuantizationType['expectedLoss'], use: QuantizationType['use'],
];

/**
 * Every type llama-quantize of this release offers (tools/quantize/quantize.cpp, QUANT_OPTIONS), the most exact first. Bits per
 * weight: measured for Llama 3.1 8B where tools/quantize/README.md has a figure, mixture included; from the sizes in QUANT_OPTIONS
 * (GiB of an 8.03B model) for the 32-block types; what QUANT_OPTIONS itself states otherwise.
 * Loss: growth of perplexity in QUANT_OPTIONS (Llama 3 8B) where stated: below 0.01 very low, 0.1 low, 0.5 moderate, 3 high; for
 * the others by the neighbour of the same bits. Matrix: `required` as tensor_requires_imatrix in src/llama-quant.cpp.
 */
const ROWS: readonly Row[] = [
  ['F32', 0, 32, 'float', 'unused', 'none', 'reference'],
  ['F16', 1, 16.0005, 'float', 'unused', 'none', 'reference'],
  ['BF16', 32, 16.0005, 'float', 'unused', 'none', 'reference'],
  ['Q8_0', 7, 8.5008, 'simple', 'unused', 'very-low', 'almost-lossless'],
  ['Q6_K', 18, 6.5633, 'k-quant', 'useful', 'low', 'almost-lossless'],
  ['Q5_K_M', 17, 5.7036, 'k-quant', 'useful', 'low', 'recommended'],
  ['Q5_K_S', 16, 5.5704, 'k-quant', 'useful', 'moderate', 'recommended'],
  ['Q5_1', 9, 6.04, 'simple', 'useful', 'moderate', 'legacy'],
  ['Q5_0', 8, 5.57, 'simple', 'useful', 'moderate', 'legacy'],
  ['Q4_K_M', 15, 4.8944, 'k-quant', 'useful', 'moderate', 'recommended'],
  ['Q4_K_S', 14, 4.6672, 'k-quant', 'useful', 'moderate', 'smaller'],
  ['IQ4_NL', 25, 4.6818, 'i-quant', 'recommended', 'moderate', 'smaller'],
  ['IQ4_XS', 30, 4.4597, 'i-quant', 'recommended', 'moderate', 'smaller'],
  ['Q4_1', 3, 5.11, 'simple', 'useful', 'moderate', 'legacy'],
  ['Q4_0', 2, 4.64, 'simple', 'useful', 'moderate', 'legacy'],
  ['Q3_K_L', 13, 4.2979, 'k-quant', 'recommended', 'high', 'small-machine'],
  ['Q3_K_M', 12, 3.996, 'k-quant', 'recommended', 'high', 'small-machine'],
  ['IQ3_M', 27, 3.7628, 'i-quant', 'recommended', 'high', 'small-machine'],
  ['IQ3_S', 26, 3.6606, 'i-quant', 'recommended', 'high', 'small-machine'],
  ['Q3_K_S', 11, 3.6429, 'k-quant', 'recommended', 'high', 'small-machine'],
  ['IQ3_XS', 22, 3.4977, 'i-quant', 'required', 'high', 'small-machine'],
  ['IQ3_XXS', 23, 3.2548, 'i-quant', 'required', 'high', 'small-machine'],
  ['Q2_K', 10, 3.1593, 'k-quant', 'recommended', 'very-high', 'last-resort'],
  ['Q2_K_S', 21, 2.9697, 'k-quant', 'required', 'very-high', 'last-resort'],
  ['IQ2_M', 29, 2.9294, 'i-quant', 'required', 'very-high', 'last-resort'],
  ['IQ2_S', 28, 2.7403, 'i-quant', 'required', 'very-high', 'last-resort'],
  ['IQ2_XS', 20, 2.5882, 'i-quant', 'required', 'very-high', 'last-resort'],
  ['IQ2_XXS', 19, 2.3824, 'i-quant', 'required', 'very-high', 'last-resort'],
  ['IQ1_M', 31, 2.146, 'i-quant', 'required', 'very-high', 'last-resort'],
  ['IQ1_S', 24, 2.0042, 'i-quant', 'required', 'very-high', 'last-resort'],
  // For models that were trained in these types; any other model is ruined by them.
  ['MXFP4_MOE', 38, 4.25, 'micro-float', 'unused', 'moderate', 'special'],
  ['Q2_0', 41, 2.25, 'ternary', 'unused', 'very-high', 'special'],
  ['TQ2_0', 37, 2.06, 'ternary', 'unused', 'very-high', 'special'],
  ['TQ1_0', 36, 1.69, 'ternary', 'unused', 'very-high', 'special'],
  ['Q1_0', 40, 1.125, 'ternary', 'unused', 'very-high', 'special'],
];

export const QUANTIZATION_TYPES: readonly QuantizationType[] = ROWS.map(
  ([type, ftype, bitsPerWeight, family, importanceMatrix, expectedLoss, use]) => ({ type, ftype, bitsPerWeight, family, importanceMatrix, expectedLoss, use }),
);

/** llama-quantize's own second names. */
const ALIASES: ReadonlyMap<string, string> = new Map([['Q3_K', 'Q3_K_M'], ['Q4_K', 'Q4_K_M'], ['Q5_K', 'Q5_K_M']]);

/** A type by its name as people write it ("q4_k_m", "Q4_K"), or null where there is none. */
export function quantizationTypeNamed(name: string): QuantizationType | null {
  const wanted = name.trim().toUpperCase();
  const own = ALIASES.get(wanted) ?? wanted;
  return QUANTIZATION_TYPES.find(({ type }) => type === own) ?? null;
}

/** Types of the format for which the library has no quantizer (ggml_quantize_chunk, ggml/src/ggml.c): naming one ends its process. */
const NOT_QUANTIZABLE: ReadonlySet<string> = new Set(['Q8_1', 'Q8_K', 'I8', 'I16', 'I32', 'I64', 'F64']);

/** The type of a single tensor by its name ("q8_0", "F16"), or null where the library cannot write it. */
export function quantizableTypeNamed(name: string): GgmlType | null {
  const wanted = name.trim().toUpperCase();
  return NOT_QUANTIZABLE.has(wanted) ? null : ggmlTypeNamed(wanted);
}

/** Whether a tensor of this type has lost something already. */
export function isQuantizedType(name: string): boolean {
  return (ggmlTypeNamed(name)?.blockSize ?? 1) > 1;
}
