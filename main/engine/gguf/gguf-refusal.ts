/** Every reason for which a GGUF file is refused. Closed: each has its sentence in both languages of the interface. */
export const GGUF_RULES = [
  // the file itself
  'not-a-regular-file',
  'not-gguf',
  'big-endian',
  'version',
  'truncated',
  // metadata
  'too-many-keys',
  'too-many-tensors',
  'metadata-too-large',
  'key-empty',
  'key-too-long',
  'key-characters',
  'duplicate-key',
  'unknown-value-type',
  'nested-array',
  'array-too-long',
  'string-too-long',
  'string-has-nul',
  'bool-value',
  'template-too-long',
  'duplicate-token',
  // tensors
  'alignment',
  'tensor-name',
  'duplicate-tensor',
  'dimension-count',
  'dimension-range',
  'element-count',
  'unknown-tensor-type',
  'block-size',
  'offset-unaligned',
  'overlap',
  'gap',
  'tensor-out-of-file',
  // what the metadata says about the model
  'missing-key',
  'wrong-type',
  'architecture-unknown',
  'hyperparameter-out-of-range',
  'array-length-mismatch',
  'tokenizer-unknown',
  'vocabulary-mismatch',
  'no-tensors',
  'tensor-shape',
  'layer-out-of-range',
  'no-ranking-head',
  // split models
  'split-name',
  'split-incomplete',
  'split-mismatch',
] as const;

export type GgufRule = (typeof GGUF_RULES)[number];

export type GgufRefusalDetail = Record<string, string | number>;

/**
 * A GGUF file was refused: the rule it broke, the byte where (from the start of the file; 0 when the fault is an absence)
 * and the values that show it. The message is for logs only; people read the sentence of the rule in their language.
 */
export class GgufRefusal extends Error {
  readonly rule: GgufRule;
  readonly byteOffset: number;
  readonly detail: GgufRefusalDetail;

  constructor(rule: GgufRule, byteOffset: number, detail: GgufRefusalDetail = {}) {
    const values = Object.entries(detail)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ');
    super(`GGUF refused at byte ${String(byteOffset)}: ${rule}${values === '' ? '' : ` (${values})`}`);
    this.name = 'GgufRefusal';
    this.rule = rule;
    this.byteOffset = byteOffset;
    // A refusal crosses processes as JSON, which has no words for NaN and Infinity.
    this.detail = Object.fromEntries(
      Object.entries(detail).map(([key, value]) => [key, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value]),
    );
  }
}
