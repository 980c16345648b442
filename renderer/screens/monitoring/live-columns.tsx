import type { Sample } from '../../../main/contract/monitoring.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { toneOfState } from '../../ui/deployment-state.ts';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

type Live = Sample['deployments'][number];
type NumberKey = 'output' | 'prompt' | 'active' | 'queued' | 'requests' | 'errors' | 'memory';

const GIGABYTE = 1024 ** 3;

/** Live figures of a deployment as a table. */
export function liveColumns(t: ReturnType<typeof useTexts>['t'], format: Formatter): Column<Live>[] {
  const number = (key: NumberKey, read: (live: Live) => number | null, shape: { widthRem: number; drop: number; unit?: string; decimals?: number }): Column<Live> => ({
    key,
    header: t(`monitoring.deployments.${key}`),
    ...(shape.unit === undefined ? {} : { unit: shape.unit }),
    widthRem: shape.widthRem,
    drop: shape.drop,
    align: 'right',
    sortValue: read,
    sortDescendingFirst: true,
    render: (live) => format.number(read(live), shape.decimals ?? 0),
  });
  const rate = { unit: t('monitoring.deployments.rateUnit'), widthRem: 9, decimals: 1 };
  return [
    {
      key: 'name',
      header: t('monitoring.deployments.name'),
      grow: true,
      widthRem: 13,
      sortValue: ({ name }) => name,
      filterText: ({ name }) => name,
      render: ({ id, name }) => <RouteLink to={{ screen: 'deployment', deploymentId: id }}>{name}</RouteLink>,
    },
    {
      key: 'state',
      header: t('monitoring.deployments.state'),
      widthRem: 8,
      drop: 8,
      sortValue: ({ state }) => t(`engine.states.${state}`),
      filterText: ({ state }) => t(`engine.states.${state}`),
      render: ({ state }) => <StatusBadge tone={toneOfState[state]} label={t(`engine.states.${state}`)} />,
    },
    number('output', (live) => live.outputTokensPerSecond, { ...rate, drop: 7 }),
    number('prompt', (live) => live.promptTokensPerSecond, { ...rate, drop: 2 }),
    number('active', (live) => live.activeRequests, { widthRem: 5, drop: 5 }),
    number('queued', (live) => live.queuedRequests, { widthRem: 5.5, drop: 4 }),
    number('requests', (live) => live.requestCount, { widthRem: 6, drop: 1 }),
    number('errors', (live) => live.errorCount, { widthRem: 5, drop: 6 }),
    number('memory', (live) => (live.rssBytes === null ? null : live.rssBytes / GIGABYTE), { unit: t('monitoring.deployments.memoryUnit'), widthRem: 7, drop: 3, decimals: 1 }),
  ];
}
