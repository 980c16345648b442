import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';
import classes from './jobs.module.css';

/** What the state of a job means to the person. */
export const toneOfJob: Record<JobView['state'], Tone> = {
  queued: 'off',
  running: 'running',
  succeeded: 'fine',
  failed: 'act',
  cancelled: 'off',
  interrupted: 'look',
};

/** How long it ran; null while it has not ended. */
export function durationOf({ startedAtMs, endedAtMs }: JobView): number | null {
  return startedAtMs === null || endedAtMs === null ? null : endedAtMs - startedAtMs;
}

/** Columns of the list. The title opens the detail. */
export function jobColumns(t: ReturnType<typeof useTexts>['t'], format: Formatter, onOpen: (jobId: string) => void): Column<JobView>[] {
  return [
    {
      key: 'title',
      header: t('jobsScreen.table.title'),
      grow: true,
      sortValue: ({ title }) => title,
      filterText: ({ title }) => title,
      render: ({ id, title }) => (
        <button type="button" className={classes['link']} onClick={() => onOpen(id)}>
          {title}
        </button>
      ),
    },
    {
      key: 'kind',
      header: t('jobsScreen.table.kind'),
      widthRem: 7,
      drop: 2,
      sortValue: ({ kind }) => t(`jobs.kinds.${kind}`),
      filterText: ({ kind }) => t(`jobs.kinds.${kind}`),
      render: ({ kind }) => t(`jobs.kinds.${kind}`),
    },
    {
      key: 'state',
      header: t('jobsScreen.table.state'),
      widthRem: 9,
      drop: 5,
      sortValue: ({ state }) => t(`jobs.states.${state}`),
      filterText: ({ state }) => t(`jobs.states.${state}`),
      render: ({ state }) => <StatusBadge tone={toneOfJob[state]} label={t(`jobs.states.${state}`)} />,
    },
    {
      key: 'startedBy',
      header: t('jobsScreen.table.startedBy'),
      widthRem: 11,
      drop: 1,
      sortValue: ({ startedBy }) => startedBy,
      filterText: ({ startedBy }) => startedBy,
      render: ({ startedBy }) => startedBy,
    },
    {
      key: 'created',
      header: t('jobsScreen.table.created'),
      widthRem: 12,
      drop: 3,
      sortValue: ({ createdAtMs }) => createdAtMs,
      sortDescendingFirst: true,
      render: ({ createdAtMs }) => format.dateTime(createdAtMs),
    },
    {
      key: 'duration',
      header: t('jobsScreen.table.duration'),
      widthRem: 8,
      drop: 4,
      align: 'right',
      sortValue: durationOf,
      sortDescendingFirst: true,
      render: (job) => format.duration(durationOf(job)),
    },
  ];
}
