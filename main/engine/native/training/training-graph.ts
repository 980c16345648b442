import type { Pointer } from '../c-structs.ts';
import type { GgmlFunctions } from './ggml-functions.ts';
import { gradientTape } from './gradient-tape.ts';
import { graphOperations } from './graph-operations.ts';
import type { GraphTensor, Shape } from './graph-types.ts';
import type { StoredParameter } from './parameter-store.ts';
import { buildTransformer } from './transformer-graph.ts';
import type { GraphInputs, GraphOutputs } from './transformer-graph.ts';
import type { TransformerShape } from './transformer-shape.ts';
import { TrainingRefusal } from './training-refusal.ts';

/** Where the tensors live and what computes them. */
export interface GraphPlace {
  readonly ggml: GgmlFunctions;
  readonly backend: Pointer;
}

/** A graph with memory for all that happens in it, computed as often as wanted. */
export interface ComputableGraph {
  readonly outputs: GraphOutputs;
  readonly graph: Pointer;
  /** Bytes of all its temporary values. */
  readonly sizeBytes: number;
  free(): void;
}

/** Inputs of all graphs, and the optimizer's settings for weights that decay and those that do not. */
export interface StaticInputs {
  readonly inputs: GraphInputs;
  readonly decaying: GraphTensor;
  readonly steady: GraphTensor;
  free(): void;
}

const F32 = 0; // GGML_TYPE_F32
const I32 = 26; // GGML_TYPE_I32
/** alpha, beta1, beta2, epsilon, weight decay, 1/(1-beta1^t), 1/(1-beta2^t): `ggml_compute_forward_opt_step_adamw_f32`. */
export const ADAM_PARAMETERS = 7;

export function createStaticInputs({ ggml, backend }: GraphPlace, rows: number): StaticInputs {
  const context = ggml.ggml_init({ mem_size: ggml.ggml_tensor_overhead() * 8, mem_buffer: null, no_alloc: true });
  const make = (type: number, shape: Shape): GraphTensor => ({ pointer: ggml.ggml_new_tensor_4d(context, type, ...shape), shape });
  const inputs: GraphInputs = {
    tokens: make(I32, [rows, 1, 1, 1]),
    positions: make(I32, [rows, 1, 1, 1]),
    mask: make(F32, [rows, rows, 1, 1]),
    labelPlaces: make(I32, [rows, 1, 1, 1]),
    rowWeights: make(F32, [1, rows, 1, 1]),
  };
  const decaying = make(F32, [ADAM_PARAMETERS, 1, 1, 1]);
  const steady = make(F32, [ADAM_PARAMETERS, 1, 1, 1]);
  const buffer = ggml.ggml_backend_alloc_ctx_tensors(context, backend);
  if (buffer === null) throw new TrainingRefusal('not-enough-memory', 'no room for the inputs');
  return {
    inputs,
    decaying,
    steady,
    free() {
      ggml.ggml_backend_buffer_free(buffer);
      ggml.ggml_free(context);
    },
  };
}

/**
 * Builds the graph of one step (forwards, backwards, and each weight's AdamW update as soon as its gradient is complete, so that no two
 * gradients of layers are held at a time) or, where `training` is false, of an evaluation. Matrices decay, vectors do not
 * (Loshchilov & Hutter 2019; usual since GPT-2). Raises TrainingRefusal ('not-enough-memory').
 */
export function buildGraph(
  { ggml, backend }: GraphPlace,
  shape: TransformerShape,
  { parameters, statics, training }: { parameters: readonly StoredParameter[]; statics: StaticInputs; training: boolean },
): ComputableGraph {
  const nodes = 512 + shape.layers * 256;
  const contextBytes = ggml.ggml_tensor_overhead() * nodes * 2 + ggml.ggml_graph_overhead_custom(nodes, false);
  const context = ggml.ggml_init({ mem_size: contextBytes, mem_buffer: null, no_alloc: true });
  const graph = ggml.ggml_new_graph_custom(context, nodes, false);
  const operations = graphOperations(ggml, { context, graph });
  const stored = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const tape = gradientTape(operations, (name) => training && stored.get(name)?.moments !== null);
  const weights = new Map(parameters.map(({ name, weight }) => [name, weight]));
  const outputs = buildTransformer({ operations, tape }, shape, { weights, inputs: statics.inputs });
  if (training) {
    tape.back(outputs.loss, statics.inputs.rowWeights, (name, gradient) => {
      const parameter = stored.get(name);
      if (parameter === undefined || parameter.moments === null) return;
      const settings = parameter.weight.shape[1] > 1 ? statics.decaying : statics.steady;
      operations.schedule(operations.adamStep({ weight: parameter.weight, gradient, ...parameter.moments, parameters: settings }));
    });
  }
  const allocator = ggml.ggml_gallocr_new(ggml.ggml_backend_get_default_buffer_type(backend));
  const free = (): void => {
    ggml.ggml_gallocr_free(allocator);
    ggml.ggml_free(context);
  };
  if (!ggml.ggml_gallocr_alloc_graph(allocator, graph)) {
    free();
    throw new TrainingRefusal('not-enough-memory', 'no room for the values of a step');
  }
  return { outputs, graph, sizeBytes: ggml.ggml_gallocr_get_buffer_size(allocator, 0), free };
}
