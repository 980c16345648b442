import { useMemo } from 'react';
import type { Sample } from '../../../main/contract/monitoring.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { withGaps } from '../../state/live-series.ts';
import { navigate } from '../../state/navigation.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Series } from '../../ui/time-series-chart.tsx';
import { ChartPanel } from './chart-panel.tsx';
import { liveColumns } from './live-columns.tsx';
import classes from './monitoring.module.css';

type Live = Sample['deployments'][number];
const COLORS = [1, 2, 3, 4, 5, 6] as const;
const SHOWN_ROWS = 8;

interface LiveDeploymentsProps {
  latest: Sample;
  /** What the charts show; held still while the pointer is on one. */
  samples: readonly Sample[];
  intervalMs: number;
  onHold: (held: boolean) => void;
}

/** Every deployment with its live figures, and two charts: speed, requests. */
export function LiveDeployments({ latest, samples, intervalMs, onHold }: LiveDeploymentsProps) {
  const { t, format } = useTexts();
  const columns = useMemo(() => liveColumns(t, format), [t, format]);
  const { timesMs, points } = useMemo(() => withGaps(samples, intervalMs, (sample) => sample.deployments), [samples, intervalMs]);
  if (latest.deployments.length === 0) {
    return (
      <Panel title={t('monitoring.deployments.title')}>
        <p className={classes['nothing']}>{t('monitoring.deployments.none')}</p>
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('monitoring.deployments.title')}>
        <DataTable
          label={t('monitoring.deployments.title')}
          stateKey="monitoring/deployments"
          columns={columns}
          rows={latest.deployments}
          rowKey={({ id }) => id}
          initialSort={{ column: 'name', descending: false }}
          maxRows={SHOWN_ROWS}
          withFilter={latest.deployments.length > SHOWN_ROWS}
          onOpen={({ id }) => navigate({ screen: 'deployment', deploymentId: id })}
        />
      </Panel>
      <div className={classes['grid']}>
        <ChartPanel
          title={t('monitoring.deployments.speedChart')}
          timesMs={timesMs}
          onHold={onHold}
          format={(value) => format.rate(value, 'tokens')}
          leastTop={10}
          series={seriesOf(latest.deployments, points, t('monitoring.deployments.others'))}
        />
        <ChartPanel
          title={t('monitoring.deployments.queueChart')}
          timesMs={timesMs}
          onHold={onHold}
          format={(value) => format.number(value, 1)}
          leastTop={4}
          series={[
            { id: 'active', label: t('monitoring.deployments.active'), color: 1, values: points.map((all) => sumOf(all, ({ activeRequests }) => activeRequests)) },
            { id: 'queued', label: t('monitoring.deployments.queued'), color: 2, values: points.map((all) => sumOf(all, ({ queuedRequests }) => queuedRequests)) },
          ]}
        />
      </div>
    </>
  );
}

/** A line for each deployment; from the seventh on they share one, because no more colours can be told apart. */
function seriesOf(deployments: readonly Live[], points: readonly (readonly Live[] | null)[], others: string): Series[] {
  const inOrder = deployments.toSorted((a, b) => a.name.localeCompare(b.name));
  const own = inOrder.length > COLORS.length ? inOrder.slice(0, COLORS.length - 1) : inOrder;
  const rest = new Set(inOrder.slice(own.length).map(({ id }) => id));
  const lines = own.map(({ id, name }, place): Series => ({
    id,
    label: name,
    color: COLORS[place] ?? 6,
    values: points.map((all) => all?.find((each) => each.id === id)?.outputTokensPerSecond ?? null),
  }));
  if (rest.size === 0) return lines;
  const values = points.map((all) => sumOf(all?.filter(({ id }) => rest.has(id)) ?? null, (live) => live.outputTokensPerSecond));
  return [...lines, { id: 'others', label: others, color: 6, values }];
}

function sumOf(all: readonly Live[] | null, read: (live: Live) => number): number | null {
  return all === null ? null : all.reduce((sum, live) => sum + read(live), 0);
}
