import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readMachine } from '../engine/hardware/machine.ts';
import { collectImportance } from '../engine/native/collect-importance.ts';
import { writeImportanceMatrixFile } from '../engine/native/importance-matrix-file.ts';
import { measureDivergence, storeBase } from '../engine/native/kl-divergence.ts';
import { measureLayerInfluence } from '../engine/native/layer-influence.ts';
import { findLibraryFiles } from '../engine/native/library-files.ts';
import { openLlamaLibrary } from '../engine/native/llama-library.ts';
import type { LlamaLibrary } from '../engine/native/llama-library.ts';
import { NativeFailure } from '../engine/native/native-failure.ts';
import { listenToLog } from '../engine/native/native-log.ts';
import { openNativeModel } from '../engine/native/native-model.ts';
import type { NativeModel } from '../engine/native/native-model.ts';
import type { WindowMeasurement } from '../engine/native/perplexity.ts';
import { planWindows } from '../engine/native/text-windows.ts';
import type { WindowPlan } from '../engine/native/text-windows.ts';
import { cancelled, ExpectedError, throwFileError } from '../kernel/errors.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import { COST_TOKENS, measureCost } from './measure-cost.ts';
import type { ModelCost } from './measure-cost.ts';
import { measureRequestSchema } from './measure-task.ts';
import type { EvaluateResult, LayersResult, MatrixResult, MeasureRequest } from './measure-task.ts';
import { readMeasureText } from './measure-text.ts';
import type { LoadedText } from './measure-text.ts';
import { withSignsOfLife } from './signs-of-life.ts';
import type { LivelyTask } from './signs-of-life.ts';

/** The measuring process: loads models with llama.cpp itself, one at a time, measures with a text, answers, exits. */
serveTask(async (raw, plainTask) => {
  const request = measureRequestSchema.parse(raw);
  const { task, end } = withSignsOfLife(plainTask);
  try {
    return await perform(request, task);
  } catch (error) {
    throw plainTask.signal.aborted ? cancelled() : asExpected(error, request.kind);
  } finally {
    end();
  }
});

/** What every measurement of a request shares. */
interface Work {
  readonly library: LlamaLibrary;
  readonly request: MeasureRequest;
  readonly task: LivelyTask;
  readonly text: LoadedText;
  readonly threads: number;
  open(path: string): Promise<NativeModel>;
}

async function perform(request: MeasureRequest, task: LivelyTask): Promise<MatrixResult | LayersResult | EvaluateResult> {
  task.phase(request.kind === 'evaluate' ? 'parent' : 'load');
  // The text first: what is wrong with it should be heard before a large model is loaded.
  const text = await readMeasureText(request.text);
  const library = openLlamaLibrary(findLibraryFiles(request.backend));
  const log = listenToLog(library);
  const gpuLayers = request.backend === 'cpu' ? 0 : request.gpuLayers;
  const { usableCores } = await readMachine();
  const work: Work = {
    library,
    request,
    task,
    text,
    threads: Math.min(request.threads, usableCores),
    open: (path) => openNativeModel(library, log, { path, settings: { gpuLayers, onProgress: () => !task.signal.aborted } }),
  };
  switch (request.kind) {
    case 'matrix':
      return computeMatrix(work, request);
    case 'layers':
      return measureLayers(work, request);
    case 'evaluate':
      return evaluate(work, request);
  }
}

async function computeMatrix(work: Work, request: Extract<MeasureRequest, { kind: 'matrix' }>): Promise<MatrixResult> {
  const { collected, measured } = await measuring(work, { path: request.modelPath }, async (measurement) => {
    work.task.phase('measure');
    return { collected: await collectImportance(measurement), measured: measuredWith(work, measurement) };
  });
  await writeImportanceMatrixFile(request.outputPath, {
    entries: collected.entries,
    datasets: [work.text.name],
    chunks: collected.chunks,
    contextSize: request.contextSize,
  }).catch((error: unknown) => throwFileError(error, request.outputPath));
  const hash = createHash('sha256');
  await pipeline(createReadStream(request.outputPath), hash);
  return {
    kind: 'matrix',
    ...measured,
    entries: collected.entries.length,
    sizeBytes: (await stat(request.outputPath)).size,
    sha256: hash.digest('hex'),
  };
}

async function measureLayers(work: Work, request: Extract<MeasureRequest, { kind: 'layers' }>): Promise<LayersResult> {
  return measuring(work, { path: request.modelPath }, async (measurement) => {
    work.task.phase('measure');
    return { kind: 'layers', ...measuredWith(work, measurement), influence: await measureLayerInfluence(measurement) };
  });
}

async function evaluate(work: Work, request: Extract<MeasureRequest, { kind: 'evaluate' }>): Promise<EvaluateResult> {
  const folder = await mkdtemp(join(request.temporaryFolder, 'base-')).catch((error: unknown) => throwFileError(error, request.temporaryFolder));
  try {
    const basePath = join(folder, 'parent.logits');
    const { base, plan, measured } = await measuring(work, { path: request.parentPath }, async (measurement) => ({
      base: await storeBase(basePath, measurement),
      plan: measurement.plan,
      measured: measuredWith(work, measurement),
    }));
    work.task.phase('version', `${base.perplexity.value}`);
    const divergence = await measuring(work, { path: request.versionPath, given: plan }, (measurement) => measureDivergence(basePath, measurement, base.losses));
    await rm(basePath);
    work.task.phase('speed', `${divergence.perplexity.value}`);
    const [parentCost, cost] = await costsOf(work, [request.parentPath, request.versionPath]);
    return {
      kind: 'evaluate',
      ...measured,
      parentPerplexity: estimate(divergence.basePerplexity),
      perplexity: estimate(divergence.perplexity),
      perplexityRatio: divergence.perplexityRatio,
      klDivergence: divergence.klDivergence,
      topTokenAgreement: divergence.topTokenAgreement,
      probabilityRmsDifference: divergence.probabilityRmsDifference.value,
      parentSpeed: parentCost.speed,
      speed: cost.speed,
      parentRamBytes: parentCost.ramBytes,
      ramBytes: cost.ramBytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loads a model, cuts the text (as `given`, where a plan is), does what is asked and frees the model. */
async function measuring<Result>(work: Work, { path, given }: { path: string; given?: WindowPlan }, measure: (measurement: WindowMeasurement) => Promise<Result>): Promise<Result> {
  const { task, request } = work;
  const model = await work.open(path);
  try {
    const tokens = model.tokenize(work.text.text);
    return await measure({
      library: work.library,
      model,
      tokens,
      plan: given ?? planWindows(tokens.length, request),
      threads: work.threads,
      signal: task.signal,
      onProgress: (done, total) => task.progress(done, total, 'tokens'),
      onSignOfLife: () => task.sign(),
    });
  } finally {
    model.free();
  }
}

function measuredWith({ text }: Work, { tokens, plan }: WindowMeasurement) {
  const { name, sha256, bytes } = text;
  return { text: { name, sha256, bytes, tokens: tokens.length }, chunks: plan.chunks, contextSize: plan.contextSize };
}

/** One after the other, because only one model need fit in memory. */
async function costsOf(work: Work, [parentPath, versionPath]: readonly [string, string]): Promise<[ModelCost, ModelCost]> {
  let done = 0;
  const costOf = (path: string): Promise<ModelCost> =>
    measureCost({
      library: work.library,
      open: () => work.open(path),
      threads: work.threads,
      signal: work.task.signal,
      onTokens(tokens) {
        done += tokens;
        work.task.progress(done, 2 * COST_TOKENS, 'tokens');
      },
    });
  return [await costOf(parentPath), await costOf(versionPath)];
}

function estimate({ value, error }: { value: number; error: number }): { value: number; error: number } {
  return { value, error };
}

const subjects = { matrix: 'matrix', layers: 'layers', evaluate: 'evaluation' } as const;

/** What llama.cpp refused, as an error of the catalogue; anything else as it is. */
function asExpected(error: unknown, kind: MeasureRequest['kind']): unknown {
  if (!(error instanceof NativeFailure)) return error;
  const { reason, detail } = error;
  if (reason === 'library-missing' || reason === 'layout-changed') return new ExpectedError('NATIVE_LIBRARY_UNUSABLE', { reason, detail }, { cause: error });
  return new ExpectedError('MEASURING_FAILED', { what: subjects[kind], detail: `${reason}: ${detail}` }, { cause: error });
}
