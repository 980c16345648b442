import { resolve } from 'node:path';
import type { Evaluation, MeasureText } from '../contract/quantization.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { findVersion, followJob } from './command-context.ts';
import type { CommandContext, FoundVersion } from './command-context.ts';
import type { ShrinkCommand } from './parse-shrink-command.ts';
import { printEvaluation, printMatrices, printPlan } from './print-shrink.ts';

type Of<Kind extends ShrinkCommand['kind']> = Extract<ShrinkCommand, { kind: Kind }>;

/** llama-imatrix and llama-perplexity use windows of 512 tokens; so many of them are enough to see what matters. */
const usual = { contextSize: 512, matrixChunks: 0, layerChunks: 16, evaluationChunks: 16 } as const;

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runShrinkCommand(command: ShrinkCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  switch (command.kind) {
    case 'quantize':
      return quantize(command, context);
    case 'matrix-compute': {
      const version = await findVersion(command.model, context, 'source');
      const { jobId } = await client.quantization.computeMatrix({ versionId: version.id, ...measuring(command, { version, text: 'calibration', chunks: usual.matrixChunks }) });
      const { objectId } = await followJob(jobId, context);
      const matrix = (await client.quantization.matrices({})).find(({ id }) => id === objectId);
      output.result(matrix, () => (matrix === undefined ? '' : printMatrices([matrix], language)));
      return 0;
    }
    case 'matrix-import': {
      const version = await findVersion(command.model, context, 'source');
      const matrix = await client.quantization.importMatrix({ versionId: version.id, path: resolve(command.file) });
      output.result(matrix, () => printMatrices([matrix], language));
      return 0;
    }
    case 'matrix-list': {
      const matrices = await client.quantization.matrices({});
      output.result(matrices, () => printMatrices(matrices, language));
      return 0;
    }
    case 'matrix-remove':
      await client.quantization.removeMatrix({ matrixId: command.matrixId });
      output.result({ matrixId: command.matrixId }, () => fill(catalogue[language].cli.removed, { name: command.matrixId }));
      return 0;
    case 'prune':
      return prune(command, context);
    case 'evaluate': {
      const version = await findVersion(command.model, context, 'newest');
      const parentVersionId = command.against === null ? null : (await findVersion(`${version.modelName}@${command.against}`, context, 'newest')).id;
      const { jobId } = await client.quantization.evaluate({ versionId: version.id, parentVersionId, ...measuring(command, { version, text: 'held-out', chunks: usual.evaluationChunks }) });
      const { objectId } = await followJob(jobId, context);
      const evaluation = await client.quantization.evaluation({ evaluationId: objectId });
      output.result(evaluation, () => printEvaluation(evaluation, language));
      return 0;
    }
    case 'approve': {
      const { id, modelName, number } = await findVersion(command.model, context, 'newest');
      const input = { versionId: id, note: command.note };
      if (command.withdraw) await client.models.withdrawApproval(input);
      else await client.models.approveVersion(input);
      const texts = catalogue[language].cli;
      output.result({ ...input, number, approved: !command.withdraw }, () => fill(command.withdraw ? texts.approvalWithdrawn : texts.approved, { name: modelName, number }));
      return 0;
    }
  }
}

async function quantize(command: Of<'quantize'>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const source = await findVersion(command.model, context, 'source');
  const { type, importanceMatrixId, outputTensorType, tokenEmbeddingType, overrides, pure, leaveOutputTensor, threads } = command;
  const options = { importanceMatrixId, outputTensorType, tokenEmbeddingType, overrides, pure, leaveOutputTensor, threads };
  if (command.dryRun) {
    const plan = await client.quantization.plan({ versionId: source.id, type, options });
    output.result(plan, () => printPlan(plan, language));
    return 0;
  }
  const { jobId } = await client.quantization.quantize({ versionId: source.id, type, options, acceptRequantize: command.acceptRequantize, evaluate: command.evaluate });
  return finishVersion(jobId, source, context);
}

async function prune(command: Of<'prune'>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const source = await findVersion(command.model, context, 'source');
  const { jobId: measuringJob } = await client.quantization.measureLayers({ versionId: source.id, ...measuring(command, { version: source, text: 'calibration', chunks: usual.layerChunks }) });
  const { objectId: reportId } = await followJob(measuringJob, context);
  const proposal = await client.quantization.proposePruning({ reportId, removeCount: command.layers, layers: null });
  const format = createFormatter(language);
  const words = (): string =>
    fill(catalogue[language].cli.pruneProposal, {
      layers: proposal.layers.join(', '),
      size: format.bytes(proposal.sizeBytes),
      sourceSize: format.bytes(proposal.sourceSizeBytes),
      speed: format.number(proposal.speedRatio, 2),
    });
  if (command.dryRun) {
    output.result(proposal, words);
    return 0;
  }
  output.note(words());
  const { jobId } = await client.quantization.prune({ versionId: source.id, reportId, layers: proposal.layers, evaluate: command.evaluate });
  return finishVersion(jobId, source, context);
}

/** Waits for the new version, and for the comparison that was queued with it. */
async function finishVersion(jobId: string, source: FoundVersion, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const { createdAtMs } = await client.jobs.get({ jobId });
  const { objectId: versionId } = await followJob(jobId, context);
  const version = (await client.models.get({ modelId: source.modelId })).versions.find(({ id }) => id === versionId);
  const format = createFormatter(language);
  const made = fill(catalogue[language].cli.versionMade, {
    number: version?.number,
    name: source.modelName,
    quantization: version?.facts.quantization,
    size: format.bytes(version?.sizeBytes ?? null),
    sourceSize: format.bytes(source.sizeBytes),
  });
  output.note(made);
  const title = `${source.modelName} v${version?.number ?? ''}`;
  const comparing = (await client.jobs.list({})).find((job) => job.kind === 'quantization.evaluate' && job.title === title && job.createdAtMs >= createdAtMs);
  let evaluation: Evaluation | null = null;
  if (comparing !== undefined) evaluation = await client.quantization.evaluation({ evaluationId: (await followJob(comparing.id, context)).objectId });
  output.result({ version, evaluation }, () => [made, ...(evaluation === null ? [] : [printEvaluation(evaluation, language)])].join('\n'));
  return 0;
}

function measuring(
  command: { text: string | null; chunks: number | null; contextSize: number | null },
  { version, text, chunks }: { version: FoundVersion; text: 'calibration' | 'held-out'; chunks: number },
): { text: MeasureText; chunks: number; contextSize: number } {
  const { contextLength } = version.facts;
  return {
    text: command.text === null ? { kind: 'bundled', name: text } : { kind: 'path', path: resolve(command.text) },
    chunks: command.chunks ?? chunks,
    contextSize: command.contextSize ?? (contextLength === 0 ? usual.contextSize : Math.min(usual.contextSize, contextLength)),
  };
}
