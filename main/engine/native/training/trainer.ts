import { open } from 'node:fs/promises';
import type { LlamaLibrary } from '../llama-library.ts';
import { runAside } from '../llama-library.ts';
import { NativeFailure } from '../native-failure.ts';
import type { NativeLog } from '../native-log.ts';
import { openNativeModel } from '../native-model.ts';
import type { NativeModel } from '../native-model.ts';
import { readGgufFile } from '../../gguf/gguf-reader.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { declareGgmlFunctions, openProcessorBackend } from './ggml-functions.ts';
import { createParameterStore } from './parameter-store.ts';
import { saveTrainedModel } from './save-trained-model.ts';
import { buildGraph, createStaticInputs } from './training-graph.ts';
import type { ComputableGraph } from './training-graph.ts';
import { TrainingRefusal } from './training-refusal.ts';
import { transformerShapeOf } from './transformer-shape.ts';
import { createWindowIo, NOTHING_SCORED } from './window-io.ts';
import type { OptimizerSettings, StepResult, TrainingWindow } from './window-io.ts';

export type { OptimizerSettings, StepResult, TrainingWindow } from './window-io.ts';

export interface TrainerOrder {
  readonly modelPath: string;
  /** Tokens of a window; a multiple of 32. */
  readonly contextSize: number;
  readonly threads: number;
  /** Whether a weight is to be changed. */
  readonly trainable: (tensorName: string) => boolean;
}

/** A model whose weights are held as float32 and changed step by step. `free` must be called once. */
export interface Trainer {
  readonly vocabularySize: number;
  readonly contextSize: number;
  readonly parameterCount: number;
  readonly trainableCount: number;
  /** Weights that no step changes. */
  readonly frozen: readonly string[];
  /** The vocabulary only: for tokenize. */
  readonly model: NativeModel;
  /** Bytes of weights and moments, and of a step's temporary values. */
  readonly memory: { readonly parametersBytes: number; readonly stepBytes: number; readonly evaluationBytes: number };
  /** Steps done, those of a restored checkpoint included. */
  readonly stepCount: number;
  /** One AdamW step; blocks. None where nothing of the window is scored. A loss that is not finite is given back, and the weights are spoilt then. Raises TrainingRefusal ('window'). */
  step(window: TrainingWindow, settings: OptimizerSettings): StepResult;
  /** The same on a thread of its own, the event loop stays free; nothing else may be asked meanwhile. */
  stepAside(window: TrainingWindow, settings: OptimizerSettings): Promise<StepResult>;
  /** The loss of a window with the weights as they are; changes nothing. */
  evaluate(window: TrainingWindow): StepResult;
  evaluateAside(window: TrainingWindow): Promise<StepResult>;
  /** Writes step, weights and moments of what is trained, and what the caller wants kept beside them. */
  saveCheckpoint(path: string, extra?: unknown): Promise<void>;
  /** Takes them back and gives `extra` back. Raises TrainingRefusal ('checkpoint-damaged', 'checkpoint-foreign') with nothing changed. */
  restoreCheckpoint(path: string): Promise<unknown>;
  /** Writes a model file with the weights as they are and everything else as in the model it came from. */
  saveModel(path: string): Promise<void>;
  free(): void;
}

/**
 * Opens a float32 model for training on the processor. Raises TrainingRefusal ('architecture-not-trainable', 'weights-not-float32',
 * 'context-size', 'not-enough-memory'), GgufRefusal, NativeFailure ('model-not-loaded', 'layout-changed').
 */
export async function openTrainer(library: LlamaLibrary, log: NativeLog, order: TrainerOrder): Promise<Trainer> {
  const { modelPath, contextSize } = order;
  if (!Number.isSafeInteger(contextSize) || contextSize < 32 || contextSize % 32 !== 0) throw new TrainingRefusal('context-size', `${contextSize} is no multiple of 32`);
  const header = await readGgufFile(modelPath);
  const shape = transformerShapeOf(header);
  // Places of labels are int32.
  if (contextSize * shape.vocabulary > 2 ** 31 - 1) throw new TrainingRefusal('context-size', `${contextSize} × ${shape.vocabulary} tokens of vocabulary are more than ggml counts`);
  const isTrained = (name: string): boolean => name !== 'rope_freqs.weight' && order.trainable(name);
  const ggml = declareGgmlFunctions(library);
  const freed: (() => void)[] = [];
  const free = (): void => {
    for (const release of freed.toReversed()) release();
  };
  try {
    const model = await openNativeModel(library, log, { path: modelPath, settings: { gpuLayers: 0, vocabularyOnly: true } });
    freed.push(() => model.free());
    const backend = openProcessorBackend(library, ggml, order.threads);
    freed.push(() => ggml.ggml_backend_free(backend));
    const place = { ggml, backend };
    const store = createParameterStore(place, header, isTrained);
    freed.push(() => store.free());
    const file = await open(modelPath, 'r');
    try {
      await store.load(file);
    } finally {
      await file.close();
    }
    const statics = createStaticInputs(place, contextSize);
    freed.push(() => statics.free());
    const { parameters } = store;
    const trained = parameters.filter(({ moments }) => moments !== null);
    const build = (training: boolean): ComputableGraph => {
      const built = buildGraph(place, shape, { parameters, statics, training });
      freed.push(() => built.free());
      return built;
    };
    const stepGraph = trained.length > 0 ? build(true) : null;
    const evaluationGraph = build(false);
    const io = createWindowIo(ggml, { statics, contextSize, vocabularySize: shape.vocabulary });
    let stepCount = 0;

    /** Null where nothing is scored: no step then, which would still decay weights and move them by their momentum. */
    const prepareStep = (window: TrainingWindow, settings: OptimizerSettings): ComputableGraph | null => {
      if (stepGraph === null) throw new TrainingRefusal('window', 'nothing of this model is to be trained');
      if (!io.write(window)) return null;
      io.writeOptimizer(settings, stepCount + 1);
      return stepGraph;
    };
    const judge = (status: number): void => {
      if (status !== 0) throw new NativeFailure('decode-failed', `ggml_backend_graph_compute gave ${status}; ${log.lastWords()}`);
    };
    const compute = ({ graph, outputs }: ComputableGraph, window: TrainingWindow): StepResult => {
      judge(ggml.ggml_backend_graph_compute(backend, graph));
      return io.read(outputs, window);
    };
    const computeAside = async ({ graph, outputs }: ComputableGraph, window: TrainingWindow): Promise<StepResult> => {
      judge(await runAside(ggml.ggml_backend_graph_compute, backend, graph));
      return io.read(outputs, window);
    };
    return {
      vocabularySize: shape.vocabulary,
      contextSize,
      parameterCount: sum(parameters.map(({ elementCount }) => elementCount)),
      trainableCount: sum(trained.map(({ elementCount }) => elementCount)),
      frozen: parameters.filter(({ moments }) => moments === null).map(({ name }) => name),
      model,
      memory: { parametersBytes: store.sizeBytes, stepBytes: stepGraph?.sizeBytes ?? 0, evaluationBytes: evaluationGraph.sizeBytes },
      get stepCount() {
        return stepCount;
      },
      step(window, settings) {
        const graph = prepareStep(window, settings);
        if (graph === null) return NOTHING_SCORED;
        const result = compute(graph, window);
        stepCount += 1;
        return result;
      },
      async stepAside(window, settings) {
        const graph = prepareStep(window, settings);
        if (graph === null) return NOTHING_SCORED;
        const result = await computeAside(graph, window);
        stepCount += 1;
        return result;
      },
      evaluate(window) {
        io.write(window);
        return compute(evaluationGraph, window);
      },
      evaluateAside(window) {
        io.write(window);
        return computeAside(evaluationGraph, window);
      },
      saveCheckpoint: (path, extra = null) => writeCheckpoint(path, store, { step: stepCount, extra }),
      async restoreCheckpoint(path) {
        const { step, extra } = await readCheckpoint(path, store);
        stepCount = step;
        return extra;
      },
      saveModel: (path) => saveTrainedModel({ modelPath, header }, store, path),
      free,
    };
  } catch (error) {
    free();
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
