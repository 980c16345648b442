import { useMemo } from 'react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { withGaps } from '../../state/live-series.ts';
import { useLiveSamples } from '../../state/live-samples.ts';
import { Panel } from '../../ui/panel.tsx';
import { TimeSeriesChart } from '../../ui/time-series-chart.tsx';

const WINDOW_MS = 600_000;

/** Tokens a second over the last ten minutes. */
export function DeploymentSpeed({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const { samples, intervalMs } = useLiveSamples();
  const { id } = deployment;
  const { timesMs, points } = useMemo(
    () => withGaps(samples, intervalMs, (sample) => sample.deployments.find((each) => each.id === id) ?? null),
    [samples, intervalMs, id],
  );
  if (timesMs.length === 0) return null;
  return (
    <Panel>
      <TimeSeriesChart
        title={t('deployments.detail.speed')}
        timesMs={timesMs}
        windowMs={WINDOW_MS}
        heightRem={9}
        leastTop={10}
        format={(value) => format.rate(value, 'tokens')}
        series={[
          ...(deployment.purpose === 'text-generation'
            ? [{ id: 'output', label: t('deployments.detail.speedOutput'), color: 1 as const, values: points.map((point) => point?.outputTokensPerSecond ?? null) }]
            : []),
          { id: 'prompt', label: t('deployments.detail.speedPrompt'), color: 2, values: points.map((point) => point?.promptTokensPerSecond ?? null) },
        ]}
      />
    </Panel>
  );
}
