import type { Language } from '../contract/accounts.contract.ts';
import type { ModelVersion } from '../contract/models.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import type { OpenClient } from './open-client.ts';
import type { Output } from './output.ts';

/** What every command works with. */
export interface CommandContext {
  opened: OpenClient;
  output: Output;
  language: Language;
  signal: AbortSignal;
}

/** Keys of the catalogue that are sentences and not lists of words. */
type SentenceKey = { [Key in keyof (typeof catalogue)['zh-CN']['cli']]: (typeof catalogue)['zh-CN']['cli'][Key] extends string ? Key : never }[keyof (typeof catalogue)['zh-CN']['cli']];

/** A sentence of the command line. */
export function say({ language }: CommandContext, key: SentenceKey, values: Record<string, unknown>): string {
  return fill(catalogue[language].cli[key], values);
}

/** Between two remarks on how far a phase is. */
const remarkEveryMs = 2000;

/** Tells each phase as it begins, how far it is now and then, and answers what the job made. Raises its error, CANCELLED when it was stopped here or elsewhere. */
export async function followJob(jobId: string, context: CommandContext): Promise<{ objectType: string; objectId: string }> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const phases: Record<string, string> = catalogue[language].jobs.phases;
  const format = createFormatter(language);
  let told = 0;
  let saidAtMs = 0;
  let remark = '';
  for (;;) {
    const job = await client.jobs.get({ jobId });
    const { progress } = job;
    // A short phase may begin and end between two looks: it is told all the same.
    const entered = [...job.phases.map((finished) => finished.phase), ...(progress === null || job.phases.some((finished) => finished.phase === progress.phase) ? [] : [progress.phase])];
    if (entered.length > told) {
      saidAtMs = performance.now();
      for (const phase of entered.slice(told)) output.note(say(context, 'importPhase', { phase: phases[phase] ?? phase }));
      told = entered.length;
    } else if (progress !== null && progress.total !== null && progress.etaMs !== null && progress.done > 0 && performance.now() - saidAtMs > remarkEveryMs) {
      saidAtMs = performance.now();
      // The detail of a tuning is figures for its screen, not words.
      const detail = job.kind === 'benchmarks.tune' ? '' : progress.detail;
      const now = say(context, 'jobProgress', { share: format.percent(progress.done / progress.total), left: format.duration(progress.etaMs), detail }).trimEnd();
      if (now !== remark) output.note(now);
      remark = now;
    }
    if (job.state === 'succeeded' && job.result !== null) return job.result;
    if (job.state === 'failed' && job.error !== null) throw expectedFromValue(job.error);
    if (job.state === 'cancelled' || job.state === 'interrupted') throw new ExpectedError('CANCELLED', {});
    if (signal.aborted) await client.jobs.cancel({ jobId });
    await pause(100);
  }
}

/** By id, or by name as people write it. Raises NOT_FOUND. */
export async function findModel(nameOrId: string, { opened }: CommandContext): Promise<{ id: string; name: string }> {
  const wanted = nameOrId.normalize('NFKC').trim().toLowerCase();
  const models = await opened.client.models.list({});
  const found = models.find((model) => model.id === nameOrId || model.name.normalize('NFKC').trim().toLowerCase() === wanted);
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: nameOrId });
  return found;
}

export type FoundVersion = ModelVersion & { modelId: string; modelName: string };

/**
 * MODEL or MODEL@N. Without a number the newest one; where the weights are to be worked on, the newest imported one, because a version
 * that was made here has lost something already. Raises NOT_FOUND.
 */
export async function findVersion(text: string, context: CommandContext, without: 'newest' | 'source'): Promise<FoundVersion> {
  const [, name = text, number] = /^(.*)@(\d+)$/.exec(text) ?? [];
  const model = await findModel(name, context);
  const { versions } = await context.opened.client.models.get({ modelId: model.id });
  const found =
    number !== undefined
      ? versions.find((version) => version.number === Number(number))
      : ((without === 'source' ? versions.find(({ lineage }) => lineage === null) : undefined) ?? versions[0]);
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'version', id: text });
  return { ...found, modelId: model.id, modelName: model.name };
}

export async function findDeployment(nameOrId: string, { opened }: CommandContext): Promise<{ id: string; name: string; state: string }> {
  const deployments = await opened.client.deployments.list({});
  const found = deployments.find((deployment) => deployment.id === nameOrId || deployment.name === nameOrId);
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'deployment', id: nameOrId });
  return found;
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
