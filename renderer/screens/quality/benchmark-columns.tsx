import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import type { BenchmarkActions } from './use-benchmark-actions.tsx';
import { figureText } from './figure-cells.tsx';
import { headlineOf } from './figures.ts';
import classes from './quality.module.css';

interface ColumnsInput {
  t: ReturnType<typeof useTexts>['t'];
  format: Formatter;
  chosen: ReadonlySet<string>;
  onChoose: (benchmarkId: string, chosen: boolean) => void;
  actions: BenchmarkActions;
}

/** "model, version 2"; an imported one only has a name. */
export function modelOf({ model }: Benchmark, t: ColumnsInput['t']): string {
  return model.versionNumber === null ? model.name : t('deployments.modelVersion', { model: model.name, version: model.versionNumber });
}

/** Columns of the list. The name opens the detail, the box before it chooses for comparing. */
export function benchmarkColumns({ t, format, chosen, onChoose, actions }: ColumnsInput): Column<Benchmark>[] {
  const speed = (key: 'prompt' | 'generation', drop: number): Column<Benchmark> => ({
    key,
    header: t(`quality.figures.${key}`),
    unit: t('quality.figures.speedUnit'),
    widthRem: 9.5,
    drop,
    align: 'right',
    sortDescendingFirst: true,
    sortValue: (row) => headlineOf(row)[key]?.tokensPerSecond.mean ?? null,
    render: (row) => figureText(headlineOf(row)[key]?.tokensPerSecond.mean ?? null, format),
  });
  return [
    {
      key: 'name',
      header: t('quality.benchmarks.table.name'),
      grow: true,
      widthRem: 15,
      sortValue: ({ label }) => label,
      filterText: ({ label }) => label,
      render: ({ id, label }) => (
        <span className={classes['choosable']}>
          <Checkbox
            size="sm"
            className={classes['choose'] ?? ''}
            aria-label={t('quality.benchmarks.choose', { name: label })}
            checked={chosen.has(id)}
            onChange={(event) => onChoose(id, event.currentTarget.checked)}
          />
          <span className={classes['name']}>
            <RouteLink to={{ screen: 'benchmark', benchmarkId: id }}>{label}</RouteLink>
          </span>
        </span>
      ),
    },
    {
      key: 'model',
      header: t('quality.benchmarks.table.model'),
      widthRem: 12,
      drop: 3,
      sortValue: (row) => modelOf(row, t),
      filterText: (row) => modelOf(row, t),
      render: (row) => modelOf(row, t),
    },
    {
      key: 'quantization',
      header: t('quality.benchmarks.table.quantization'),
      widthRem: 7,
      drop: 5,
      sortValue: ({ model }) => model.quantization,
      filterText: ({ model }) => model.quantization,
      render: ({ model }) => model.quantization,
    },
    {
      key: 'machine',
      header: t('quality.benchmarks.table.machine'),
      widthRem: 9,
      drop: 2,
      sortValue: ({ machine }) => machine?.name ?? null,
      filterText: ({ machine }) => machine?.name ?? '',
      render: ({ machine }) => machine?.name ?? '–',
    },
    speed('prompt', 8),
    speed('generation', 9),
    {
      key: 'ttft',
      header: t('quality.figures.ttft'),
      unit: t('quality.figures.msUnit'),
      widthRem: 7.5,
      drop: 6,
      align: 'right',
      sortValue: (row) => headlineOf(row).ttftMs,
      render: (row) => figureText(headlineOf(row).ttftMs, format),
    },
    {
      key: 'when',
      header: t('quality.benchmarks.table.when'),
      widthRem: 10.5,
      drop: 4,
      sortDescendingFirst: true,
      sortValue: ({ atMs }) => atMs,
      render: ({ atMs }) => format.dateTime(atMs),
    },
    {
      key: 'source',
      header: t('quality.benchmarks.table.source'),
      widthRem: 9.5,
      drop: 1,
      sortValue: ({ source }) => t(`quality.sources.${source}`),
      filterText: ({ source }) => t(`quality.sources.${source}`),
      render: ({ source }) => t(`quality.sources.${source}`),
    },
    {
      key: 'actions',
      header: t('quality.benchmarks.table.actions'),
      widthRem: 5,
      actions: true,
      align: 'right',
      render: (row) => <RowMenu benchmark={row} actions={actions} />,
    },
  ];
}

function RowMenu({ benchmark, actions }: { benchmark: Benchmark; actions: BenchmarkActions }) {
  const { t } = useTexts();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('quality.benchmarks.actionsOf', { name: benchmark.label })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.mayAgain(benchmark) && (
          <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => actions.again(benchmark)}>
            {t('quality.benchmarks.again')}
          </Menu.Item>
        )}
        {actions.mayManage && (
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => actions.rename(benchmark)}>
            {t('quality.benchmarks.rename')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => actions.export([benchmark])}>
          {t('quality.benchmarks.export')}
        </Menu.Item>
        {actions.mayManage && (
          <Menu.Item className={classes['danger'] ?? ''} leftSection={<IconTrash size={16} aria-hidden />} onClick={() => actions.remove(benchmark)}>
            {t('quality.benchmarks.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
