import { useRef, useState } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { retryLiveSamples, useLiveSamples } from '../../state/live-samples.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { LiveDeployments } from './live-deployments.tsx';
import { MachineCharts } from './machine-charts.tsx';
import classes from './monitoring.module.css';
import { useStale } from './use-stale.ts';

/** The last ten minutes of the machine and of every deployment. Pointing at a chart holds it still. */
export default function MonitoringScreen() {
  const { t, format } = useTexts();
  const live = useLiveSamples();
  const [held, setHeld] = useState(false);
  const shown = useRef(live.samples);
  if (!held) shown.current = live.samples;
  const latest = live.samples.at(-1);
  const stale = useStale(live.samples, live.intervalMs);
  const status = held ? (
    <StatusBadge tone="look" label={t('monitoring.paused')} />
  ) : (
    <StatusBadge tone={stale || live.error !== null ? 'look' : 'fine'} label={stale ? format.time(latest?.timeMs ?? null) : t('monitoring.live')} />
  );
  return (
    <Page title={t('monitoring.title')} lead={t('monitoring.lead')} {...(latest === undefined ? {} : { actions: status })}>
      <div className={classes['stack']}>
        <ErrorNotice error={live.error} onRetry={retryLiveSamples} />
        {stale && latest !== undefined && live.error === null && <Notice tone="look">{t('monitoring.stale', { time: format.time(latest.timeMs) })}</Notice>}
        {latest === undefined ? (
          live.error === null && (
            <>
              <Notice tone="info">{t('monitoring.starting')}</Notice>
              <Skeleton rows={5} />
            </>
          )
        ) : (
          <>
            <LiveDeployments
              latest={latest}
              samples={shown.current}
              intervalMs={live.intervalMs}
              onHold={setHeld}
            />
            <MachineCharts samples={shown.current} intervalMs={live.intervalMs} onHold={setHeld} />
          </>
        )}
      </div>
    </Page>
  );
}
