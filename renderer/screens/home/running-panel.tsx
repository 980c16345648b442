import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useLiveSamples } from '../../state/live-samples.ts';
import { toneOfState } from '../../ui/deployment-state.ts';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './home.module.css';

/** What is running: each deployment with its state, requests and the last ten minutes as a line. */
export function RunningPanel({ deployments }: { deployments: readonly DeploymentView[] }) {
  const { t, format } = useTexts();
  const { samples } = useLiveSamples();
  return (
    <Panel title={t('home.running')}>
      {deployments.length === 0 ? (
        <p className={classes['dim']}>{t('home.runningNone')}</p>
      ) : (
        <ul className={classes['running']}>
          {deployments.map((deployment) => {
            const rates = samples.map(
              (sample) => sample.deployments.find(({ id }) => id === deployment.id)?.outputTokensPerSecond ?? null,
            );
            const rate = rates.at(-1) ?? null;
            return (
              <li key={deployment.id} className={classes['deployment']}>
                <div className={classes['deploymentName']}>
                  <RouteLink to={{ screen: 'deployment', deploymentId: deployment.id }}>{deployment.name}</RouteLink>
                  <span className={classes['dim']}>{`${deployment.modelName} · ${deployment.quantization} · ${t('home.requests', { count: deployment.requestCount })}`}</span>
                </div>
                <StatusBadge tone={toneOfState[deployment.state]} label={t(`engine.states.${deployment.state}`)} quiet />
                <div className={classes['spark']}>
                  <Sparkline values={rates} label={t('common.labelled', { label: deployment.name, value: t('home.tokensPerSecond') })} />
                </div>
                <span className={classes['rate']}>{format.rate(rate, 'tokens')}</span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
