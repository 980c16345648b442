import type { GraphOperations, GraphTensor, RopeInput } from './graph-types.ts';

/** A value whose gradient may be asked for. */
export interface Variable {
  readonly value: GraphTensor;
  /** Whether anything it was computed from is trained. */
  readonly trained: boolean;
  /** The weight's name; null for what is computed. */
  readonly parameter: string | null;
}

/**
 * The layers of a transformer, computed forwards now and backwards later: each call also writes down how its gradient
 * is computed. Reverse-mode differentiation as in Griewank & Walther, Evaluating Derivatives, chapter 3.
 */
export interface GradientTape {
  parameter(name: string, value: GraphTensor): Variable;
  /** A matrix [n, m] with an input [n, r] → [m, r]. */
  linear(weight: Variable, input: Variable): Variable;
  /** A vector is added to each row. */
  bias(input: Variable, vector: Variable): Variable;
  add(a: Variable, b: Variable): Variable;
  embedding(table: Variable, tokens: GraphTensor): Variable;
  /** x / rms(x) × weight, over dimension 0 (Zhang & Sennrich 2019). */
  rmsNorm(input: Variable, weight: Variable, epsilon: number): Variable;
  reshape(input: Variable, shape: GraphTensor['shape']): Variable;
  rope(input: Variable, rope: RopeInput): Variable;
  /** Queries [d, heads, r], keys and values [d, key heads, r] → [d × heads, r]; neighbouring heads share a key head (Ainslie et al. 2023). */
  attention(heads: { query: Variable; key: Variable; value: Variable }, options: { mask: GraphTensor; scale: number }): Variable;
  /** silu(gate) × up (Shazeer 2020). */
  swiglu(gate: Variable, up: Variable): Variable;
  /** Goes back from a value whose gradient is given. `onParameter` is called as soon as a weight's gradient is complete and the weight is needed no more. */
  back(from: Variable, gradient: GraphTensor, onParameter: (name: string, gradient: GraphTensor) => void): void;
  /** As if computed from `input`; `gradientOf` gives its gradients for weights, then for the input, and must schedule them. */
  custom(inputs: readonly Variable[], value: GraphTensor, back: (gradient: GraphTensor, give: (to: Variable, gradient: GraphTensor) => void) => void): Variable;
}

/** Above it the transposed product through the blocked kernel wins over ggml's outer product, which wants its result in the cache. */
const largestOuterProductBytes = 2 * 1024 * 1024;

export function gradientTape(operations: GraphOperations, isTrained: (parameter: string) => boolean): GradientTape {
  const steps: { output: Variable; inputs: readonly Variable[]; back: (gradient: GraphTensor) => void }[] = [];
  const gradients = new Map<Variable, GraphTensor>();
  /** Uses of each weight whose share of the gradient is not computed yet. */
  const usesLeft = new Map<Variable, number>();

  const give = (to: Variable, gradient: GraphTensor): void => {
    if (!to.trained) return;
    const before = gradients.get(to);
    const sum = before === undefined ? gradient : operations.add(before, gradient);
    // At once, so that it is computed before a weight it reads is changed.
    operations.schedule(sum);
    gradients.set(to, sum);
  };
  const record = (inputs: readonly Variable[], value: GraphTensor, back: (gradient: GraphTensor) => void): Variable => {
    const output: Variable = { value, trained: inputs.some(({ trained }) => trained), parameter: null };
    if (!output.trained) return output;
    for (const input of inputs) if (input.parameter !== null && input.trained) usesLeft.set(input, (usesLeft.get(input) ?? 0) + 1);
    steps.push({ output, inputs, back });
    return output;
  };
  const isSmall = ({ shape }: GraphTensor): boolean => shape[0] * shape[1] * 4 <= largestOuterProductBytes;

  const tape: GradientTape = {
    parameter: (name, value) => ({ value, trained: isTrained(name), parameter: name }),
    linear(weight, input) {
      return record([weight, input], operations.multiply(weight.value, input.value), (gradient) => {
        const small = isSmall(weight.value);
        if (input.trained) {
          const back = small
            ? operations.outerProduct(weight.value, operations.transposedView(gradient))
            : operations.multiply(operations.transposed(weight.value), gradient);
          give(input, back);
        }
        if (!weight.trained) return;
        const own = small
          ? operations.outerProduct(input.value, gradient)
          : operations.multiply(operations.transposed(input.value), operations.transposed(gradient));
        give(weight, own);
      });
    },
    bias(input, vector) {
      return record([input, vector], operations.add(input.value, vector.value), (gradient) => {
        give(input, gradient);
        if (vector.trained) give(vector, operations.reshape(operations.sumDimension1(gradient), vector.value.shape));
      });
    },
    add(a, b) {
      return record([a, b], operations.add(a.value, b.value), (gradient) => {
        give(a, gradient);
        give(b, gradient);
      });
    },
    embedding(table, tokens) {
      return record([table], operations.rows(table.value, tokens), (gradient) => give(table, operations.rowsBack(gradient, tokens, table.value)));
    },
    rmsNorm(input, weight, epsilon) {
      const normed = operations.rmsNorm(input.value, epsilon);
      return record([input, weight], operations.times(normed, weight.value), (gradient) => {
        if (input.trained) give(input, operations.rmsNormBack(operations.times(gradient, weight.value), input.value, epsilon));
        if (!weight.trained) return;
        const rows: GraphTensor['shape'] = [normed.shape[0], normed.shape[1] * normed.shape[2], 1, 1];
        const products = operations.reshape(operations.times(gradient, normed), rows);
        give(weight, operations.reshape(operations.sumDimension1(products), weight.value.shape));
      });
    },
    reshape(input, shape) {
      return record([input], operations.reshape(input.value, shape), (gradient) => give(input, operations.reshape(gradient, input.value.shape)));
    },
    rope(input, rope) {
      return record([input], operations.rope(input.value, rope), (gradient) => give(input, operations.ropeBack(gradient, rope)));
    },
    attention({ query, key, value }, { mask, scale }) {
      const byHead = (tensor: GraphTensor): GraphTensor => operations.contiguous(operations.permute(tensor, [0, 2, 1, 3])); // [d, heads, r] ↔ [d, r, heads]
      const [headLength, heads, rows] = query.value.shape;
      const keyHeads = key.value.shape[1];
      const q = byHead(query.value);
      const k = byHead(key.value);
      const v = byHead(value.value);
      const softMax = operations.softMax(operations.multiply(k, q), { mask, scale });
      const mixed = operations.multiply(operations.transposed(v), softMax); // [d, r, heads]
      const output = operations.reshape(byHead(mixed), [headLength * heads, rows, 1, 1]);
      /** [d, r, heads] summed over the heads that share a key head, as [d, key heads, r]. */
      const shared = (tensor: GraphTensor): GraphTensor => {
        const grouped = operations.reshape(tensor, [headLength * rows, heads / keyHeads, keyHeads, 1]);
        const summed = heads === keyHeads ? grouped : operations.sumDimension1(grouped);
        return byHead(operations.reshape(summed, [headLength, rows, keyHeads, 1]));
      };
      return record([query, key, value], output, (gradient) => {
        const mixedGradient = byHead(operations.reshape(gradient, [headLength, heads, rows, 1]));
        if (value.trained) give(value, shared(operations.multiply(operations.transposed(mixedGradient), operations.transposed(softMax))));
        const scores = operations.softMaxBack(operations.multiply(v, mixedGradient), softMax, scale); // [r, r, heads]
        if (query.trained) give(query, byHead(operations.multiply(operations.transposed(k), scores)));
        if (key.trained) give(key, shared(operations.multiply(operations.transposed(q), operations.transposed(scores))));
      });
    },
    swiglu(gate, up) {
      const opened = operations.silu(gate.value);
      return record([gate, up], operations.times(opened, up.value), (gradient) => {
        if (up.trained) give(up, operations.times(gradient, opened));
        if (gate.trained) give(gate, operations.siluBack(operations.times(gradient, up.value), gate.value));
      });
    },
    custom: (inputs, value, back) => record(inputs, value, (gradient) => back(gradient, give)),
    back(from, gradient, onParameter) {
      give(from, gradient);
      for (const step of steps.toReversed()) {
        const known = gradients.get(step.output);
        if (known !== undefined) step.back(known);
        for (const input of step.inputs) {
          const left = usesLeft.get(input);
          if (left === undefined) continue;
          usesLeft.set(input, left - 1);
          const complete = left === 1 ? gradients.get(input) : undefined;
          if (complete !== undefined && input.parameter !== null) onParameter(input.parameter, complete);
        }
      }
    },
  };
  return tape;
}
