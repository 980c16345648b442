import { setImmediate as turn } from 'node:timers/promises';
import type { ErrorValue } from '../contract/errors.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import type { TrainingOrder, TrainingPlan, TrainingSettings } from '../contract/training.contract.ts';
import { TRAINING_CONTEXT_STEP } from '../contract/training.contract.ts';
import { roomOf } from '../engine/fit/hardware-room.ts';
import { predictTrainingMemory } from '../engine/fit/predict-training-memory.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { LoadableVersion } from '../models/index.ts';
import { isFloat32 } from './check-base.ts';
import { oldWindowsPerEpoch } from './make-windows.ts';
import { refused } from './training-refused.ts';
import { isTrained } from './trained-tensors.ts';
import type { DataOutline } from './training-data.ts';
import type { RunRecord } from './training-run.ts';

/** Tokens a byte of text becomes, where no earlier run tells: about three bytes a token in English, three bytes a character in Chinese. */
export const USUAL_TOKENS_PER_BYTE = 1 / 3;
/** More tokens than bytes, and what a template puts around a row, a row never becomes. */
const mostTokensAroundRow = 64;
/** Floating-point operations a second and core that training reaches, measured for small models on a server of 2026 (bench/training.bench.ts tells this machine's own). */
const RULE_FLOPS_PER_CORE = 8e9;
/** Left free on the disk beside what a run writes. */
const airBytes = 64 * 1024 * 1024;
/** Bytes kept in memory for a token: in a window, its label and its weight. */
const windowBytesPerToken = 12;
/** Resident, measured on Linux: contract and loop; node-llama-cpp's templates. */
const ownCodeBytes = 20 * 1024 * 1024;
const templateCodeBytes = 36 * 1024 * 1024;
const smallModelParameters = 50e6;

export interface PlanFacts {
  readonly version: LoadableVersion;
  /** Refusal of the base as such. */
  readonly problem: ErrorValue | null;
  readonly outline: DataOutline;
  readonly hardware: HardwareView;
  readonly usableCores: number;
  readonly freeDiskBytes: number;
  /** Newest first. */
  readonly earlier: readonly RunRecord[];
}

interface Need {
  readonly totalBytes: number;
  readonly trainableCount: number;
}

/** A form asks with every key: the need of a trainer, by version and what matters of the settings. Versions never change. */
const needs = new Map<string, Need>();
const mostNeeds = 200;

/** Memory of the process that trains; bytes. Planning the graph of a large model takes a tenth of a second. */
function trainerNeed({ versionId, facts }: LoadableVersion, { contextSize, layers }: Pick<TrainingSettings, 'contextSize' | 'layers'>): Need {
  const key = JSON.stringify([versionId, contextSize, layers]);
  const known = needs.get(key);
  if (known !== undefined) return known;
  const { totalBytes, momentsBytes } = predictTrainingMemory(facts, { contextSize, trainable: (name) => isTrained(name, layers, facts.layerCount) });
  const need = { totalBytes, trainableCount: momentsBytes / 8 };
  if (needs.size >= mostNeeds) needs.clear();
  needs.set(key, need);
  return need;
}

/** Beside the trainer lie the text of the rows, the windows made of it, the process's own code, and for conversations what renders them. */
function besideBytes({ textBytes, hasChats }: { textBytes: number; hasChats: boolean }): number {
  return Math.round(textBytes * (2 + USUAL_TOKENS_PER_BYTE * windowBytesPerToken)) + ownCodeBytes + (hasChats ? templateCodeBytes : 0);
}

/** The largest context up to `most` whose training fits, in multiples of the step; null where none does. */
async function largestFittingContext(version: LoadableVersion, { layers, most, availableBytes, beside }: { layers: TrainingSettings['layers']; most: number; availableBytes: number; beside: number }): Promise<number | null> {
  let fits = 0;
  let failing = Math.floor(most / TRAINING_CONTEXT_STEP) + 1;
  while (failing - fits > 1) {
    await turn();
    const middle = Math.floor((fits + failing) / 2);
    if (trainerNeed(version, { contextSize: middle * TRAINING_CONTEXT_STEP, layers }).totalBytes + beside <= availableBytes) fits = middle;
    else failing = middle;
  }
  return fits === 0 ? null : fits * TRAINING_CONTEXT_STEP;
}

/** What a run of earlier tells: tokens of this very data with this model, and otherwise how many a byte of any text became. */
export function tokensOf({ version, outline, earlier }: Pick<PlanFacts, 'version' | 'outline' | 'earlier'>, mode: TrainingOrder['mode']): number {
  const same = earlier.filter((run) => run.modelId === version.modelId && run.trainTokens !== null && run.trainBytes > 0);
  const exact = same.find((run) => run.dataset.versionId === outline.version.id && run.mode.kind === mode.kind && mode.kind !== 'incremental');
  if (exact?.trainTokens !== null && exact !== undefined) return exact.trainTokens;
  const [newest] = same;
  const perByte = newest === undefined || newest.trainTokens === null ? USUAL_TOKENS_PER_BYTE : newest.trainTokens / newest.trainBytes;
  return Math.round(outline.trainBytes * perByte);
}

/** Floating-point operations for a token: two a weight forward, four a trained weight back (Kaplan et al. 2020, section 2.1: 6 N). */
function operationsPerToken({ parameterCount, trainableCount }: { parameterCount: number; trainableCount: number }): number {
  return 2 * parameterCount + 4 * trainableCount;
}

function speedOf({ earlier, usableCores }: PlanFacts, counts: { parameterCount: number; trainableCount: number }): NonNullable<TrainingPlan['speed']> {
  const measured = earlier.find((run) => run.tokensPerSecond !== null && run.tokensPerSecond > 0 && run.trainableCount > 0);
  if (measured?.tokensPerSecond !== undefined && measured.tokensPerSecond !== null) {
    return { tokensPerSecond: (measured.tokensPerSecond * operationsPerToken(measured)) / operationsPerToken(counts), from: 'earlier-run' };
  }
  return { tokensPerSecond: (RULE_FLOPS_PER_CORE * usableCores) / operationsPerToken(counts), from: 'rule' };
}

/** What a training would be: need, room, steps, time, and why it cannot start. Sources are with each constant. */
export async function planTraining(facts: PlanFacts, { mode, settings }: TrainingOrder): Promise<TrainingPlan> {
  const { version, outline, hardware } = facts;
  const textBytes = outline.version.textBytes + (outline.old?.textBytes ?? 0);
  // Of a model that cannot be trained no graph can be planned either.
  const { totalBytes, trainableCount } = facts.problem === null ? trainerNeed(version, settings) : { totalBytes: 0, trainableCount: 0 };
  const beside = besideBytes({ textBytes, hasChats: outline.version.kinds.chat > 0 || (outline.old?.kinds.chat ?? 0) > 0 });
  const neededBytes = totalBytes + beside;
  const { parameterCount, contextLength } = version.facts;
  const availableBytes = roomOf(hardware, 'cpu').ramBytes;
  const tokenCount = tokensOf(facts, mode);
  const windows = Math.max(1, Math.ceil(tokenCount / settings.contextSize));
  const perEpoch = windows + (mode.kind === 'mixed' ? oldWindowsPerEpoch(windows, mode.oldShare) : 0);
  const stepCount = perEpoch * settings.epochs;
  const speed = speedOf(facts, { parameterCount, trainableCount });
  const mostTokens = outline.trainBytes + outline.trainRows * mostTokensAroundRow;
  const problem = async (): Promise<ErrorValue | null> => {
    if (facts.problem !== null) return facts.problem;
    if (outline.version.kinds.chat > 0 && !version.facts.chatTemplate.present) return refused('no-chat-template').toValue();
    if (outline.problem !== null) return outline.problem.toValue();
    if (settings.contextSize > contextLength) return refused('context', { found: contextLength, needed: settings.contextSize }).toValue();
    if (mostTokens < settings.contextSize) return refused('too-few-tokens', { found: tokenCount, needed: settings.contextSize }).toValue();
    if (neededBytes <= availableBytes) return null;
    const smallerContext = await largestFittingContext(version, { layers: settings.layers, most: settings.contextSize - TRAINING_CONTEXT_STEP, availableBytes, beside });
    return new ExpectedError('TRAINING_DOES_NOT_FIT', { neededBytes, availableBytes, contextSize: settings.contextSize, smallerContext }).toValue();
  };
  return {
    problem: await problem(),
    parameterCount,
    trainableCount,
    neededBytes,
    availableBytes,
    neededDiskBytes: diskBytes(version, settings, trainableCount),
    freeDiskBytes: facts.freeDiskBytes,
    rowCount: outline.trainRows,
    validationRowCount: outline.validationRows,
    tokenCount,
    stepCount,
    durationMs: facts.problem === null ? Math.round((stepCount * settings.contextSize * 1000) / speed.tokensPerSecond) : null,
    speed: facts.problem === null ? speed : null,
  };
}

/** The widened base, newest and best checkpoint and one being written (weight and two moments each), the trained weights, the new version. */
function diskBytes(version: LoadableVersion, settings: TrainingSettings, trainableCount: number): number {
  const { parameterCount } = version.facts;
  const base = isFloat32(version) ? 0 : parameterCount * 4;
  const result = settings.saveAs === 'F32' ? 0 : parameterCount * 2;
  return base + 3 * trainableCount * 12 + parameterCount * 4 + result + airBytes;
}

/** Settings that go well for most: small steps for large models, more rounds over little data, a context that holds nearly every row. */
export async function recommendSettings({ version, trainable, availableBytes, data }: { version: LoadableVersion; trainable: boolean; availableBytes: number; data: { longRowTokens: number; tokenCount: number; textBytes: number; chatRows: number } | null }): Promise<TrainingSettings> {
  const { facts } = version;
  const layers = { kind: 'all' } as const;
  const wanted = data === null ? 512 : Math.ceil(data.longRowTokens / TRAINING_CONTEXT_STEP) * TRAINING_CONTEXT_STEP;
  const most = Math.max(TRAINING_CONTEXT_STEP, Math.floor(facts.contextLength / TRAINING_CONTEXT_STEP) * TRAINING_CONTEXT_STEP);
  const fitting = !trainable ? null : await largestFittingContext(version, { layers, most: Math.min(most, Math.max(TRAINING_CONTEXT_STEP, wanted)), availableBytes, beside: besideBytes({ textBytes: data?.textBytes ?? 0, hasChats: (data?.chatRows ?? 0) > 0 }) });
  const contextSize = fitting ?? TRAINING_CONTEXT_STEP;
  const epochs = epochsFor(data?.tokenCount ?? null);
  const stepsPerEpoch = (data?.tokenCount ?? 0) / contextSize;
  const floatType = (['F32', 'F16', 'BF16'] as const).find((type) => type === facts.quantization);
  return {
    contextSize,
    epochs,
    learningRate: facts.parameterCount < smallModelParameters ? 1e-4 : 2e-5,
    schedule: 'cosine',
    warmupShare: 0.03,
    weightDecay: 0.01,
    layers,
    learnFrom: data !== null && data.chatRows > 0 ? 'answers' : 'everything',
    patience: 3,
    evaluationsPerEpoch: stepsPerEpoch > 400 ? 4 : stepsPerEpoch > 40 ? 2 : 1,
    seed: 1,
    saveAs: floatType ?? 'F16',
    threads: null,
  };
}

/** Little data must be seen more often before it is learnt; early stopping ends it where that is too often. */
function epochsFor(tokenCount: number | null): number {
  if (tokenCount === null) return 3;
  if (tokenCount < 50_000) return 10;
  if (tokenCount < 500_000) return 5;
  return tokenCount < 5_000_000 ? 3 : 1;
}

