import type { MemoryView } from '../contract/deployment-memory.contract.ts';
import type { DeploymentVersions, SwitchEvent, SwitchPlan } from '../contract/deployment-versions.contract.ts';
import type { DeploymentView, EngineSettings, TrialEvent } from '../contract/deployments.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { findDeployment, findVersion } from './command-context.ts';
import type { CommandContext, FoundVersion } from './command-context.ts';
import { table } from './output.ts';
import type { DeploymentCommand } from './parse-deployment-command.ts';

type Of<Kind extends DeploymentCommand['kind']> = Extract<DeploymentCommand, { kind: Kind }>;

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runDeploymentCommand(command: DeploymentCommand, context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const texts = catalogue[language].deploymentVersions.command;
  switch (command.kind) {
    case 'deployment-switch':
      return switchVersion(command, context);
    case 'deployment-rollback': {
      const { id: deploymentId } = await findDeployment(command.deployment, context);
      const events = await client.deployments.rollBack({ deploymentId, stopFirst: command.stopFirst }, { signal });
      return switched(await follow(events, context), context);
    }
    case 'deployment-history': {
      const { id: deploymentId } = await findDeployment(command.deployment, context);
      const versions = await client.deployments.versions({ deploymentId });
      output.result(versions, () => printHistory(versions, context));
      return 0;
    }
    case 'deployment-set': {
      const { id: deploymentId, name } = await findDeployment(command.deployment, context);
      const { lifecycle } = command;
      const view = await client.deployments.setLifecycle({ deploymentId, lifecycle });
      output.result(view, () => (lifecycle.kind === 'pinned' ? fill(texts.pinned, { name }) : fill(texts.onDemand, { name, minutes: lifecycle.idleMinutes })));
      return 0;
    }
    case 'deployment-memory': {
      const now = await client.deployments.memory({});
      const { ramPercent, vramPercent } = command;
      const budget = { ramPercent: ramPercent ?? now.budget.ramPercent, vramPercent: vramPercent ?? now.budget.vramPercent };
      const view = ramPercent === null && vramPercent === null ? now : await client.deployments.setMemoryBudget(budget);
      output.result(view, () => printMemory(view, context));
      return 0;
    }
  }
}

async function switchVersion(command: Of<'deployment-switch'>, context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const texts = catalogue[language].deploymentVersions.command;
  const format = createFormatter(language);
  const { id: deploymentId } = await findDeployment(command.deployment, context);
  const view = await client.deployments.get({ deploymentId });
  const version = await versionOf(command.version, view, context);
  const usual = await client.deployments.planSwitch({ deploymentId, versionId: version.id });
  const settings = settingsOf(command, usual);
  const plan = await client.deployments.planSwitch({ deploymentId, versionId: version.id, settings });
  const target = { deploymentId, versionId: version.id, settings, limits: plan.limits, detachAdapters: command.detachAdapters };
  const { trial } = catalogue[language].deployments.wizard;
  const question = command.question ?? (version.facts.chatTemplate.present ? trial.sample : trial.sampleBase);
  const values = { model: version.modelName, version: version.number, needed: format.bytes(plan.fit.prediction.totalRamBytes + plan.fit.prediction.totalVramBytes), free: format.bytes(plan.free.ramBytes) };
  output.note(fill(command.stopFirst ? texts.plannedStopFirst : texts.planned, values));
  if (command.stopFirst) {
    return switched(await follow(await client.deployments.switchStoppingFirst({ ...target, question }, { signal }), context), context);
  }
  const { trialId } = await follow(await client.deployments.trySwitch({ ...target, question }, { signal }), context);
  if (trialId === null) throw new ExpectedError('CANCELLED', {});
  return switched({ trialId, deployment: await client.deployments.switchVersion({ ...target, trialId }) }, context);
}

interface Followed {
  trialId: string | null;
  deployment: DeploymentView | null;
}

/** Shows loading and the trial's answer as they come. */
async function follow(events: AsyncIterable<SwitchEvent | TrialEvent>, { output, language }: CommandContext): Promise<Followed> {
  const texts = catalogue[language].deploymentVersions.command;
  const vectors = catalogue[language].textVectors.command;
  const format = createFormatter(language);
  const followed: Followed = { trialId: null, deployment: null };
  for await (const event of events) {
    if (event.kind === 'loaded') output.note(fill(texts.loaded, { duration: format.duration(event.loadMs) }));
    if (event.kind === 'text') output.stream(event.text);
    if (event.kind === 'embedded') output.note(fill(vectors.embedded, { dimensions: event.dimensions, length: format.number(event.length, 3) }));
    if (event.kind === 'ranked') for (const { text, score } of event.documents) output.note(fill(vectors.ranked, { text, score: format.number(score, 3) }));
    if (event.kind === 'finished') {
      followed.trialId = event.trialId;
      output.streamEnd();
    }
    if (event.kind === 'switched') followed.deployment = event.deployment;
  }
  return followed;
}

function switched({ deployment }: Followed, { output, language }: CommandContext): number {
  if (deployment === null) throw new ExpectedError('CANCELLED', {});
  const { name, modelName: model, versionNumber: version } = deployment;
  output.result(deployment, () => fill(catalogue[language].deploymentVersions.command.switched, { name, model, version }));
  return 0;
}

/** A number is one of the model that serves; anything else MODEL or MODEL@N. Raises NOT_FOUND. */
function versionOf(text: string, { modelId }: DeploymentView, context: CommandContext): Promise<FoundVersion> {
  return findVersion(/^\d+$/.test(text) ? `${modelId}@${text}` : text, context, 'newest');
}

function settingsOf(command: Of<'deployment-switch'>, usual: SwitchPlan): EngineSettings {
  const { performance, ...own } = usual.settings;
  const backend = command.backend ?? own.backend;
  return {
    backend,
    gpuLayers: command.gpuLayers ?? (backend === 'cpu' ? 0 : own.backend === backend ? own.gpuLayers : usual.fit.maxGpuLayers),
    contextSize: command.contextSize ?? own.contextSize,
    parallelSequences: command.parallelSequences ?? own.parallelSequences,
    threads: command.threads ?? own.threads,
    // What was tuned holds for the backend it was tuned on.
    ...(performance === undefined || backend !== own.backend ? {} : { performance }),
  };
}

function printHistory({ rows }: DeploymentVersions, { language }: CommandContext): string {
  const { command: texts, panel } = catalogue[language].deploymentVersions;
  const words = catalogue[language].cli.table;
  const format = createFormatter(language);
  const lines = rows.map((row, index) => [
    format.dateTime(row.atMs),
    row.modelName,
    String(row.versionNumber),
    row.quantization,
    format.number(row.settings.contextSize),
    index === 0 ? `${panel.hows[row.how]} (${panel.current})` : panel.hows[row.how],
    row.byName === '' ? '–' : row.byName,
  ]);
  return table([texts.since, words.object, words.version, words.quantization, texts.context, texts.how, texts.who], lines, [2, 4]);
}

function printMemory({ budget, ram, vram, holders }: MemoryView, { language }: CommandContext): string {
  const texts = catalogue[language].deploymentVersions.command;
  const words = catalogue[language].cli.table;
  const format = createFormatter(language);
  const shown = (place: NonNullable<MemoryView['vram']>, percent: number) => ({ used: format.bytes(place.usedBytes), budget: format.bytes(place.budgetBytes), total: format.bytes(place.totalBytes), percent });
  const lines = [fill(texts.memory, shown(ram, budget.ramPercent)), ...(vram === null ? [] : [fill(texts.vram, shown(vram, budget.vramPercent))])];
  if (holders.length === 0) return [...lines, texts.noneLoaded].join('\n');
  const rows = holders.map((holder) => [holder.name, texts.roles[holder.role], format.bytes(holder.ramBytes), format.bytes(holder.vramBytes)]);
  return [...lines, table([words.name, texts.role, texts.ram, texts.vramHead], rows, [2, 3])].join('\n');
}
