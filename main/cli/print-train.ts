import type { Language } from '../contract/accounts.contract.ts';
import type { TrainingPlan, TrainingPoint, TrainingRun, TrainingSettings } from '../contract/training.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { table } from './output.ts';

export function printTrainingPlan(plan: TrainingPlan, { settings, language }: { settings: TrainingSettings; language: Language }): string {
  const texts = catalogue[language].cli.train;
  const format = createFormatter(language);
  return fill(texts.plan, {
    rows: format.number(plan.rowCount),
    validation: format.number(plan.validationRowCount),
    tokens: format.number(plan.tokenCount),
    steps: format.number(plan.stepCount),
    epochs: format.number(settings.epochs),
    context: format.number(settings.contextSize),
    rate: settings.learningRate,
    memory: format.bytes(plan.neededBytes),
    free: format.bytes(plan.availableBytes),
    disk: format.bytes(plan.neededDiskBytes),
    duration: plan.durationMs === null ? '–' : format.duration(plan.durationMs),
  });
}

export function printRuns(runs: readonly TrainingRun[], language: Language): string {
  const { cli, training } = catalogue[language];
  if (runs.length === 0) return cli.train.none;
  const format = createFormatter(language);
  const { id, object, time } = cli.table;
  const { data, state, steps, loss } = cli.train.table;
  const rows = runs.map((run) => [
    run.id,
    `${run.modelName} v${run.versionNumber}`,
    `${run.dataset.name} v${run.dataset.number}`,
    training.states[run.state],
    `${run.step} / ${run.stepCount ?? '–'}`,
    run.best === null ? '–' : format.number(run.best.loss, 3),
    format.dateTime(run.createdAtMs),
  ]);
  return table([id, object, data, state, steps, loss, time], rows, [4, 5]);
}

/** With `points`, the curve at its evaluations. */
export function printRun(run: TrainingRun, { points, language }: { points: readonly TrainingPoint[]; language: Language }): string {
  const { cli, training } = catalogue[language];
  const format = createFormatter(language);
  const figure = (value: TrainingRun['best']): Record<string, string> => ({ loss: value === null ? '–' : format.number(value.loss, 3), accuracy: value === null ? '–' : format.percent(value.accuracy) });
  const lines = [
    fill(cli.train.run, { name: run.modelName, number: run.versionNumber, data: run.dataset.name, dataNumber: run.dataset.number, state: training.states[run.state], step: run.step, steps: run.stepCount ?? '–', duration: format.duration(run.activeMs) }),
    fill(cli.train.figures, { before: figure(run.before)['loss'], beforeAccuracy: figure(run.before)['accuracy'], best: figure(run.best)['loss'], bestAccuracy: figure(run.best)['accuracy'], bestStep: run.bestStep ?? '–' }),
  ];
  if (run.stoppedEarly) lines.push(cli.train.stoppedEarly);
  if (run.result !== null) lines.push(fill(cli.train.made, { number: run.result.number, name: run.modelName }));
  else if (run.resumable) lines.push(fill(cli.train.resumable, { runId: run.id, step: run.checkpointStep ?? 0 }));
  const evaluated = points.filter(({ validation }) => validation !== null);
  if (evaluated.length > 0) {
    const { steps, train, validation } = cli.train.table;
    lines.push(table([steps, train, validation], evaluated.map((point) => [String(point.step), point.train === null ? '–' : format.number(point.train, 3), format.number(point.validation ?? 0, 3)]), [0, 1, 2]));
  }
  return lines.join('\n');
}
