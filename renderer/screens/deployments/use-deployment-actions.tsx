import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useDeployments } from '../../state/lists.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showErrorToast, showToast } from '../../ui/toast.tsx';
import { asError } from '../../client/as-error.ts';

export interface DeploymentActions {
  start: (deployment: DeploymentView) => void;
  askToStop: (deployment: DeploymentView) => void;
  askToRemove: (deployment: DeploymentView) => void;
  /** Put it anywhere on the screen once. */
  dialogs: ReactNode;
}

/** Whether starting makes sense. */
export function mayStart({ state }: DeploymentView): boolean {
  return state === 'stopped' || state === 'failed';
}

/** Start, stop and remove, with what each costs said before. `onRemoved` is for a screen that shows only this one. */
export function useDeploymentActions(onRemoved?: () => void): DeploymentActions {
  const { t, format } = useTexts();
  const [stopping, setStopping] = useState<DeploymentView | null>(null);
  const [removing, setRemoving] = useState<DeploymentView | null>(null);
  const { refetch } = useDeployments();

  const start = useCallback(
    (deployment: DeploymentView): void => {
      client.deployments
        .start({ deploymentId: deployment.id })
        .then(() => {
          showToast({ message: t('deployments.started', { name: deployment.name }) });
          refetch();
        })
        .catch((thrown: unknown) => showErrorToast(asError(thrown)));
    },
    [t, refetch],
  );
  const stop = useCommand(async (deployment: DeploymentView) => {
    await client.deployments.stop({ deploymentId: deployment.id });
    setStopping(null);
    showToast({ message: t('deployments.stopDialog.done', { name: deployment.name }) });
  });
  const remove = useCommand(async (deployment: DeploymentView) => {
    await client.deployments.remove({ deploymentId: deployment.id });
    setRemoving(null);
    showToast({ message: t('deployments.removeDialog.done', { name: deployment.name }) });
    onRemoved?.();
  });
  const cutOff = (deployment: DeploymentView | null): ReactNode =>
    deployment !== null && deployment.activeRequests > 0 ? (
      <p>{t('deployments.stopDialog.active', { count: deployment.activeRequests })}</p>
    ) : null;

  const dialogs = (
    <>
      <ConfirmDialog
        opened={stopping !== null}
        title={t('deployments.stopDialog.title', { name: stopping?.name ?? '' })}
        verb={t('deployments.stopDialog.verb')}
        running={stop.running}
        error={stop.error}
        onConfirm={() => stopping !== null && void stop.run(stopping)}
        onClose={() => {
          setStopping(null);
          stop.forget();
        }}
      >
        <p>{t('deployments.stopDialog.body')}</p>
        {cutOff(stopping)}
        {stopping?.rssBytes != null && <p>{t('deployments.stopDialog.memory', { memory: format.bytes(stopping.rssBytes) })}</p>}
      </ConfirmDialog>
      <ConfirmDialog
        opened={removing !== null}
        title={t('deployments.removeDialog.title', { name: removing?.name ?? '' })}
        verb={t('deployments.removeDialog.verb')}
        dangerous
        running={remove.running}
        error={remove.error}
        onConfirm={() => removing !== null && void remove.run(removing)}
        onClose={() => {
          setRemoving(null);
          remove.forget();
        }}
      >
        <p>{t('deployments.removeDialog.body')}</p>
        {cutOff(removing)}
      </ConfirmDialog>
    </>
  );
  return { start, askToStop: setStopping, askToRemove: setRemoving, dialogs };
}
