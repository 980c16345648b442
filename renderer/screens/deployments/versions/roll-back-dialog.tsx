import { Button, Progress, Stack } from '@mantine/core';
import type { DeploymentVersions } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { useSwitchRun } from './use-switch-run.ts';

interface RollBackDialogProps {
  opened: boolean;
  deployment: DeploymentView;
  target: NonNullable<DeploymentVersions['rollBack']>;
  onClose: () => void;
}

/** One click back: says what happens, shows how far it is where the version has to be loaded again, offers the way with a gap where there is no room. */
export function RollBackDialog({ opened, deployment, target, onClose }: RollBackDialogProps) {
  const { t, format } = useTexts();
  const { name, id: deploymentId } = deployment;
  const values = { name, model: target.modelName, version: target.versionNumber };
  const rolling = useSwitchRun((view) => {
    showToast({ message: t('deploymentVersions.rollBack.done', { name, version: view.versionNumber }) });
    onClose();
  });
  const { progress, error } = rolling;
  const start = (stopFirst: boolean): void => rolling.run((signal) => client.deployments.rollBack({ deploymentId, stopFirst }, { signal }), stopFirst ? 'stopping' : 'loading');
  const maySay = error?.code === 'OVERLAP_DOES_NOT_FIT' && error.data['fitsAfterStopping'] === true;
  return (
    <ConfirmDialog
      opened={opened}
      title={t(target.modelName === deployment.modelName ? 'deploymentVersions.rollBack.title' : 'deploymentVersions.rollBack.titleOther', values)}
      verb={t('deploymentVersions.rollBack.verb')}
      running={progress !== null}
      error={error}
      onConfirm={() => start(false)}
      onClose={() => {
        rolling.cancel();
        rolling.forget();
        onClose();
      }}
    >
      <Stack gap={0}>
        <p>{t(target.warmUntilMs === null ? 'deploymentVersions.rollBack.cold' : 'deploymentVersions.rollBack.warm')}</p>
        <p>{t('deploymentVersions.rollBack.settings')}</p>
        {progress !== null && target.warmUntilMs === null && (
          <div role="status">
            <Progress value={progress.phase === 'asking' ? 100 : Math.round(progress.fraction * 100)} animated aria-label={t('deploymentVersions.rollBack.verb')} />
            <p>{progress.phase === 'asking' ? t('deploymentVersions.rollBack.asking') : t('deploymentVersions.rollBack.loading', { share: format.percent(progress.fraction) })}</p>
          </div>
        )}
        {maySay && (
          <Button variant="default" onClick={() => start(true)}>
            {t('deploymentVersions.rollBack.stopFirst')}
          </Button>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
