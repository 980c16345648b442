import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconMessage, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { canBeAsked, toneOfState } from '../../ui/deployment-state.ts';
import { mayStart } from './use-deployment-actions.tsx';
import type { DeploymentActions } from './use-deployment-actions.tsx';

export interface DeploymentRow {
  view: DeploymentView;
  /** Tokens a second it writes now, or takes in where it writes none; null where that is not known. */
  tokensPerSecond: number | null;
}

const GIGABYTE = 1024 ** 3;

type Translate = ReturnType<typeof useTexts>['t'];

/** Columns of the list; `actions` is left out for those who may only look. */
export function deploymentColumns(t: Translate, format: Formatter, actions: DeploymentActions | null): Column<DeploymentRow>[] {
  const number = (key: 'active' | 'queued' | 'requests' | 'errors', read: (view: DeploymentView) => number, shape: { widthRem: number; drop: number }): Column<DeploymentRow> => ({
    key,
    header: t(`deployments.table.${key}`),
    ...shape,
    align: 'right',
    sortValue: ({ view }) => read(view),
    sortDescendingFirst: true,
    render: ({ view }) => format.number(read(view)),
  });
  return [
    {
      key: 'name',
      header: t('deployments.table.name'),
      grow: true,
      sortValue: ({ view }) => view.name,
      filterText: ({ view }) => view.name,
      render: ({ view }) => <RouteLink to={{ screen: 'deployment', deploymentId: view.id }}>{view.name}</RouteLink>,
    },
    {
      key: 'state',
      header: t('deployments.table.state'),
      widthRem: 8,
      drop: 8,
      sortValue: ({ view }) => t(`engine.states.${view.state}`),
      filterText: ({ view }) => t(`engine.states.${view.state}`),
      render: ({ view }) => <StatusBadge tone={toneOfState[view.state]} label={t(`engine.states.${view.state}`)} />,
    },
    {
      key: 'model',
      header: t('deployments.table.model'),
      grow: true,
      widthRem: 10,
      drop: 7,
      sortValue: ({ view }) => view.modelName,
      filterText: ({ view }) => `${t('deployments.modelVersion', { model: view.modelName, version: view.versionNumber })} ${view.quantization}`,
      render: ({ view }) => t('deployments.modelVersion', { model: view.modelName, version: view.versionNumber }),
    },
    {
      key: 'purpose',
      header: t('textVectors.purpose'),
      widthRem: 7,
      drop: 5.5,
      sortValue: ({ view }) => t(`textVectors.kinds.${view.purpose}`),
      filterText: ({ view }) => t(`textVectors.kinds.${view.purpose}`),
      render: ({ view }) => t(`textVectors.kinds.${view.purpose}`),
    },
    {
      key: 'speed',
      header: t('deployments.table.speed'),
      unit: t('deployments.table.speedUnit'),
      widthRem: 8.5,
      drop: 5,
      align: 'right',
      sortValue: (row) => row.tokensPerSecond,
      sortDescendingFirst: true,
      render: (row) => format.number(row.tokensPerSecond, 1),
    },
    {
      key: 'memory',
      header: t('deployments.table.memory'),
      unit: t('deployments.table.memoryUnit'),
      widthRem: 7,
      drop: 3,
      align: 'right',
      sortValue: ({ view }) => view.rssBytes,
      sortDescendingFirst: true,
      render: ({ view }) => format.number(view.rssBytes === null ? null : view.rssBytes / GIGABYTE, 1),
    },
    number('active', (view) => view.activeRequests, { widthRem: 5, drop: 2 }),
    number('queued', (view) => view.queuedRequests, { widthRem: 5.5, drop: 1 }),
    number('requests', (view) => view.requestCount, { widthRem: 6, drop: 4 }),
    number('errors', (view) => view.errorCount, { widthRem: 5, drop: 6 }),
    {
      key: 'actions',
      header: t('deployments.table.actions'),
      widthRem: 5,
      actions: true,
      align: 'right',
      render: ({ view }) => <RowMenu view={view} actions={actions} />,
    },
  ];
}

function RowMenu({ view, actions }: { view: DeploymentView; actions: DeploymentActions | null }) {
  const { t } = useTexts();
  const mayUse = useMay('deployments.use');
  if (actions === null && !mayUse) return null;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('deployments.actionsOf', { name: view.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayUse && (
          <Menu.Item
            leftSection={<IconMessage size={16} aria-hidden />}
            disabled={!canBeAsked(view)}
            // What makes no text is tried on its page.
            onClick={() => navigate({ screen: view.purpose === 'text-generation' ? 'playground' : 'deployment', deploymentId: view.id })}
          >
            {t('deployments.actions.try')}
          </Menu.Item>
        )}
        {actions !== null && mayStart(view) && (
          <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => actions.start(view)}>
            {t('deployments.actions.start')}
          </Menu.Item>
        )}
        {actions !== null && !mayStart(view) && (
          <Menu.Item
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            disabled={view.state === 'stopping'}
            onClick={() => actions.askToStop(view)}
          >
            {t('deployments.actions.stop')}
          </Menu.Item>
        )}
        {actions !== null && (
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => actions.askToRemove(view)}>
            {t('deployments.actions.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
