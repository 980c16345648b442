import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { BaselinePreview, Benchmark, Percentiles, Tuning } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { throwFileError } from '../kernel/errors.ts';
import { findDeployment, findVersion, followJob, pause, say } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './output.ts';
import type { Command } from './parse-command.ts';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
export type BenchmarkCommand = Of<'benchmark' | 'benchmark-list' | 'benchmark-export' | 'benchmark-import' | 'tune'>;

const usualPromptTokens = 512;
const usualGenerationTokens = 128;
/** Above this share the figures are doubtful (contract, foreignLoad). */
const doubtfulLoad = 0.2;

/** `modelward benchmark …` and `modelward tune …`. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runBenchmarkCommand(command: BenchmarkCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  switch (command.kind) {
    case 'benchmark':
      return benchmark(command, context);
    case 'benchmark-list': {
      const benchmarks = await client.benchmarks.list({});
      output.result(benchmarks, () => printBenchmarks(benchmarks, context));
      return 0;
    }
    case 'benchmark-export': {
      const benchmarkIds = command.ids.length > 0 ? command.ids : (await client.benchmarks.list({})).map(({ id }) => id);
      if (benchmarkIds.length === 0) {
        output.note(catalogue[language].cli.noBenchmarks);
        return 0;
      }
      const file = await client.benchmarks.export({ benchmarkIds, format: command.format });
      output.result(file, () => file.text.trimEnd());
      return 0;
    }
    case 'benchmark-import':
      return importBaseline(command, context);
    case 'tune':
      return tune(command, context);
  }
}

async function benchmark(command: Of<'benchmark'>, context: CommandContext): Promise<number> {
  const { opened, output } = context;
  const { client } = opened;
  const { subject, mostTokens } = await subjectOf(command, context);
  const { jobId } = await client.benchmarks.start({
    subject,
    plan: {
      promptSizes: command.promptSizes ?? [Math.min(usualPromptTokens, mostTokens)],
      generationSizes: command.generationSizes ?? [Math.min(usualGenerationTokens, mostTokens)],
      streams: command.streams,
      streamPromptTokens: command.streamPromptTokens ?? Math.max(1, Math.min(usualPromptTokens, Math.floor(mostTokens / 2))),
      streamOutputTokens: command.streamOutputTokens ?? Math.max(2, Math.min(usualGenerationTokens, Math.floor(mostTokens / 4))),
      repeats: command.repeats,
      warmUp: command.warmUp,
    },
    label: command.label,
  });
  const { objectId } = await followJob(jobId, context);
  const measured = await client.benchmarks.get({ benchmarkId: objectId });
  output.result(measured, () => printBenchmark(measured, context));
  return 0;
}

/** What is measured, and how many tokens of context it has. A deployment that is stopped here is started for it. */
async function subjectOf(command: Of<'benchmark'>, context: CommandContext) {
  const { client } = context.opened;
  if (command.subject.kind === 'deployment') {
    const { id, state } = await findDeployment(command.subject.name, context);
    if (!context.opened.remote && state === 'stopped') {
      await client.deployments.start({ deploymentId: id });
      while ((await client.deployments.get({ deploymentId: id })).state === 'starting') await pause(50);
    }
    const { settings, limits } = await client.deployments.get({ deploymentId: id });
    return { subject: { kind: 'deployment' as const, deploymentId: id }, mostTokens: Math.min(limits.maxOutputTokens, Math.floor(settings.contextSize / 2)) };
  }
  const { id: versionId, facts } = await findVersion(command.subject.name, context, 'newest');
  const { recommended } = await client.deployments.fit({ versionId });
  const own = recommended.settings;
  const backend = command.backend ?? own.backend;
  const settings: EngineSettings = {
    ...own,
    backend,
    gpuLayers: command.gpuLayers ?? (backend === 'cpu' ? 0 : own.gpuLayers),
    contextSize: command.contextSize ?? own.contextSize,
    threads: command.threads ?? own.threads,
  };
  return { subject: { kind: 'version' as const, versionId, settings }, mostTokens: facts.contextLength > 0 ? facts.contextLength : usualPromptTokens };
}

async function importBaseline({ file, label }: Of<'benchmark-import'>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => throwFileError(error, path));
  const fileName = basename(path);
  const preview: BaselinePreview = await opened.client.benchmarks.previewBaseline({ fileName, text });
  const { benchmarkIds } = await opened.client.benchmarks.importBaseline({ fileName, text, label: label ?? fileName });
  const reasons = catalogue[language].cli.baselineReasons;
  for (const { at, reason } of preview.skipped) output.note(say(context, 'baselineSkipped', { at, reason: reasons[reason] }));
  output.result({ benchmarkIds, skipped: preview.skipped }, () => say(context, 'baselineImported', { count: benchmarkIds.length }));
  return 0;
}

async function tune(command: Of<'tune'>, context: CommandContext): Promise<number> {
  const { opened, output } = context;
  const { client } = opened;
  const { id: versionId } = await findVersion(command.model, context, 'newest');
  const { recommended } = await client.deployments.fit({ versionId });
  const { jobId } = await client.benchmarks.tune({
    versionId,
    backend: command.backend ?? recommended.settings.backend,
    goal: command.goal,
    contextSize: command.contextSize ?? Math.max(256, recommended.settings.contextSize),
    budgetMs: command.budgetMs,
    allowSmallerKv: command.allowSmallerKv,
  });
  const { objectId } = await followJob(jobId, context);
  const tuning = await client.benchmarks.tuning({ tuningId: objectId });
  output.result(tuning, () => printTuning(tuning, context));
  return 0;
}

function printBenchmark(measured: Benchmark, context: CommandContext): string {
  const { language } = context;
  const format = createFormatter(language);
  const texts = catalogue[language].cli;
  const { table: words } = texts;
  const places = (value: number): string => format.number(value, value < 100 ? 2 : 1);
  const times = (percentiles: Percentiles | null, parts: readonly ('p50' | 'p95' | 'p99')[]): string => (percentiles === null ? '–' : parts.map((part) => places(percentiles[part])).join(' / '));
  const rows = measured.rows.map((row) => [
    texts.tests[row.test],
    row.test === 'streams' ? `${row.promptTokens} + ${row.outputTokens}` : String(row.promptTokens + row.outputTokens),
    String(row.streams),
    places(row.tokensPerSecond.mean),
    places(row.tokensPerSecond.deviation),
    times(row.ttftMs, ['p50', 'p95']),
    times(row.interTokenMs, ['p50', 'p95', 'p99']),
  ]);
  const first =
    measured.model.deploymentId === null
      ? say(context, 'benchmarked', { label: measured.label, load: format.duration(measured.loadMs), ram: format.bytes(measured.peakRamBytes) })
      : say(context, 'benchmarkedDeployment', { label: measured.label });
  return [first, table([words.test, words.tokens, words.streams, words.speed, words.spread, words.firstToken, words.betweenTokens], rows, [1, 2, 3, 4, 5, 6]), ...doubt(measured.foreignLoad, context)].join('\n');
}

function doubt(foreignLoad: number | null, context: CommandContext): string[] {
  if (foreignLoad === null || foreignLoad <= doubtfulLoad) return [];
  return [say(context, 'doubtful', { load: createFormatter(context.language).percent(foreignLoad) })];
}

function printBenchmarks(benchmarks: readonly Benchmark[], { language }: CommandContext): string {
  const texts = catalogue[language].cli;
  if (benchmarks.length === 0) return texts.noBenchmarks;
  const format = createFormatter(language);
  const { table: words } = texts;
  const best = ({ rows }: Benchmark, test: 'prompt' | 'generation'): string => {
    const row = rows.find((each) => each.test === test);
    return row === undefined ? '–' : format.number(row.tokensPerSecond.mean, 1);
  };
  const rows = benchmarks.map((each) => [each.id, each.label, each.model.quantization, each.engine.backend, each.machine?.name ?? '–', best(each, 'prompt'), best(each, 'generation'), format.dateTime(each.atMs)]);
  const speed = (test: 'prompt' | 'generation'): string => `${texts.tests[test]} (${words.speed})`;
  return table([words.id, words.label, words.quantization, words.backend, words.machine, speed('prompt'), speed('generation'), words.time], rows, [5, 6]);
}

function printTuning(tuning: Tuning, context: CommandContext): string {
  const { language } = context;
  const format = createFormatter(language);
  const texts = catalogue[language].cli;
  const { table: words } = texts;
  const gain = tuning.chosen.score - 1;
  const rows = tuning.explanation.map((entry) => [texts.tunedSettings[entry.setting], String(entry.from), String(entry.to), entry.outcome === 'better' ? `+${format.percent(entry.gain - 1)}` : '–', texts.tunedOutcomes[entry.outcome]]);
  const last = gain > 0 ? say(context, 'tuned', { gain: format.percent(gain) }) : texts.tunedSame;
  return [table([words.setting, words.from, words.to, words.gain, words.outcome], rows, [3]), last, ...doubt(tuning.foreignLoad, context)].join('\n');
}
