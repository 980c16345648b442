import { Button, Group, Select } from '@mantine/core';
import { IconMessage } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useDeployments } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { keptValue, keepValue } from '../../state/view-state.ts';
import { ConversationView } from './conversation-view.tsx';
import classes from './playground.module.css';

const LAST_KEY = 'playground/last';

/** The deployment asked for, else the one of last time, else the first that is ready. */
export function chosenDeployment(deployments: readonly DeploymentView[], wanted: readonly (string | undefined)[]): DeploymentView | undefined {
  for (const id of wanted) {
    const found = deployments.find((each) => each.id === id);
    if (found !== undefined) return found;
  }
  return deployments.find(({ state }) => state === 'ready') ?? deployments.find(canBeAsked);
}

/** Ask a deployment and see how fast it answers. */
export default function PlaygroundScreen({ route }: { route: RouteOf<'playground'> }) {
  const { t } = useTexts();
  const all = useDeployments();
  // Models for embeddings and reranking are tried on their own pages.
  const deployments = { ...all, data: all.data?.filter(({ purpose }) => purpose === 'text-generation') };
  const last = keptValue(LAST_KEY);
  const chosen = chosenDeployment(deployments.data ?? [], [route.deploymentId, typeof last === 'string' ? last : undefined]);
  const chosenId = chosen?.id;
  useEffect(() => {
    // One that was only the first ready also stays chosen: else its conversation would vanish whenever it restarts.
    if (chosenId !== undefined) keepValue(LAST_KEY, chosenId);
  }, [chosenId]);
  const choice = (
    <Select
      className={classes['choice'] ?? ''}
      aria-label={t('playground.deployment')}
      allowDeselect={false}
      value={chosen?.id ?? null}
      data={(deployments.data ?? []).map(({ id, name, state, lifecycle }) => ({
        value: id,
        label: state === 'ready' ? name : t('playground.notReady', { name, state: t(`engine.states.${state}`) }),
        disabled: !canBeAsked({ state, lifecycle }),
      }))}
      onChange={(deploymentId) => {
        if (deploymentId === null) return;
        keepValue(LAST_KEY, deploymentId);
        navigate({ screen: 'playground', deploymentId }, { replace: true });
      }}
    />
  );
  return (
    <Page title={t('playground.title')} layout="full" {...(chosen === undefined ? {} : { actions: choice })}>
      <QueryState query={deployments}>
        {() => (chosen === undefined ? <Empty /> : <ConversationView key={chosen.id} deployment={chosen} />)}
      </QueryState>
    </Page>
  );
}

function Empty() {
  const { t } = useTexts();
  const mayManage = useMay('deployments.manage');
  return (
    <EmptyState
      icon={<IconMessage size={32} stroke={1.5} />}
      title={t('playground.empty.title')}
      body={t(mayManage ? 'playground.empty.body' : 'playground.empty.readOnlyBody')}
      action={
        <Group gap="xs" justify="center">
          <Button variant="default" onClick={() => navigate({ screen: 'deployments' })}>
            {t('playground.empty.list')}
          </Button>
          {mayManage && <Button onClick={() => navigate({ screen: 'deploy' })}>{t('playground.empty.deploy')}</Button>}
        </Group>
      }
    />
  );
}
