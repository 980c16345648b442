import { Button } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { useDeployments, useModels } from '../../state/lists.ts';
import { useLiveSamples } from '../../state/live-samples.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { deploymentColumns } from './deployment-columns.tsx';
import { FailedDeployments } from './failed-deployments.tsx';
import { MemoryPanel } from './versions/memory-panel.tsx';
import { useDeploymentActions } from './use-deployment-actions.tsx';

/** Every deployment: state, model, speed, memory, load; those that failed above with their cause. */
export default function DeploymentsScreen() {
  const { t, format } = useTexts();
  const mayManage = useMay('deployments.manage');
  const deployments = useDeployments();
  const { samples } = useLiveSamples();
  const actions = useDeploymentActions();
  const latest = samples.at(-1);
  // The dialogs' own state is no part of what a row can do.
  const { start, askToStop, askToRemove } = actions;
  const columns = useMemo(
    () => deploymentColumns(t, format, mayManage ? { start, askToStop, askToRemove, dialogs: null } : null),
    [t, format, mayManage, start, askToStop, askToRemove],
  );
  const rows = useMemo(
    () =>
      (deployments.data ?? []).map((view) => {
        const live = latest?.deployments.find(({ id }) => id === view.id);
        if (live === undefined) return { view, tokensPerSecond: null };
        // The list is asked again only when a state changes; the figures between come with the samples.
        const { activeRequests, queuedRequests, requestCount, errorCount, rssBytes } = live;
        const now = view.purpose === 'text-generation' ? live.outputTokensPerSecond : live.promptTokensPerSecond;
        return { view: { ...view, activeRequests, queuedRequests, requestCount, errorCount, rssBytes }, tokensPerSecond: view.state === 'ready' ? now : null };
      }),
    [deployments.data, latest],
  );
  const deploy = (
    <Button leftSection={<IconRocket size={18} aria-hidden />} onClick={() => navigate({ screen: 'deploy' })}>
      {t('deployments.deploy')}
    </Button>
  );
  return (
    <Page
      title={t('deployments.title')}
      lead={t('deployments.lead')}
      layout="full"
      {...(mayManage && rows.length > 0 ? { actions: deploy } : {})}
    >
      <QueryState query={deployments}>
        {(data) =>
          data.length === 0 ? (
            <Empty deploy={deploy} />
          ) : (
            <>
              <FailedDeployments deployments={data} {...(mayManage ? { onStart: start } : {})} />
              <MemoryPanel />
              <DataTable
                label={t('deployments.title')}
                stateKey="deployments/list"
                columns={columns}
                rows={rows}
                rowKey={({ view }) => view.id}
                initialSort={{ column: 'name', descending: false }}
                onOpen={({ view }) => navigate({ screen: 'deployment', deploymentId: view.id })}
              />
            </>
          )
        }
      </QueryState>
      {actions.dialogs}
    </Page>
  );
}

function Empty({ deploy }: { deploy: ReactNode }) {
  const { t } = useTexts();
  const mayManage = useMay('deployments.manage');
  const mayImport = useMay('models.manage');
  const models = useModels();
  const noModel = models.data?.length === 0;
  const importModel = <Button onClick={() => navigate({ screen: 'import' })}>{t('deployments.empty.importModel')}</Button>;
  const action = noModel ? (mayImport ? importModel : null) : mayManage ? deploy : null;
  return (
    <EmptyState
      icon={<IconRocket size={32} stroke={1.5} />}
      title={t('deployments.empty.title')}
      body={noModel ? `${t('deployments.empty.body')} ${t('deployments.empty.noModel')}` : t('deployments.empty.body')}
      action={action}
    />
  );
}
