import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconRefresh, IconTrash } from '@tabler/icons-react';
import type { Tuning } from '../../../main/contract/benchmarks.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import linkClasses from '../../ui/link.module.css';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './quality.module.css';
import { gainText } from './tune/gain-text.ts';

type Translate = ReturnType<typeof useTexts>['t'];

export interface TuningActions {
  mayManage: boolean;
  open: (tuning: Tuning) => void;
  again: (tuning: Tuning) => void;
  remove: (tuning: Tuning) => void;
}

/** Whether a result is the one deployments use, was replaced, or does not hold any more. */
export type TuningStanding = 'holds' | 'superseded' | NonNullable<Tuning['outdated']>;

/** The standing of each by its id: the newest that holds of a version and backend is in use. */
export function standingOf(tunings: readonly Tuning[]): ReadonlyMap<string, TuningStanding> {
  const used = new Set<string>();
  const standings = new Map<string, TuningStanding>();
  for (const { id, versionId, backend, outdated } of tunings.toSorted((a, b) => b.atMs - a.atMs)) {
    const place = `${versionId} ${backend}`;
    if (outdated !== null) standings.set(id, outdated);
    else standings.set(id, used.has(place) ? 'superseded' : 'holds');
    if (outdated === null) used.add(place);
  }
  return standings;
}

export function tuningName({ modelName, versionNumber }: Tuning, t: Translate): string {
  return t('deployments.modelVersion', { model: modelName, version: versionNumber });
}

function standingWord(standing: TuningStanding, t: Translate): string {
  if (standing === 'holds' || standing === 'superseded') return t(`quality.tunings.${standing}`);
  return t(`quality.tunings.outdated.${standing}`);
}

/** What a tuning gained: the new speed over the default's. */
function gainOf({ default: before, chosen }: Tuning, key: 'promptTokensPerSecond' | 'generationTokensPerSecond'): number | null {
  return before[key] > 0 ? chosen[key] / before[key] : null;
}

interface ColumnsInput {
  t: Translate;
  format: Formatter;
  standings: ReadonlyMap<string, TuningStanding>;
  actions: TuningActions;
}

/** Columns of the list. The model opens the result. */
export function tuningColumns({ t, format, standings, actions }: ColumnsInput): Column<Tuning>[] {
  const gain = (key: 'promptGain' | 'generationGain', drop: number): Column<Tuning> => {
    const read = (row: Tuning): number | null => gainOf(row, key === 'promptGain' ? 'promptTokensPerSecond' : 'generationTokensPerSecond');
    return {
      key,
      header: t(`quality.tunings.table.${key}`),
      widthRem: 8.5,
      drop,
      align: 'right',
      sortDescendingFirst: true,
      sortValue: read,
      render: (row) => {
        const ratio = read(row);
        return ratio === null ? '–' : gainText(ratio, t, format);
      },
    };
  };
  const standing = (row: Tuning): TuningStanding => standings.get(row.id) ?? 'superseded';
  return [
    {
      key: 'model',
      header: t('quality.tunings.table.model'),
      grow: true,
      widthRem: 13,
      sortValue: (row) => tuningName(row, t),
      filterText: (row) => tuningName(row, t),
      render: (row) => (
        <button type="button" className={`${linkClasses['link'] ?? ''} ${classes['linkButton'] ?? ''}`} onClick={() => actions.open(row)}>
          {tuningName(row, t)}
        </button>
      ),
    },
    {
      key: 'state',
      header: t('quality.tunings.table.state'),
      widthRem: 11,
      drop: 9,
      sortValue: (row) => standingWord(standing(row), t),
      filterText: (row) => standingWord(standing(row), t),
      render: (row) => {
        const each = standing(row);
        return <StatusBadge quiet tone={each === 'holds' ? 'fine' : each === 'superseded' ? 'off' : 'look'} label={standingWord(each, t)} />;
      },
    },
    { key: 'goal', header: t('quality.tunings.table.goal'), widthRem: 8, drop: 4, sortValue: ({ goal }) => goal, filterText: ({ goal }) => t(`quality.goals.${goal}.label`), render: ({ goal }) => t(`quality.goals.${goal}.label`) },
    gain('promptGain', 7),
    gain('generationGain', 8),
    { key: 'quantization', header: t('quality.tunings.table.quantization'), widthRem: 7, drop: 3, sortValue: ({ quantization }) => quantization, filterText: ({ quantization }) => quantization, render: ({ quantization }) => quantization },
    {
      key: 'backend',
      header: t('quality.tunings.table.backend'),
      widthRem: 9,
      drop: 2,
      sortValue: ({ backend }) => backend,
      render: ({ backend }) => t(`engine.backends.${backend}`),
    },
    { key: 'machine', header: t('quality.tunings.table.machine'), widthRem: 8, drop: 1, sortValue: ({ machineName }) => machineName, filterText: ({ machineName }) => machineName, render: ({ machineName }) => machineName },
    { key: 'when', header: t('quality.tunings.table.when'), widthRem: 10.5, drop: 5, sortDescendingFirst: true, sortValue: ({ atMs }) => atMs, render: ({ atMs }) => format.dateTime(atMs) },
    {
      key: 'actions',
      header: t('quality.tunings.table.actions'),
      widthRem: 5,
      actions: true,
      align: 'right',
      render: (row) => (actions.mayManage ? <RowMenu tuning={row} actions={actions} /> : null),
    },
  ];
}

function RowMenu({ tuning, actions }: { tuning: Tuning; actions: TuningActions }) {
  const { t } = useTexts();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('quality.tunings.actionsOf', { name: tuningName(tuning, t) })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => actions.again(tuning)}>
          {t('quality.tunings.runAgain')}
        </Menu.Item>
        <Menu.Item className={classes['danger'] ?? ''} leftSection={<IconTrash size={16} aria-hidden />} onClick={() => actions.remove(tuning)}>
          {t('quality.tunings.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
