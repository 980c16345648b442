/** n_dims, mode, n_ctx_orig, freq_base, freq_scale, ext_factor, attn_factor, beta_fast, beta_slow: the last parameters of `ggml_rope_ext`. */
export type RopeParameters = [number, number, number, number, number, number, number, number, number];

/** Elements of each dimension, the fastest-moving first. */
export type Shape = readonly [number, number, number, number];

/** A tensor of a graph, with its shape known on this side. */
export interface GraphTensor {
  readonly pointer: bigint;
  readonly shape: Shape;
}

/** How a rotary embedding turns: where the positions are, and what it turns by. */
export interface RopeInput {
  readonly positions: GraphTensor;
  readonly factors: GraphTensor | null;
  readonly parameters: RopeParameters;
}

/** ggml's operations with shapes followed; each adds to a graph that is not yet computed. All values are float32. */
export interface GraphOperations {
  /** Makes sure that a value is computed before whatever is scheduled later. */
  schedule(value: GraphTensor): void;
  /** Contracts dimension 0 of both: [k, m] × [k, r] → [m, r]; dimension 2 of `a` is repeated to that of `b`. */
  multiply(a: GraphTensor, b: GraphTensor): GraphTensor;
  /** Contracts dimension 1 of both: [n, r] × [m, r] → [n, m]. */
  outerProduct(a: GraphTensor, b: GraphTensor): GraphTensor;
  add(a: GraphTensor, b: GraphTensor): GraphTensor;
  /** Element by element; `b` is repeated to the shape of `a`. */
  times(a: GraphTensor, b: GraphTensor): GraphTensor;
  scaleAndShift(a: GraphTensor, scale: number, shift: number): GraphTensor;
  contiguous(a: GraphTensor): GraphTensor;
  /** Dimension i of `a` becomes dimension axes[i]; a view. */
  permute(a: GraphTensor, axes: readonly [number, number, number, number]): GraphTensor;
  /** Dimensions 0 and 1 changed over, in memory too. */
  transposed(a: GraphTensor): GraphTensor;
  /** Dimensions 0 and 1 changed over, as a view. */
  transposedView(a: GraphTensor): GraphTensor;
  reshape(a: GraphTensor, shape: Shape): GraphTensor;
  /** Sums dimension 1. */
  sumDimension1(a: GraphTensor): GraphTensor;
  rows(a: GraphTensor, indices: GraphTensor): GraphTensor;
  /** The gradient of `rows` with respect to a table of the shape of `table`. */
  rowsBack(gradient: GraphTensor, indices: GraphTensor, table: GraphTensor): GraphTensor;
  /** Writes `source` over rows of `target` in place. */
  setRows(target: GraphTensor, source: GraphTensor, indices: GraphTensor): GraphTensor;
  rmsNorm(a: GraphTensor, epsilon: number): GraphTensor;
  rmsNormBack(gradient: GraphTensor, a: GraphTensor, epsilon: number): GraphTensor;
  silu(a: GraphTensor): GraphTensor;
  siluBack(gradient: GraphTensor, a: GraphTensor): GraphTensor;
  softMax(a: GraphTensor, options?: { mask: GraphTensor; scale: number }): GraphTensor;
  softMaxBack(gradient: GraphTensor, softMax: GraphTensor, scale: number): GraphTensor;
  rope(a: GraphTensor, input: RopeInput): GraphTensor;
  ropeBack(gradient: GraphTensor, input: RopeInput): GraphTensor;
  /** Index of the largest of each row, as int32. */
  largest(a: GraphTensor): GraphTensor;
  adamStep(step: AdamStep): GraphTensor;
  /** Keeps a value readable after the graph was computed. */
  keep(a: GraphTensor): void;
}

export interface AdamStep {
  readonly weight: GraphTensor;
  readonly gradient: GraphTensor;
  readonly m: GraphTensor;
  readonly v: GraphTensor;
  readonly parameters: GraphTensor;
}
