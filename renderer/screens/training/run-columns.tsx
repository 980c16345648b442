import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { dataName, LOSS_DIGITS, modeName, runName, toneOfRun } from './run-words.ts';
import type { Translate } from './run-words.ts';

/** Columns of the list of runs. The model opens the run. */
export function runColumns(t: Translate, format: Formatter): Column<TrainingRun>[] {
  const steps = ({ step, stepCount }: TrainingRun): string =>
    t('training.runs.steps', { done: format.number(step), total: format.number(stepCount) });
  return [
    {
      key: 'model',
      header: t('training.runs.table.model'),
      grow: true,
      widthRem: 12,
      sortValue: (run) => runName(run, t),
      filterText: (run) => runName(run, t),
      render: (run) => <RouteLink to={{ screen: 'training-run', runId: run.id }}>{runName(run, t)}</RouteLink>,
    },
    {
      key: 'state',
      header: t('training.runs.table.state'),
      widthRem: 9,
      drop: 8,
      sortValue: ({ state }) => t(`training.states.${state}`),
      filterText: ({ state }) => t(`training.states.${state}`),
      render: ({ state }) => <StatusBadge quiet tone={toneOfRun[state]} label={t(`training.states.${state}`)} />,
    },
    {
      key: 'data',
      header: t('training.runs.table.data'),
      widthRem: 13,
      drop: 5,
      sortValue: ({ dataset }) => dataName(dataset, t),
      filterText: ({ dataset }) => dataName(dataset, t),
      render: ({ dataset }) => dataName(dataset, t),
    },
    {
      key: 'mode',
      header: t('training.runs.table.mode'),
      widthRem: 11,
      drop: 1,
      sortValue: ({ mode }) => mode.kind,
      filterText: (run) => modeName(run, t, format),
      render: (run) => modeName(run, t, format),
    },
    {
      key: 'progress',
      header: t('training.runs.table.progress'),
      widthRem: 9,
      drop: 6,
      align: 'right',
      sortDescendingFirst: true,
      sortValue: ({ step, stepCount }) => (stepCount === null || stepCount === 0 ? null : step / stepCount),
      render: steps,
    },
    {
      key: 'best',
      header: t('training.runs.table.best'),
      unit: t('training.runs.table.bestUnit'),
      widthRem: 11.5,
      drop: 7,
      align: 'right',
      sortValue: ({ best }) => best?.loss ?? null,
      render: ({ best }) => format.number(best?.loss ?? null, LOSS_DIGITS),
    },
    {
      key: 'when',
      header: t('training.runs.table.when'),
      widthRem: 10.5,
      drop: 4,
      sortDescendingFirst: true,
      sortValue: ({ createdAtMs }) => createdAtMs,
      render: ({ createdAtMs }) => format.dateTime(createdAtMs),
    },
  ];
}
