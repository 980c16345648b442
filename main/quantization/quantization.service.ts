import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { contract } from '../contract/contract.ts';
import { qualityPolicySchema } from '../contract/quantization.contract.ts';
import type { Evaluation, ImportanceMatrix, LayerReport, PruneProposal, QualityPolicy, QuantizationType, QuantizePlan } from '../contract/quantization.contract.ts';
import { QUANTIZATION_TYPES, quantizationTypeNamed } from '../engine/native/quantization-types.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import { freeBytesAt } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { requireWriting } from '../models/index.ts';
import type { LoadableVersion } from '../models/index.ts';
import { checkApproval } from './check-approval.ts';
import { checkLayers, checkPrunable } from './check-pruning.ts';
import { checkRequantizing, isQuantized, sameShape } from './check-source.ts';
import { pruneJob, quantizeJob } from './derive-jobs.ts';
import { lossOf, recommend, violationsOf } from './judge-evaluation.ts';
import { evaluateJob, layersJob, matrixJob, placeMatrix, shownPayload } from './measure-jobs.ts';
import type { MeasurePayload } from './measure-jobs.ts';
import { proposePruning } from './propose-pruning.ts';
import type { QuantizationDependencies } from './quantization-dependencies.ts';
import { importedMatrixSchema, planResultSchema } from './quantize-task.ts';
import type { PlanResult } from './quantize-task.ts';
import { matrixForTask, matrixPathOf, runQuantizer } from './run-quantizer.ts';
import type { EvaluationRecord, MatrixRecord } from './quantization.store.ts';

type Input<Name extends keyof typeof contract.quantization> = z.infer<
  NonNullable<(typeof contract.quantization)[Name]['~orpc']['inputSchema']> extends z.ZodType<infer Value> ? z.ZodType<Value> : never
>;

export interface QuantizationService {
  types(): readonly QuantizationType[];
  plan(interaction: Interaction, input: Input<'plan'>): Promise<QuantizePlan>;
  quantize(interaction: Interaction, input: Input<'quantize'>): Promise<{ jobId: string }>;
  computeMatrix(interaction: Interaction, input: Input<'computeMatrix'>): { jobId: string };
  importMatrix(interaction: Interaction, input: Input<'importMatrix'>): Promise<ImportanceMatrix>;
  matrices(): ImportanceMatrix[];
  removeMatrix(interaction: Interaction, matrixId: string): Promise<void>;
  measureLayers(interaction: Interaction, input: Input<'measureLayers'>): { jobId: string };
  layerReports(versionId: string): LayerReport[];
  proposePruning(input: Input<'proposePruning'>): Promise<PruneProposal>;
  prune(interaction: Interaction, input: Input<'prune'>): { jobId: string };
  evaluate(interaction: Interaction, input: Input<'evaluate'>): { jobId: string };
  evaluations(versionId: string | null): Evaluation[];
  evaluation(evaluationId: string): Evaluation;
  policy(): QualityPolicy;
  setPolicy(interaction: Interaction, policy: QualityPolicy): void;
  /** Raises APPROVAL_BLOCKED where the policy in force does not let a version be approved. */
  gate(versionId: string): void;
  /** Raises VERSION_NOT_APPROVED where only approved versions may serve and this one is not. What runs already goes on running. */
  servingGate(versionId: string): void;
  /** Removes files of matrices that no row knows: what a crash, or a model's deletion, left. */
  sweep(): Promise<void>;
}

const policyKey = 'quality.policy';
/** Nothing is asked until somebody decides it. */
const noPolicy: QualityPolicy = { maxPerplexityIncreasePercent: null, maxMeanKlDivergence: null, minTopTokenAgreementPercent: null, requireEvaluation: false, onlyApprovedMayServe: false };
/** Left free on the disk beside a new file. */
const airBytes = 64 * 1024 * 1024;
/** From this share of changed tensors on, fallbacks are worth a word. */
const manyFallbacks = 0.25;

export function createQuantizationService(dependencies: QuantizationDependencies): QuantizationService {
  const { db, store, settings, audit, clock, events, jobs, models, layout } = dependencies;
  jobs.register(quantizeJob(dependencies));
  jobs.register(pruneJob(dependencies));
  jobs.register(matrixJob(dependencies));
  jobs.register(layersJob(dependencies));
  jobs.register(evaluateJob(dependencies));

  const objectOf = (version: LoadableVersion) => ({ type: 'model', id: version.modelId, name: version.modelName });
  const changed = (): void => events.publish({ type: 'quantization.changed' });
  const policy = (): QualityPolicy => settings.get(policyKey, qualityPolicySchema) ?? noPolicy;
  const requireMatrix = (id: string): MatrixRecord => {
    const matrix = store.matrix(id);
    if (matrix === undefined) throw new ExpectedError('NOT_FOUND', { what: 'matrix', id });
    return matrix;
  };
  const requireReport = (id: string): LayerReport => {
    const report = store.layerReport(id);
    if (report === undefined) throw new ExpectedError('NOT_FOUND', { what: 'layer-report', id });
    return report;
  };
  const requireUsable = (version: LoadableVersion): LoadableVersion => {
    if (version.retired) throw new ExpectedError('MODEL_RETIRED', { name: version.modelName });
    requireWriting(version.facts);
    return version;
  };
  const showMatrix = (record: MatrixRecord, versions: readonly LoadableVersion[]): ImportanceMatrix => {
    const own = models.version(record.versionId);
    return {
      ...record,
      modelName: own.modelName,
      versionNumber: own.number,
      usableFor: versions.filter(({ versionId, facts }) => versionId !== own.versionId && sameShape(facts, own.facts)).map(({ versionId }) => versionId),
    };
  };
  const showEvaluation = (record: EvaluationRecord): Evaluation => {
    const version = models.version(record.versionId);
    const parent = models.version(record.parentVersionId);
    return {
      ...record,
      modelId: version.modelId,
      modelName: version.modelName,
      versionNumber: version.number,
      quantization: version.facts.quantization,
      parentVersionNumber: parent.number,
      parentQuantization: parent.facts.quantization,
      sizeBytes: version.sizeBytes,
      parentSizeBytes: parent.sizeBytes,
      recommendation: recommend(lossOf(record)),
      violations: violationsOf(lossOf(record), policy()),
    };
  };
  /** The quantizer's own dry run. */
  const dryRun = async (interaction: Interaction, { versionId, type, options }: Input<'plan'>): Promise<{ source: LoadableVersion; type: QuantizationType; found: PlanResult }> => {
    const known = quantizationTypeNamed(type);
    if (known === null) throw new ExpectedError('QUANTIZATION_REFUSED', { type, reason: 'unknown-type', detail: '' });
    const matrix = options.importanceMatrixId === null ? null : requireMatrix(options.importanceMatrixId);
    const source = requireUsable(await models.versionForLoading(versionId));
    const request = { kind: 'plan' as const, modelPath: source.path, type: known.type, options, matrix: matrixForTask(layout, matrix) };
    return { source, type: known, found: await runQuantizer(dependencies, { request, resultSchema: planResultSchema, signal: interaction.signal }) };
  };
  const start = (interaction: Interaction, { kind, type, title, payload, after }: { kind: Parameters<typeof jobs.enqueue>[1]['kind']; type: Parameters<typeof audit.append>[1]['type']; title: string; payload: unknown; after: unknown }): { jobId: string } => {
    const jobId = db
      .transaction(() => {
        const id = jobs.enqueue(interaction, { kind, title, payload });
        audit.append(interaction, { type, object: { type: 'job', id, name: title }, after: after as never });
        return id;
      })
      .immediate();
    jobs.kick();
    return { jobId };
  };
  const startMeasuring = (interaction: Interaction, input: MeasurePayload, what: { kind: 'quantization.matrix' | 'quantization.layers'; type: 'quantization.matrixStarted' | 'quantization.layersStarted' }): { jobId: string } => {
    const { modelName, number } = requireUsable(models.version(input.versionId));
    return start(interaction, { ...what, title: `${modelName} v${number}`, payload: input, after: shownPayload(input) });
  };

  return {
    types: () => QUANTIZATION_TYPES,

    async plan(interaction, input) {
      const { source, type, found } = await dryRun(interaction, input);
      return planOf(found, { source, type, hasMatrix: input.options.importanceMatrixId !== null, freeBytes: await freeBytesAt(layout.root) });
    },

    async quantize(interaction, input) {
      if (!input.acceptRequantize) checkRequantizing(models, models.version(input.versionId));
      const { source, type, found } = await dryRun(interaction, input);
      if (found.needsMatrix) throw new ExpectedError('QUANTIZATION_REFUSED', { type: type.type, reason: 'matrix-required', detail: '' });
      const freeBytes = await freeBytesAt(layout.root);
      const neededBytes = found.sizeBytes + airBytes;
      if (freeBytes < neededBytes) throw new ExpectedError('DISK_FULL', { path: layout.root, neededBytes, freeBytes });
      const payload = { ...input, type: type.type };
      return start(interaction, { kind: 'quantization.quantize', type: 'quantization.started', title: `${source.modelName} → ${type.type}`, payload, after: payload });
    },

    computeMatrix: (interaction, input) => startMeasuring(interaction, input, { kind: 'quantization.matrix', type: 'quantization.matrixStarted' }),

    async importMatrix(interaction, { versionId, path }) {
      const version = await models.versionForLoading(versionId);
      requireWriting(version.facts);
      const id = newId('mtx');
      const folder = join(layout.quarantine, id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const from = join(folder, 'matrix.gguf');
        const request = { kind: 'import-matrix' as const, path, modelPath: version.path, outputPath: from };
        const { entries, chunks, contextSize, datasets, sizeBytes, sha256 } = await runQuantizer(dependencies, { request, resultSchema: importedMatrixSchema, signal: interaction.signal });
        // Of its text only the name is known.
        const text = datasets[0] === undefined ? null : { name: datasets[0], sha256: '', bytes: 0, tokens: chunks * contextSize };
        const record: MatrixRecord = { id, versionId, source: 'imported', text, chunks, contextSize, entries, sizeBytes, sha256, atMs: clock.nowMs(), startedBy: interaction.actor.name };
        await placeMatrix({ db, layout }, { id, from }, () => {
          store.insertMatrix(record);
          audit.append(interaction, { type: 'quantization.matrixImported', object: objectOf(version), after: { matrixId: id, versionId, number: version.number, path, sha256, entries, chunks } });
        });
        changed();
        return showMatrix(record, models.versions());
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    matrices() {
      const versions = models.versions();
      return store.matrices().map((record) => showMatrix(record, versions));
    },

    async removeMatrix(interaction, matrixId) {
      db.transaction(() => {
        const record = requireMatrix(matrixId);
        const version = models.version(record.versionId);
        store.deleteMatrix(matrixId);
        audit.append(interaction, { type: 'quantization.matrixRemoved', object: objectOf(version), before: { matrixId, versionId: record.versionId, number: version.number, sha256: record.sha256 } });
      }).immediate();
      changed();
      await rm(matrixPathOf(layout, matrixId), { force: true });
    },

    measureLayers: (interaction, input) => startMeasuring(interaction, input, { kind: 'quantization.layers', type: 'quantization.layersStarted' }),

    layerReports: (versionId) => store.layerReports(models.version(versionId).versionId),

    async proposePruning({ reportId, removeCount, layers }) {
      const report = requireReport(reportId);
      const { facts, sizeBytes } = models.version(report.versionId);
      return proposePruning({ facts, sizeBytes, report, removeCount, layers, freeBytes: await freeBytesAt(layout.root) });
    },

    prune(interaction, { versionId, reportId, layers, evaluate }) {
      const source = requireUsable(models.version(versionId));
      const report = requireReport(reportId);
      if (report.versionId !== versionId) throw new ExpectedError('NOT_FOUND', { what: 'layer-report', id: reportId });
      checkPrunable(source.facts);
      const removed = [...new Set(layers)].sort((a, b) => a - b);
      checkLayers(removed, source.facts.layerCount);
      const payload = { versionId, layers: removed, evaluate };
      return start(interaction, { kind: 'quantization.prune', type: 'quantization.pruneStarted', title: `${source.modelName} − ${removed.length}`, payload, after: { ...payload, reportId } });
    },

    evaluate(interaction, input) {
      const version = requireUsable(models.version(input.versionId));
      const parentVersionId = input.parentVersionId ?? models.familyOf(input.versionId).find((member) => member.versionId === input.versionId)?.parentVersionId ?? null;
      if (parentVersionId === null || parentVersionId === input.versionId) throw new ExpectedError('NO_PARENT', {});
      const parent = models.version(parentVersionId);
      const [size, parentSize] = [version.facts.vocabularySize, parent.facts.vocabularySize];
      if (size !== parentSize) throw new ExpectedError('VOCABULARY_DIFFERS', { size, parentSize });
      const payload = { ...input, parentVersionId };
      return start(interaction, { kind: 'quantization.evaluate', type: 'quantization.evaluationStarted', title: `${version.modelName} v${version.number}`, payload, after: shownPayload(payload) });
    },

    evaluations: (versionId) => store.evaluations(versionId === null ? null : models.version(versionId).versionId).map(showEvaluation),

    evaluation(evaluationId) {
      const record = store.evaluation(evaluationId);
      if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'evaluation', id: evaluationId });
      return showEvaluation(record);
    },

    policy,

    setPolicy(interaction, next) {
      db.transaction(() => {
        const before = policy();
        settings.set(policyKey, next);
        audit.append(interaction, { type: 'quantization.policyChanged', object: { type: 'policy', id: 'quality', name: '' }, before, after: next });
      }).immediate();
      changed();
    },

    gate: (versionId) => checkApproval({ versionId, family: models.familyOf(versionId), evaluations: store.evaluations(versionId), policy: policy() }),

    servingGate(versionId) {
      if (!policy().onlyApprovedMayServe) return;
      const { modelName: name, number } = models.version(versionId);
      const isApproved = models.familyOf(versionId).some((member) => member.versionId === versionId && member.approved);
      if (!isApproved) throw new ExpectedError('VERSION_NOT_APPROVED', { name, number });
    },

    async sweep() {
      const kept = new Set(store.matrices().map(({ id }) => `${id}.gguf`));
      const files = await readdir(layout.importanceMatrices).catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return [];
        throw error;
      });
      for (const file of files) if (!kept.has(file)) await rm(join(layout.importanceMatrices, file), { recursive: true, force: true });
    },
  };
}

function planOf(found: PlanResult, { source, type, hasMatrix, freeBytes }: { source: LoadableVersion; type: QuantizationType; hasMatrix: boolean; freeBytes: number }): QuantizePlan {
  const fallbackCount = found.tensors.filter(({ fallbackFrom }) => fallbackFrom !== null).length;
  const changedCount = found.tensors.filter(({ from, to }) => from !== to).length;
  const warnings: QuantizePlan['warnings'] = [];
  if (isQuantized(source.facts)) warnings.push('already-quantized');
  if (found.needsMatrix) warnings.push('importance-matrix-required');
  else if (type.importanceMatrix === 'recommended' && !hasMatrix) warnings.push('importance-matrix-recommended');
  if (found.sizeBytes >= source.sizeBytes) warnings.push('larger-than-source');
  if (fallbackCount > 0 && fallbackCount >= changedCount * manyFallbacks) warnings.push('many-fallbacks');
  const { sizeBytes, bitsPerWeight, tensors } = found;
  return { type: type.type, sourceSizeBytes: source.sizeBytes, sizeBytes, bitsPerWeight, freeBytes, fits: sizeBytes + airBytes <= freeBytes, tensors, fallbackCount, warnings };
}
