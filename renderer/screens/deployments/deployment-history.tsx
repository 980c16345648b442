import { useMemo } from 'react';
import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';

/** Restarts, failures, starts, stops and who did them; single questions are left to the audit screen. */
const TYPES = [
  'deployments.created',
  'deployments.started',
  'deployments.stopped',
  'deployments.versionSwitched',
  'deployments.rolledBack',
  'deployments.answersCutOff',
  'deployments.lifecycleChanged',
  'deployments.loadedOnDemand',
  'deployments.unloaded',
  'deployments.engineFailed',
  'deployments.engineRecovered',
] as const;
const SHOWN = 100;

/** What happened to this deployment, from the audit log. For those who may read it. */
export function DeploymentHistory({ deploymentId }: { deploymentId: string }) {
  const { t, format } = useTexts();
  const history = useQuery(
    `deployment/${deploymentId}/history`,
    (signal) => client.audit.list({ filter: { objectId: deploymentId, types: [...TYPES] }, cursor: null, limit: SHOWN }, { signal }),
    { topics: ['deployments'] },
  );
  const columns = useMemo(
    (): Column<AuditEvent>[] => [
      {
        key: 'when',
        header: t('deployments.detail.when'),
        widthRem: 12.5,
        render: (event) => <RouteLink to={{ screen: 'audit', sequence: event.sequence }}>{format.dateTimeSeconds(event.timeMs)}</RouteLink>,
      },
      { key: 'what', header: t('deployments.detail.what'), grow: true, widthRem: 12, drop: 3, render: (event) => t(`audit.types.${event.type}`) },
      { key: 'who', header: t('deployments.detail.who'), widthRem: 10, drop: 1, render: (event) => (event.actor.kind === 'system' ? t('audit.actors.system') : event.actor.name) },
      { key: 'result', header: t('deployments.detail.result'), widthRem: 8, drop: 2, render: (event) => t(`audit.results.${event.result}`) },
    ],
    [t, format],
  );
  return (
    <Panel title={t('deployments.detail.history')}>
      <QueryState query={history}>
        {({ events }) => (
          <DataTable
            label={t('deployments.detail.historyTable')}
            stateKey={`deployment/${deploymentId}/history`}
            columns={columns}
            rows={events}
            rowKey={(event) => String(event.sequence)}
            onOpen={(event) => navigate({ screen: 'audit', sequence: event.sequence })}
            ordered
            withFilter={false}
            maxRows={8}
            nothingMatches={t('deployments.detail.historyNone')}
          />
        )}
      </QueryState>
    </Panel>
  );
}
