import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import type { DeploymentView, Lifecycle } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { useMay } from '../../../state/session.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { LifecycleFields } from './lifecycle-fields.tsx';

/** When a deployment is loaded; changed in place by those who may. */
export function LifecyclePanel({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const mayManage = useMay('deployments.manage');
  const { lifecycle } = deployment;
  const [draft, setDraft] = useState<Lifecycle | null>(null);
  const save = useCommand(async (wanted: Lifecycle) => {
    await client.deployments.setLifecycle({ deploymentId: deployment.id, lifecycle: wanted });
    setDraft(null);
    showToast({ message: t('deploymentVersions.lifecycle.saved', { name: deployment.name }) });
  });
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(lifecycle);
  return (
    <Panel title={t('deploymentVersions.lifecycle.title')}>
      {mayManage ? (
        <Stack gap="md">
          <LifecycleFields lifecycle={draft ?? lifecycle} onLifecycle={setDraft} />
          <ErrorNotice error={save.error} />
          {isChanged && (
            <Group gap="xs">
              <Button loading={save.running} onClick={() => void save.run(draft)}>
                {t('deploymentVersions.lifecycle.save')}
              </Button>
              <Button variant="default" onClick={() => setDraft(null)}>
                {t('common.cancel')}
              </Button>
            </Group>
          )}
        </Stack>
      ) : (
        <p>{lifecycle.kind === 'pinned' ? t('deploymentVersions.lifecycle.value.pinned') : t('deploymentVersions.lifecycle.value.onDemand', { minutes: format.number(lifecycle.idleMinutes) })}</p>
      )}
    </Panel>
  );
}
