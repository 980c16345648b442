import type { Pointer } from '../../main/engine/native/c-structs.ts';
import type { LlamaLibrary } from '../../main/engine/native/llama-library.ts';
import { declareGgmlFunctions, openProcessorBackend } from '../../main/engine/native/training/ggml-functions.ts';
import type { RandomModelOptions } from '../../main/engine/testing/random-model.ts';

/** A graph of matrix products and nothing else, computed as often as wanted. */
export interface BareProducts {
  /** Milliseconds of all products, one after the other. */
  run(): number;
  /** Additions and multiplications of one run. */
  readonly operations: number;
  free(): void;
}

type Size = readonly [contracted: number, rows: number, columns: number, batch: number];

/**
 * The matrix products of a training step, and nothing between them: for each matrix of the model the product forwards and the two of
 * its gradients, and the two of attention with their four. Every operand is there already, in the layout that the kernel likes
 * best. No step on this kernel can be faster.
 */
export function bareProducts(library: LlamaLibrary, model: RandomModelOptions, { contextSize, threads }: { contextSize: number; threads: number }): BareProducts {
  const ggml = declareGgmlFunctions(library);
  const backend = openProcessorBackend(library, ggml, threads);
  const sizes = productsOf(model, contextSize);
  const context = ggml.ggml_init({ mem_size: ggml.ggml_tensor_overhead() * (sizes.length * 3 + 8) + ggml.ggml_graph_overhead_custom(sizes.length * 4, false), mem_buffer: null, no_alloc: true });
  const graph = ggml.ggml_new_graph_custom(context, sizes.length * 4, false);
  const products = sizes.map(([contracted, rows, columns, batch]): Pointer => {
    const left = ggml.ggml_new_tensor_4d(context, 0, contracted, rows, batch, 1);
    const right = ggml.ggml_new_tensor_4d(context, 0, contracted, columns, batch, 1);
    return ggml.ggml_mul_mat(context, left, right);
  });
  for (const product of products) ggml.ggml_build_forward_expand(graph, product);
  const buffer = ggml.ggml_backend_alloc_ctx_tensors(context, backend);
  if (buffer === null) throw new Error('no memory for the bare products');
  ggml.ggml_backend_buffer_clear(buffer, 0);
  return {
    run() {
      const startedAt = performance.now();
      ggml.ggml_backend_graph_compute(backend, graph);
      return performance.now() - startedAt;
    },
    operations: sizes.reduce((sum, [a, b, c, d]) => sum + 2 * a * b * c * d, 0),
    free() {
      ggml.ggml_backend_buffer_free(buffer);
      ggml.ggml_free(context);
      ggml.ggml_backend_free(backend);
    },
  };
}

function productsOf({ layers, embedding, heads, headsKv, feedForward, vocabulary }: RandomModelOptions, contextSize: number): Size[] {
  const keys = (embedding / heads) * headsKv;
  const length = embedding / heads;
  const matrix = (columns: number, rows: number): Size[] => [
    [columns, rows, contextSize, 1],
    [rows, columns, contextSize, 1],
    [contextSize, columns, rows, 1],
  ];
  const scores: Size = [length, contextSize, contextSize, heads];
  const mixes: Size = [contextSize, length, contextSize, heads];
  const layer = [
    ...[embedding, keys, keys, embedding].flatMap((rows) => matrix(embedding, rows)),
    ...[scores, mixes, scores, mixes, mixes, mixes],
    ...matrix(embedding, feedForward),
    ...matrix(embedding, feedForward),
    ...matrix(feedForward, embedding),
  ];
  return [...Array.from({ length: layers }, () => layer).flat(), ...matrix(embedding, vocabulary)];
}
