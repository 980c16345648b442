import { Button } from '@mantine/core';
import { IconArrowBackUp, IconReplace } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { DeploymentVersion, DeploymentVersions } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { navigate } from '../../../state/navigation.ts';
import { useQuery } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { RollBackDialog } from './roll-back-dialog.tsx';
import classes from './versions.module.css';

/** What a deployment serves with and has served with; the ways to another version and back. */
export function VersionsPanel({ deployment }: { deployment: DeploymentView }) {
  const { t } = useTexts();
  const mayManage = useMay('deployments.manage');
  const { id: deploymentId } = deployment;
  const [asking, setAsking] = useState(false);
  const versions = useQuery(`deployment/${deploymentId}/versions`, (signal) => client.deployments.versions({ deploymentId }, { signal }), { topics: ['deployments'] });
  const rollBack = versions.data?.rollBack ?? null;
  return (
    <Panel
      title={t('deploymentVersions.panel.title')}
      {...(mayManage
        ? {
            actions: (
              <div className={classes['actions']}>
                {rollBack !== null && (
                  <Button variant="default" leftSection={<IconArrowBackUp size={18} aria-hidden />} onClick={() => setAsking(true)}>
                    {rollBack.modelName === deployment.modelName
                      ? t('deploymentVersions.panel.rollBack', { version: rollBack.versionNumber })
                      : t('deploymentVersions.panel.rollBackOther', { model: rollBack.modelName, version: rollBack.versionNumber })}
                  </Button>
                )}
                <Button leftSection={<IconReplace size={18} aria-hidden />} onClick={() => navigate({ screen: 'switch-version', deploymentId })}>
                  {t('deploymentVersions.panel.switch')}
                </Button>
              </div>
            ),
          }
        : {})}
    >
      <QueryState query={versions}>
        {(data) => (
          <>
            <Standing versions={data} />
            <History versions={data} deployment={deployment} />
          </>
        )}
      </QueryState>
      {rollBack !== null && <RollBackDialog opened={asking} deployment={deployment} target={rollBack} onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function Standing({ versions }: { versions: DeploymentVersions }) {
  const { t, format } = useTexts();
  const { draining, rollBack, rows } = versions;
  return (
    <>
      {draining !== null && <Notice tone="info">{t('deploymentVersions.panel.draining', { count: draining.activeRequests, time: format.time(draining.untilMs) })}</Notice>}
      {rollBack !== null && (
        <p className={classes['note']}>
          {rollBack.warmUntilMs === null
            ? t('deploymentVersions.panel.cold', { version: rollBack.versionNumber })
            : t('deploymentVersions.panel.warm', { version: rollBack.versionNumber, time: format.time(rollBack.warmUntilMs) })}
        </p>
      )}
      {rows.length <= 1 && <p className={classes['note']}>{t('deploymentVersions.panel.only')}</p>}
    </>
  );
}

function History({ versions, deployment }: { versions: DeploymentVersions; deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const newest = versions.rows[0]?.step;
  const columns = useMemo(
    (): Column<DeploymentVersion>[] => [
      { key: 'when', header: t('deploymentVersions.panel.when'), widthRem: 11, render: (row) => format.dateTime(row.atMs) },
      {
        key: 'version',
        header: t('deploymentVersions.panel.version'),
        grow: true,
        widthRem: 14,
        render: (row) => `${t('deployments.modelVersion', { model: row.modelName, version: row.versionNumber })} (${row.quantization})${row.versionId === null ? ` · ${t('deploymentVersions.panel.deleted')}` : ''}`,
      },
      {
        key: 'how',
        header: t('deploymentVersions.panel.how'),
        widthRem: 12.5,
        drop: 2,
        render: (row) => (row.step === newest ? <StatusBadge quiet tone="fine" label={t('deploymentVersions.panel.currentHow', { how: t(`deploymentVersions.panel.hows.${row.how}`) })} /> : t(`deploymentVersions.panel.hows.${row.how}`)),
      },
      { key: 'who', header: t('deploymentVersions.panel.who'), widthRem: 7, drop: 3, render: (row) => (row.byName === '' ? format.number(null) : row.byName) },
      {
        key: 'settings',
        header: t('deploymentVersions.panel.settings'),
        grow: true,
        widthRem: 20,
        drop: 1,
        render: (row) =>
          [
            t('deploymentVersions.panel.settingsValue', { backend: t(`engine.backends.${row.settings.backend}`), tokens: format.number(row.settings.contextSize), parallel: format.number(row.settings.parallelSequences) }),
            ...(row.adapters.length === 0 ? [] : [t('deploymentVersions.panel.adapters', { names: row.adapters.map(({ name }) => name).join(t('common.listSeparator')) })]),
          ].join(' · '),
      },
    ],
    [t, format, newest],
  );
  return (
    <DataTable
      label={t('deploymentVersions.panel.table')}
      stateKey={`deployment/${deployment.id}/versions`}
      columns={columns}
      rows={versions.rows}
      rowKey={(row) => String(row.step)}
      ordered
      withFilter={false}
      maxRows={6}
    />
  );
}
