import { Button } from '@mantine/core';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import classes from './deployments.module.css';

/** Deployments that do not answer, each with its cause and the way back. Above the list, worst first as UX asks. */
export function FailedDeployments({ deployments, onStart }: { deployments: readonly DeploymentView[]; onStart?: (deployment: DeploymentView) => void }) {
  const { t } = useTexts();
  const failed = deployments.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return null;
  return (
    <section className={classes['failed']} aria-label={t('deployments.attention')}>
      {failed.map((deployment) => (
        <div key={deployment.id} className={classes['failure']}>
          <h2 className={classes['failureTitle']}>{t('deployments.failedTitle', { name: deployment.name })}</h2>
          <ErrorNotice
            error={deployment.problem ?? { code: 'DEPLOYMENT_NOT_READY', data: { name: deployment.name, state: deployment.state } }}
            {...(onStart === undefined
              ? {}
              : { actions: <Button onClick={() => onStart(deployment)}>{t('deployments.startAgain')}</Button> })}
          />
        </div>
      ))}
    </section>
  );
}
