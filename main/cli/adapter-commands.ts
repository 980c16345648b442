import { resolve } from 'node:path';
import type { Adapter } from '../contract/adapters.contract.ts';
import type { DeploymentView } from '../contract/deployments.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { findDeployment, findModel, followJob } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './output.ts';
import type { AdapterCommand } from './parse-adapter-command.ts';

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runAdapterCommand(command: AdapterCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const texts = catalogue[language].cli.adapters;
  switch (command.kind) {
    case 'adapters-import': {
      const model = await findModel(command.model, context);
      const source = { kind: 'path' as const, path: resolve(command.file) };
      const name = command.name ?? (await client.adapters.inspect({ source })).suggestedName;
      const { jobId } = await client.adapters.import({ source, modelId: model.id, name });
      const { objectId: adapterId } = await followJob(jobId, context);
      const adapter = await client.adapters.get({ adapterId });
      output.result(adapter, () => fill(texts.imported, { name: adapter.name, model: adapter.modelName, count: adapter.facts.targets.length }));
      return 0;
    }
    case 'adapters-list': {
      const adapters = await client.adapters.list({});
      output.result(adapters, () => printAdapters(adapters, context));
      return 0;
    }
    case 'adapters-delete': {
      const { id, name } = await findAdapter(command.adapter, context);
      await client.adapters.delete({ adapterId: id });
      output.result({ adapterId: id, name }, () => fill(catalogue[language].cli.removed, { name }));
      return 0;
    }
    case 'deployments-adapters': {
      const { id: deploymentId } = await findDeployment(command.deployment, context);
      if (command.choices === null) {
        const view = await client.deployments.get({ deploymentId });
        output.result(view.adapters, () => printAttached(view, context));
        return 0;
      }
      const adapters = [];
      for (const { adapter, weight } of command.choices) adapters.push({ adapterId: (await findAdapter(adapter, context)).id, weight });
      const view = await client.deployments.setAdapters({ deploymentId, adapters });
      output.result(view.adapters, () => printAttached(view, context));
      return 0;
    }
  }
}

/** By id, or by name as people write it. Raises NOT_FOUND. */
async function findAdapter(nameOrId: string, { opened }: CommandContext): Promise<Adapter> {
  const wanted = nameOrId.normalize('NFKC').trim().toLowerCase();
  const found = (await opened.client.adapters.list({})).find(({ id, name }) => id === nameOrId || name.normalize('NFKC').trim().toLowerCase() === wanted);
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'adapter', id: nameOrId });
  return found;
}

function printAdapters(adapters: readonly Adapter[], { language }: CommandContext): string {
  const texts = catalogue[language].cli;
  if (adapters.length === 0) return texts.adapters.none;
  const format = createFormatter(language);
  const { name, object, size, versions, deployments } = texts.table;
  const rows = adapters.map((adapter) => [
    adapter.name,
    adapter.modelName,
    adapter.fits.map(({ versionNumber }) => `v${versionNumber}`).join(' ') || '–',
    format.number(adapter.facts.rank.highest),
    format.bytes(adapter.facts.sizeBytes),
    adapter.deployments.map((each) => `${each.name} (${each.weight})`).join(', ') || '–',
  ]);
  return table([name, object, versions, texts.adapters.rank, size, deployments], rows, [3, 4]);
}

function printAttached(view: DeploymentView, { language }: CommandContext): string {
  const texts = catalogue[language].cli.adapters;
  if (view.adapters.length === 0) return fill(texts.nothingAttached, { name: view.name });
  const attached = view.adapters.map(({ name, weight }) => `${name} (${weight})`).join(catalogue[language].common.listSeparator);
  return fill(texts.attached, { name: view.name, adapters: attached });
}
