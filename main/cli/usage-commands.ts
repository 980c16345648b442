import { daysFrom } from '../contract/calendar-days.ts';
import type { Language } from '../contract/accounts.contract.ts';
import type { UsageGroup, UsageRequest, UsageRow, UsageSpan } from '../contract/usage.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter, NO_VALUE } from '../../renderer/i18n/format.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './output.ts';
import type { UsageCommand } from './parse-usage-command.ts';

const USUAL_DAYS = 30;

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise: 1 where a day is not as it was sealed. */
export async function runUsageCommand(command: UsageCommand, { opened, output, language }: CommandContext): Promise<number> {
  const { usage } = opened.client;
  const texts = catalogue[language].usage;
  const format = createFormatter(language);
  if (command.kind === 'usage-requests') {
    const { requests } = await usage.requests({ limit: command.limit, deployment: command.deployment });
    output.result(requests, () => printRequests(requests, language));
    return 0;
  }
  const { today } = await usage.state({});
  const period = { to: command.to ?? today, from: command.from ?? daysFrom(command.to ?? today, 1 - USUAL_DAYS) };
  switch (command.kind) {
    case 'usage-summary': {
      const summary = await usage.summary({ ...period, by: command.by, deployment: command.deployment });
      output.result(summary, () => {
        const { requests, promptTokens, outputTokens } = summary.total;
        if (requests === 0) return fill(texts.cli.none, period);
        const total = fill(texts.cli.total, { ...period, requests: format.number(requests), in: format.number(promptTokens), out: format.number(outputTokens) });
        return `${printRows(summary.rows, command.by, language)}\n${total}`;
      });
      return 0;
    }
    case 'usage-seals': {
      const days = await usage.days(period);
      output.result(days, () => {
        if (days.length === 0) return fill(texts.cli.none, period);
        const rows = days.map(({ day, requests, promptTokens, outputTokens, seal, auditSequence }) => [day, format.number(requests), format.number(promptTokens), format.number(outputTokens), texts.seals[seal], auditSequence === null ? NO_VALUE : String(auditSequence)]);
        return table([texts.columns.day, texts.columns.requests, texts.columns.promptTokens, texts.columns.outputTokens, texts.columns.seal, '#'], rows, [1, 2, 3]);
      });
      return days.some(({ seal }) => seal === 'differs' || seal === 'unsealed') ? 1 : 0;
    }
    case 'usage-export': {
      const file = await usage.export(period);
      output.result(file, () => file.text.trimEnd());
      return 0;
    }
  }
}

function printRows(rows: readonly UsageRow[], by: UsageGroup, language: Language): string {
  const texts = catalogue[language].usage;
  const format = createFormatter(language);
  const span = (value: UsageSpan | null): string => (value === null ? NO_VALUE : fill(texts.span, { p50: format.duration(value.p50Ms), p95: format.duration(value.p95Ms) }));
  const named = (row: UsageRow): string[] => {
    switch (by) {
      case 'key':
        return [row.keyId === '' ? texts.noKey : row.keyName, row.department || NO_VALUE];
      case 'department':
        return [row.department || texts.noDepartment];
      case 'model':
        return [row.deployment || texts.noDeployment, row.versionNumber === null ? NO_VALUE : fill(texts.version, { model: row.modelName, number: row.versionNumber })];
      case 'day':
        return [row.day ?? ''];
    }
  };
  const heads = { key: [texts.columns.key, texts.columns.department], department: [texts.columns.department], model: [texts.columns.deployment, texts.columns.model], day: [texts.columns.day] }[by];
  const { columns } = texts;
  const lines = rows.map((row) => [
    ...named(row),
    format.number(row.requests),
    format.number(row.refused),
    format.number(row.failed + row.cancelled),
    format.number(row.promptTokens),
    format.number(row.outputTokens),
    span(row.queue),
    span(row.firstToken),
  ]);
  const first = heads.length;
  return table([...heads, columns.requests, columns.refused, columns.troubled, columns.promptTokens, columns.outputTokens, columns.queue, columns.firstToken], lines, [first, first + 1, first + 2, first + 3, first + 4]);
}

function printRequests(requests: readonly UsageRequest[], language: Language): string {
  const texts = catalogue[language].usage;
  const format = createFormatter(language);
  if (requests.length === 0) return texts.emptyTitle;
  const { columns } = texts;
  const rows = requests.map((request) => [
    format.dateTimeSeconds(request.endedAtMs),
    request.keyName,
    request.deployment,
    catalogue[language].usage.endpoints[request.endpoint as keyof typeof texts.endpoints] ?? request.endpoint,
    texts.outcomes[request.outcome],
    format.number(request.promptTokens),
    format.number(request.outputTokens),
    format.duration(request.queueMs),
    format.duration(request.firstTokenMs),
    format.duration(request.durationMs),
  ]);
  return table([columns.time, columns.key, columns.deployment, columns.endpoint, columns.outcome, columns.promptTokens, columns.outputTokens, columns.queue, columns.firstToken, columns.duration], rows, [5, 6]);
}
