import type { Language } from '../contract/accounts.contract.ts';
import type { Evaluation, ImportanceMatrix, QuantizePlan } from '../contract/quantization.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { table } from './output.ts';

export function printPlan(plan: QuantizePlan, language: Language): string {
  const texts = catalogue[language].cli;
  const format = createFormatter(language);
  const summary = fill(texts.plan, {
    type: plan.type,
    size: format.bytes(plan.sizeBytes),
    sourceSize: format.bytes(plan.sourceSizeBytes),
    bits: format.number(plan.bitsPerWeight, 2),
    free: format.bytes(plan.freeBytes),
  });
  const fallbacks = plan.tensors.filter(({ fallbackFrom }) => fallbackFrom !== null).map(({ name, fallbackFrom, to }) => [name, fallbackFrom ?? '', to]);
  const { tensor, wanted, got } = texts.table;
  return [summary, ...plan.warnings.map((warning) => texts.planWarnings[warning]), ...(fallbacks.length === 0 ? [] : [table([tensor, wanted, got], fallbacks)])].join('\n');
}

export function printMatrices(matrices: readonly ImportanceMatrix[], language: Language): string {
  const texts = catalogue[language].cli;
  if (matrices.length === 0) return texts.noMatrices;
  const format = createFormatter(language);
  const { id, object, version, text, chunks, context, size, time } = texts.table;
  const rows = matrices.map((matrix) => [
    matrix.id,
    matrix.modelName,
    String(matrix.versionNumber),
    matrix.text?.name ?? '–',
    String(matrix.chunks),
    matrix.contextSize === 0 ? '–' : String(matrix.contextSize),
    format.bytes(matrix.sizeBytes),
    format.dateTime(matrix.atMs),
  ]);
  return table([id, object, version, text, chunks, context, size, time], rows, [2, 4, 5, 6]);
}

export function printEvaluation(evaluation: Evaluation, language: Language): string {
  const texts = catalogue[language].cli;
  const { recommendation } = catalogue[language].comparisons;
  const format = createFormatter(language);
  const { title, body } = recommendation[evaluation.recommendation];
  const figures = fill(texts.evaluation, {
    number: evaluation.versionNumber,
    parent: evaluation.parentVersionNumber,
    perplexity: format.number(evaluation.perplexity.value, 4),
    parentPerplexity: format.number(evaluation.parentPerplexity.value, 4),
    divergence: format.number(evaluation.klDivergence.value, 6),
    divergenceError: format.number(evaluation.klDivergence.error, 6),
    agreement: format.percent(evaluation.topTokenAgreement.value),
    speed: format.rate(evaluation.speed.generationTokensPerSecond, 'tokens'),
    parentSpeed: format.rate(evaluation.parentSpeed.generationTokensPerSecond, 'tokens'),
    memory: format.bytes(evaluation.ramBytes),
    parentMemory: format.bytes(evaluation.parentRamBytes),
  });
  return `${figures}\n${title}: ${body}`;
}
