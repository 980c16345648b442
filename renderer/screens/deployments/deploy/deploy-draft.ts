import type { DeploymentLimits, EngineSettings, Fit, FitReport, Lifecycle } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import { DEFAULT_QUEUE_TIMEOUT_MS, endpointNameSchema } from '../../../../main/contract/deployments.contract.ts';

/** The version chosen in the first step, with what later steps say about it. */
export interface ChosenVersion {
  modelId: string;
  modelName: string;
  versionId: string;
  versionNumber: number;
  quantization: string;
  hasChatTemplate: boolean;
  purpose: ServedPurpose;
}

/** What the person has entered so far. What is left out follows the recommendation. */
export interface DeployDraft {
  version: ChosenVersion | null;
  /** Null while the recommendation is taken as it is. */
  settings: EngineSettings | null;
  name: string | null;
  limits: Partial<DeploymentLimits>;
  lifecycle: Lifecycle;
  question: string | null;
  /** What a reranking model orders in its trial, one document a line. */
  documents: string | null;
}

export const emptyDraft: DeployDraft = { version: null, settings: null, name: null, limits: {}, lifecycle: { kind: 'pinned' }, question: null, documents: null };

const MEBIBYTE = 1024 * 1024;
const LIMIT_STEP_BYTES = 64 * MEBIBYTE;
export const SMALLEST_MEMORY_LIMIT_BYTES = 64 * MEBIBYTE;
/** Share of the predicted memory by which the suggested limit grows with it; the main side's own rule of thumb. */
const LIMIT_PER_PREDICTED = 1.5;
const LONGEST_NAME = 64;

/**
 * An endpoint name made from a model name: small letters, digits, dot, hyphen and underscore; a number is added while it
 * is taken. "model" where nothing of the name can be written so, as with a Chinese name.
 */
export function suggestName(modelName: string, taken: ReadonlySet<string>): string {
  const plain = modelName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/[-._]+$/, '');
  const base = plain === '' ? 'model' : plain;
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const ending = `-${String(number)}`;
    const name = `${base.slice(0, LONGEST_NAME - ending.length)}${ending}`;
    if (!taken.has(name)) return name;
  }
}

export type NameFault = 'nameEmpty' | 'nameWrong' | 'nameTaken';

/** What is wrong with an endpoint name; null when it may be used. */
export function nameFault(name: string, taken: ReadonlySet<string>): NameFault | null {
  if (name.trim() === '') return 'nameEmpty';
  if (!endpointNameSchema.safeParse(name).success) return 'nameWrong';
  return taken.has(name.trim()) ? 'nameTaken' : null;
}

/** The limits in effect: those entered, else the recommended ones moved along with the settings that were changed. */
export function limitsOf(draft: DeployDraft, report: FitReport, fit: Fit): DeploymentLimits {
  const grown = (fit.prediction.totalRamBytes - report.recommended.prediction.totalRamBytes) * LIMIT_PER_PREDICTED;
  const wanted = Math.ceil((report.limits.memoryLimitBytes + Math.max(0, grown)) / LIMIT_STEP_BYTES) * LIMIT_STEP_BYTES;
  const most = Math.max(report.hardware.ramTotalBytes, report.limits.memoryLimitBytes);
  return {
    maxOutputTokens: draft.limits.maxOutputTokens ?? Math.min(report.limits.maxOutputTokens, fit.settings.contextSize),
    queueLimit: draft.limits.queueLimit ?? report.limits.queueLimit,
    memoryLimitBytes: draft.limits.memoryLimitBytes ?? Math.min(wanted, most),
    queueTimeoutMs: draft.limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS,
  };
}

/** Whether two ways of loading are the same. */
export function sameSettings(a: EngineSettings, b: EngineSettings): boolean {
  return (
    a.backend === b.backend &&
    a.gpuLayers === b.gpuLayers &&
    a.contextSize === b.contextSize &&
    a.parallelSequences === b.parallelSequences &&
    a.threads === b.threads &&
    a.performance?.batchSize === b.performance?.batchSize &&
    a.performance?.flashAttention === b.performance?.flashAttention &&
    a.performance?.kvType === b.performance?.kvType
  );
}

/** The settings after another backend was chosen: on a graphics card all layers, or those recommended for it. What was tuned holds for one only. */
export function onBackend(settings: EngineSettings, backend: EngineSettings['backend'], report: FitReport): EngineSettings {
  const { recommended } = report;
  const { performance: _, ...untuned } = settings;
  const { gpuLayers, performance } = recommended.settings;
  if (backend === recommended.settings.backend) return { ...untuned, backend, gpuLayers, ...(performance === undefined ? {} : { performance }) };
  return { ...untuned, backend, gpuLayers: backend === 'cpu' ? 0 : recommended.maxGpuLayers };
}

/** The settings an error offers in place of those that do not fit; null when it offers none. */
export function offeredSettings(fit: Fit): EngineSettings | null {
  const { problem, settings } = fit;
  if (problem === null) return null;
  if (problem.code === 'CONTEXT_TOO_LARGE') return { ...settings, contextSize: fit.trainedContextSize };
  const offer = problem.data['wouldFit'];
  if (problem.code !== 'DOES_NOT_FIT' || typeof offer !== 'object' || offer === null) return null;
  const { backend, gpuLayers, contextSize } = offer as Pick<EngineSettings, 'backend' | 'gpuLayers' | 'contextSize'>;
  return { ...settings, backend, gpuLayers, contextSize };
}

/** Smaller contexts hold no conversation. */
export const SMALLEST_CONTEXT = 512;
/** Where the model does not say what it was trained for. */
const LARGEST_UNKNOWN_CONTEXT = 131_072;

/** Contexts the slider stops at: powers of two, and the trained size as the last. */
export function contextStops(trainedContextSize: number): number[] {
  const most = trainedContextSize > 0 ? trainedContextSize : LARGEST_UNKNOWN_CONTEXT;
  const stops: number[] = [];
  for (let size = Math.min(SMALLEST_CONTEXT, most); size < most; size *= 2) stops.push(size);
  return [...stops, most];
}

/** The stop nearest to a context size, as an index. */
export function nearestStop(stops: readonly number[], contextSize: number): number {
  let best = 0;
  stops.forEach((stop, index) => {
    if (Math.abs(stop - contextSize) < Math.abs((stops[best] ?? 0) - contextSize)) best = index;
  });
  return best;
}
