import type { Language } from '../contract/accounts.contract.ts';
import type { DataRowView, DatasetDetail, DatasetDiff, DatasetSummary, DatasetVersion } from '../contract/datasets.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { table } from './output.ts';

const problemsShown = 10;

export function printDatasets(datasets: readonly DatasetSummary[], language: Language): string {
  const texts = catalogue[language].cli;
  if (datasets.length === 0) return texts.data.none;
  const format = createFormatter(language);
  const { name, versions, rows, size, splits, models } = { ...texts.table, ...texts.data.table };
  const lines = datasets.map((dataset) => [
    dataset.name,
    String(dataset.versionCount),
    format.number(dataset.rowCount),
    format.bytes(dataset.textBytes),
    `${dataset.shares.train} / ${dataset.shares.validation} / ${dataset.shares.test} %`,
    String(dataset.trainedCount),
  ]);
  return table([name, versions, rows, size, splits, models], lines, [1, 2, 3, 4, 5]);
}

export function printDataset(dataset: DatasetDetail, language: Language): string {
  const texts = catalogue[language].cli;
  const words = { ...texts.table, ...texts.data.table };
  const format = createFormatter(language);
  const lines: [string, string][] = [
    [words.name, dataset.name],
    [words.id, dataset.id],
  ];
  for (const version of dataset.versions) {
    const { splits } = version;
    lines.push(
      ['', ''],
      [words.version, String(version.number)],
      [words.rows, format.number(version.rowCount)],
      [words.splits, `${format.number(splits.train)} / ${format.number(splits.validation)} / ${format.number(splits.test)}`],
      [words.size, format.bytes(version.textBytes)],
      [words.duplicates, format.number(version.duplicateCount)],
      [words.leftOut, format.number(version.problemCount)],
      [words.source, `${version.sourceName} (${version.reading.format}, ${version.reading.encoding})`],
      [words.licence, version.licence || '–'],
      [words.notes, version.notes || '–'],
      [words.sha256, version.sha256],
      [words.importedBy, `${version.createdBy}, ${format.dateTime(version.createdAtMs)}`],
      [words.models, version.trained.map(({ modelName, versionNumber }) => `${modelName}@${versionNumber}`).join(', ') || '–'],
    );
  }
  return lines.map(([label, value]) => (label === '' ? '' : `${label}: ${value}`)).join('\n');
}

/** What an import made of a file, and the first lines it left out. */
export function printImported(version: DatasetVersion, language: Language): string {
  const texts = catalogue[language].cli.data;
  const { kinds } = catalogue[language].data.problems;
  const format = createFormatter(language);
  const { splits } = version;
  const made = fill(texts.imported, {
    number: version.number,
    name: version.datasetName,
    rows: format.number(version.rowCount),
    size: format.bytes(version.textBytes),
    train: format.number(splits.train),
    validation: format.number(splits.validation),
    test: format.number(splits.test),
    duplicates: format.number(version.duplicateCount),
    problems: format.number(version.problemCount),
  });
  const problems = version.problems.slice(0, problemsShown).map(({ file, line, problem, detail }) => {
    const place = file === null ? fill(texts.line, { line }) : fill(texts.fileLine, { file, line });
    return `  ${place}: ${fill(kinds[problem], { detail })}`;
  });
  const more = version.problemCount - problems.length;
  return [made, ...problems, ...(more > 0 ? [`  ${fill(texts.moreProblems, { count: format.number(more) })}`] : [])].join('\n');
}

export function printRows({ total, rows }: { total: number; rows: readonly DataRowView[] }, language: Language): string {
  const texts = catalogue[language].cli.data;
  const shown = fill(texts.rowsShown, { shown: rows.length, total: createFormatter(language).number(total) });
  return [...rows.map((row) => `${heading(row, language)}\n${textOf(row, '  ')}`), shown].join('\n');
}

export function printDiff(diff: DatasetDiff, language: Language): string {
  const texts = catalogue[language].cli.data;
  const format = createFormatter(language);
  const counts = fill(texts.diff, {
    from: diff.fromNumber,
    to: diff.toNumber,
    added: format.number(diff.addedCount),
    removed: format.number(diff.removedCount),
    changed: format.number(diff.changedCount),
    unchanged: format.number(diff.unchangedCount),
  });
  const lines = [counts];
  for (const row of diff.added) lines.push(textOf(row, '+ '));
  for (const row of diff.removed) lines.push(textOf(row, '- '));
  for (const { from, to } of diff.changed) lines.push(textOf(from, '~ - '), textOf(to, '~ + '));
  return lines.join('\n');
}

function heading({ position, split }: DataRowView, language: Language): string {
  return `#${position + 1} ${catalogue[language].cli.data.splits[split]}`;
}

/** Texts may come from anywhere: what would steer a terminal is shown and not sent. */
function textOf({ row }: DataRowView, prefix: string): string {
  const text = row.kind === 'text' ? row.text : row.messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
  return text
    .replace(/[^\P{Cc}\t\n]/gu, '\ufffd')
    .split('\n')
    .map((line) => `${prefix}${line}`)
    .join('\n');
}
