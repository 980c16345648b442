import type { Pointer } from '../c-structs.ts';
import type { GgmlFunctions } from './ggml-functions.ts';
import type { GraphOperations, GraphTensor, Shape } from './graph-types.ts';

/** Operations that add to `graph`; their tensors live in `context`. */
export function graphOperations(ggml: GgmlFunctions, { context, graph }: { context: Pointer; graph: Pointer }): GraphOperations {
  const made = (pointer: Pointer, shape: Shape): GraphTensor => ({ pointer, shape });
  const permute = (a: GraphTensor, axes: readonly [number, number, number, number]): GraphTensor => {
    const shape: [number, number, number, number] = [1, 1, 1, 1];
    for (const [from, to] of axes.entries()) shape[to] = a.shape[from] ?? 1;
    return made(ggml.ggml_permute(context, a.pointer, ...axes), shape);
  };
  const contiguous = (a: GraphTensor): GraphTensor => made(ggml.ggml_cont(context, a.pointer), a.shape);
  const reshape = (a: GraphTensor, shape: Shape): GraphTensor => made(ggml.ggml_reshape_4d(context, a.pointer, ...shape), shape);
  return {
    schedule: (value) => ggml.ggml_build_forward_expand(graph, value.pointer),
    multiply: (a, b) => made(ggml.ggml_mul_mat(context, a.pointer, b.pointer), [a.shape[1], b.shape[1], b.shape[2], b.shape[3]]),
    outerProduct: (a, b) => made(ggml.ggml_out_prod(context, a.pointer, b.pointer), [a.shape[0], b.shape[0], b.shape[2], b.shape[3]]),
    add: (a, b) => made(ggml.ggml_add(context, a.pointer, b.pointer), a.shape),
    times: (a, b) => made(ggml.ggml_mul(context, a.pointer, b.pointer), a.shape),
    scaleAndShift: (a, scale, shift) => made(ggml.ggml_scale_bias(context, a.pointer, scale, shift), a.shape),
    contiguous,
    permute,
    transposed: (a) => contiguous(permute(a, [1, 0, 2, 3])),
    transposedView: (a) => permute(a, [1, 0, 2, 3]),
    reshape,
    sumDimension1(a) {
      const shape: Shape = [a.shape[0], 1, a.shape[2], a.shape[3]];
      const like = ggml.ggml_new_tensor_4d(context, 0, ...shape); // only its shape is read
      return made(ggml.ggml_repeat_back(context, a.pointer, like), shape);
    },
    rows: (a, indices) => made(ggml.ggml_get_rows(context, a.pointer, indices.pointer), [a.shape[0], indices.shape[0], 1, 1]),
    rowsBack: (gradient, indices, table) => made(ggml.ggml_get_rows_back(context, gradient.pointer, indices.pointer, table.pointer), table.shape),
    setRows: (target, source, indices) => made(ggml.ggml_set_rows(context, target.pointer, source.pointer, indices.pointer), target.shape),
    rmsNorm: (a, epsilon) => made(ggml.ggml_rms_norm(context, a.pointer, epsilon), a.shape),
    rmsNormBack: (gradient, a, epsilon) => made(ggml.ggml_rms_norm_back(context, gradient.pointer, a.pointer, epsilon), a.shape),
    silu: (a) => made(ggml.ggml_silu(context, a.pointer), a.shape),
    siluBack: (gradient, a) => made(ggml.ggml_silu_back(context, gradient.pointer, a.pointer), a.shape),
    softMax: (a, options) => made(ggml.ggml_soft_max_ext(context, a.pointer, options?.mask.pointer ?? null, options?.scale ?? 1, 0), a.shape),
    softMaxBack: (gradient, softMax, scale) => made(ggml.ggml_soft_max_ext_back(context, gradient.pointer, softMax.pointer, scale, 0), gradient.shape),
    rope: (a, { positions, factors, parameters }) => made(ggml.ggml_rope_ext(context, a.pointer, positions.pointer, factors?.pointer ?? null, ...parameters), a.shape),
    ropeBack: (a, { positions, factors, parameters }) => made(ggml.ggml_rope_ext_back(context, a.pointer, positions.pointer, factors?.pointer ?? null, ...parameters), a.shape),
    largest: (a) => made(ggml.ggml_argmax(context, a.pointer), [a.shape[1], 1, 1, 1]),
    adamStep: ({ weight, gradient, m, v, parameters }) =>
      made(ggml.ggml_opt_step_adamw(context, weight.pointer, gradient.pointer, m.pointer, v.pointer, parameters.pointer), weight.shape),
    keep: (a) => ggml.ggml_set_output(a.pointer),
  };
}
