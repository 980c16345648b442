import type { Language } from '../contract/accounts.contract.ts';
import type { AuditEvent } from '../contract/audit.contract.ts';
import type { ModelDetail, ModelSummary } from '../contract/models.contract.ts';
import type { DoctorCheck } from '../contract/system.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { checkSentence } from '../../renderer/i18n/check-sentence.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { table } from './output.ts';

export function printModels(models: readonly ModelSummary[], language: Language): string {
  const texts = catalogue[language].cli;
  if (models.length === 0) return texts.noModels;
  const format = createFormatter(language);
  const heads = [texts.table.name, texts.table.architecture, texts.table.parameters, texts.table.quantization, texts.table.size, texts.table.versions, texts.table.inUse];
  const rows = models.map((model) => [
    model.name,
    model.architecture,
    format.count(model.parameterCount),
    model.quantization,
    format.bytes(model.sizeBytes),
    String(model.versionCount),
    String(model.deploymentCount),
  ]);
  return table(heads, rows, [2, 4, 5, 6]);
}

export function printModel(model: ModelDetail, language: Language): string {
  const { table: words } = catalogue[language].cli;
  const format = createFormatter(language);
  const lines: [string, string][] = [
    [words.name, model.name],
    [words.id, model.id],
    [words.notes, model.notes],
  ];
  for (const version of model.versions) {
    lines.push(
      ['', ''],
      [words.version, String(version.number)],
      [words.architecture, version.facts.architecture],
      [words.parameters, format.count(version.facts.parameterCount)],
      [words.quantization, version.facts.quantization],
      [words.context, format.number(version.facts.contextLength)],
      [words.licence, version.facts.licence ?? '–'],
      [words.size, format.bytes(version.sizeBytes)],
      [words.stored, version.storageMethod],
      [words.sha256, version.sha256],
      [words.importedBy, `${version.importedBy}, ${format.dateTime(version.importedAtMs)}`],
      [words.deployments, version.deployments.map((deployment) => deployment.name).join(', ') || '–'],
    );
  }
  return lines.map(([label, value]) => (label === '' ? '' : `${label}: ${value}`)).join('\n');
}

export function printAudit(events: readonly AuditEvent[], language: Language): string {
  const { table: words } = catalogue[language].cli;
  const { types, results } = catalogue[language].audit;
  const format = createFormatter(language);
  const rows = events.map((event) => [
    String(event.sequence),
    format.dateTimeSeconds(event.timeMs),
    event.actor.name === '' ? '–' : event.actor.name,
    types[event.type],
    event.object.name,
    event.reason === '' ? results[event.result] : `${results[event.result]} (${event.reason})`,
  ]);
  return table([words.number, words.time, words.actor, words.event, words.object, words.result], rows, [0]);
}

export function printDoctor(checks: readonly DoctorCheck[], language: Language): string {
  const { states } = catalogue[language].doctor;
  return checks
    .map((check) => {
      const { name, sentence } = checkSentence(check, language);
      return `[${states[check.state]}] ${name}: ${sentence}`;
    })
    .join('\n');
}
