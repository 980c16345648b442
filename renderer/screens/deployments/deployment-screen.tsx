import { Button, Menu } from '@mantine/core';
import { IconDots, IconMessage, IconPlayerPlay, IconPlayerStop, IconRocket, IconTrash } from '@tabler/icons-react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { client } from '../../client/connection.ts';
import { errorSentence } from '../../i18n/error-sentence.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { DeploymentAdapters } from '../adapters/deployment-adapters.tsx';
import { DeploymentEndpoint } from './deployment-endpoint.tsx';
import { DeploymentHistory } from './deployment-history.tsx';
import { DeploymentLimitsPanel, DeploymentProcess, DeploymentSettingsPanel } from './deployment-facts.tsx';
import { DeploymentSpeed } from './deployment-speed.tsx';
import classes from './deployments.module.css';
import { TryPanel } from './vectors/try-panel.tsx';
import { LifecyclePanel } from './versions/lifecycle-panel.tsx';
import { VersionsPanel } from './versions/versions-panel.tsx';
import { mayStart, useDeploymentActions } from './use-deployment-actions.tsx';
import type { DeploymentActions } from './use-deployment-actions.tsx';

/** One deployment: how it runs, what it was given, how programs reach it, what happened to it. */
export default function DeploymentScreen({ route }: { route: RouteOf<'deployment'> }) {
  const { t } = useTexts();
  const { deploymentId } = route;
  const deployment = useQuery(`deployment/${deploymentId}`, (signal) => client.deployments.get({ deploymentId }, { signal }), {
    topics: ['deployments'],
  });
  const actions = useDeploymentActions(() => navigate({ screen: 'deployments' }, { replace: true }));
  const { data } = deployment;
  return (
    <Page
      key={deploymentId}
      title={data?.name ?? t('deployments.title')}
      back={<BackLink to={{ screen: 'deployments' }} label={t('deployments.title')} />}
      {...(data === undefined ? {} : { actions: <Actions deployment={data} actions={actions} /> })}
    >
      <QueryState query={deployment}>{(view) => <Content deployment={view} actions={actions} />}</QueryState>
      {actions.dialogs}
    </Page>
  );
}

function Actions({ deployment, actions }: { deployment: DeploymentView; actions: DeploymentActions }) {
  const { t } = useTexts();
  const mayManage = useMay('deployments.manage');
  const mayUse = useMay('deployments.use');
  return (
    <>
      {mayManage && (
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconDots size={18} aria-hidden />}>
              {t('deployments.actions.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconRocket size={16} aria-hidden />}
              onClick={() => navigate({ screen: 'deploy', versionId: deployment.versionId, modelId: deployment.modelId })}
            >
              {t('deployments.detail.deployAgain')}
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => actions.askToRemove(deployment)}>
              {t('deployments.actions.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {mayManage &&
        (mayStart(deployment) ? (
          <Button leftSection={<IconPlayerPlay size={18} aria-hidden />} onClick={() => actions.start(deployment)}>
            {t('deployments.actions.start')}
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={18} aria-hidden />}
            disabled={deployment.state === 'stopping'}
            onClick={() => actions.askToStop(deployment)}
          >
            {t('deployments.actions.stop')}
          </Button>
        ))}
      {mayUse && canBeAsked(deployment) && deployment.purpose === 'text-generation' && (
        <Button leftSection={<IconMessage size={18} aria-hidden />} onClick={() => navigate({ screen: 'playground', deploymentId: deployment.id })}>
          {t('deployments.actions.try')}
        </Button>
      )}
    </>
  );
}

function Content({ deployment, actions }: { deployment: DeploymentView; actions: DeploymentActions }) {
  const { t, language } = useTexts();
  const mayManage = useMay('deployments.manage');
  const mayReadAudit = useMay('audit.read');
  const mayUse = useMay('deployments.use');
  const { problem, state } = deployment;
  return (
    <div className={classes['stack']}>
      {!mayManage && <Notice tone="info">{t('common.readOnly')}</Notice>}
      {problem !== null && state === 'failed' && (
        <ErrorNotice
          error={problem}
          {...(mayManage ? { actions: <Button onClick={() => actions.start(deployment)}>{t('deployments.startAgain')}</Button> } : {})}
        />
      )}
      {state === 'sleeping' && problem === null && <Notice tone="info">{t('deploymentVersions.lifecycle.sleeping')}</Notice>}
      {problem !== null && state !== 'failed' && (
        <Notice tone="look" title={t(state === 'sleeping' ? 'deploymentVersions.lifecycle.sleepingProblem' : 'deployments.detail.lastProblem')}>
          <p>{errorSentence(problem, language).what}</p>
          <p>{errorSentence(problem, language).why}</p>
        </Notice>
      )}
      {deployment.purpose !== 'text-generation' && mayUse && <TryPanel deployment={deployment} purpose={deployment.purpose} />}
      <div className={classes['columns']}>
        <div className={classes['stack']}>
          <DeploymentProcess deployment={deployment} />
          <LifecyclePanel deployment={deployment} />
        </div>
        <div className={classes['stack']}>
          <DeploymentSettingsPanel deployment={deployment} />
          <DeploymentLimitsPanel deployment={deployment} />
        </div>
        <div className={classes['wide']}>
          <VersionsPanel deployment={deployment} />
        </div>
        <div className={classes['wide']}>
          <DeploymentSpeed deployment={deployment} />
        </div>
        {deployment.purpose === 'text-generation' && (
          <div className={classes['wide']}>
            <DeploymentAdapters deployment={deployment} />
          </div>
        )}
        <div className={classes['wide']}>
          <DeploymentEndpoint deployment={deployment} />
        </div>
        {mayReadAudit && (
          <div className={classes['wide']}>
            <DeploymentHistory deploymentId={deployment.id} />
          </div>
        )}
      </div>
    </div>
  );
}
