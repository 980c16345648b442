import { resolve } from 'node:path';
import type { DataRowView, DatasetVersion, SplitShares } from '../contract/datasets.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { followJob, say } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import type { DataCommand } from './parse-data-command.ts';
import { printDataset, printDatasets, printDiff, printImported, printRows } from './print-data.ts';

type Of<Kind extends DataCommand['kind']> = Extract<DataCommand, { kind: Kind }>;

const usualShares: SplitShares = { train: 80, validation: 10, test: 10 };
/** Most rows that one call gives. */
const pageRows = 200;

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runDataCommand(command: DataCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  switch (command.kind) {
    case 'data-import':
      return importData(command, context);
    case 'data-list': {
      const datasets = await client.datasets.list({});
      output.result(datasets, () => printDatasets(datasets, language));
      return 0;
    }
    case 'data-show': {
      const { id } = await findDataset(command.dataset, context);
      const detail = await client.datasets.get({ datasetId: id });
      output.result(detail, () => printDataset(detail, language));
      return 0;
    }
    case 'data-rows': {
      const { id: versionId } = await findDataVersion(command.dataset, context);
      const { split, search } = command;
      const rows: DataRowView[] = [];
      let total = 0;
      do {
        const page = await client.datasets.rows({ versionId, split, search, offset: rows.length, limit: Math.min(pageRows, command.limit - rows.length) });
        total = page.total;
        rows.push(...page.rows);
        if (page.rows.length === 0) break;
      } while (rows.length < Math.min(total, command.limit));
      output.result({ total, rows }, () => printRows({ total, rows }, language));
      return 0;
    }
    case 'data-diff': {
      const [from, to] = [await findDataVersion(command.from, context), await findDataVersion(command.to, context)];
      const diff = await client.datasets.diff({ fromVersionId: from.id, toVersionId: to.id });
      output.result(diff, () => printDiff(diff, language));
      return 0;
    }
    case 'data-rename': {
      const { id } = await findDataset(command.dataset, context);
      await client.datasets.rename({ datasetId: id, name: command.name });
      output.result({ datasetId: id, name: command.name }, () => fill(catalogue[language].cli.data.renamed, { name: command.name }));
      return 0;
    }
    case 'data-delete': {
      const { id, name } = await findDataset(command.dataset, context);
      await client.datasets.delete({ datasetId: id, confirmName: name });
      output.result({ datasetId: id, name }, () => say(context, 'removed', { name }));
      return 0;
    }
  }
}

async function importData(command: Of<'data-import'>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const source = { kind: 'path' as const, path: resolve(command.file) };
  const into = command.into === null ? null : await findDataset(command.into, context);
  const guessed = await client.datasets.inspect({ source, reading: null });
  const reading = { ...guessed.reading, ...command.reading };
  const target =
    into === null
      ? { kind: 'new-dataset' as const, name: command.name ?? guessed.suggestedName, shares: command.shares ?? usualShares }
      : { kind: 'new-version' as const, datasetId: into.id };
  const { licence, notes } = command;
  const { jobId } = await client.datasets.import({ source, reading, target, licence, notes });
  const { objectId } = await followJob(jobId, context);
  const detail = await client.datasets.get({ datasetId: objectId });
  const [version] = detail.versions;
  output.result(detail, () => (version === undefined ? '' : printImported(version, language)));
  return 0;
}

/** By id, or by name as people write it. Raises NOT_FOUND. */
async function findDataset(nameOrId: string, { opened }: CommandContext): Promise<{ id: string; name: string }> {
  const keyOf = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
  const found = (await opened.client.datasets.list({})).find(({ id, name }) => id === nameOrId || keyOf(name) === keyOf(nameOrId));
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'dataset', id: nameOrId });
  return found;
}

/** DATASET or DATASET@N; the newest version without a number. Raises NOT_FOUND. */
export async function findDataVersion(text: string, context: CommandContext): Promise<DatasetVersion> {
  const [, name = text, number] = /^(.*)@(\d+)$/.exec(text) ?? [];
  const { id } = await findDataset(name, context);
  const { versions } = await context.opened.client.datasets.get({ datasetId: id });
  const found = number === undefined ? versions[0] : versions.find((version) => version.number === Number(number));
  if (found === undefined) throw new ExpectedError('NOT_FOUND', { what: 'dataset-version', id: text });
  return found;
}
