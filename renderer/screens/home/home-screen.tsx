import { useState } from 'react';
import { daysFrom } from '../../../main/contract/calendar-days.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useBundledModel, useBundledTry } from '../../state/bundled-model.ts';
import { useJobs } from '../../state/jobs.ts';
import { useApiKeys, useDeployments, useModels } from '../../state/lists.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { DuePanel } from './due-panel.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { findingsOf } from './findings.ts';
import { Guide } from './guide.tsx';
import { guideSteps } from './guide-steps.ts';
import classes from './home.module.css';
import { RunningPanel } from './running-panel.tsx';

/** Home: is everything all right, what is running, what is due; on a new installation the guide. */
export default function HomeScreen() {
  const { t } = useTexts();
  const mayDeployments = useMay('deployments.read');
  const mayGateway = useMay('gateway.read');
  const mayGuide = useMay('deployments.manage');
  const mayAudit = useMay('audit.read');
  const mayImport = useMay('models.manage');
  const models = useModels();
  const deployments = useDeployments();
  const jobs = useJobs();
  const bundled = useBundledModel().data ?? null;
  const trying = useBundledTry(({ state }) => state !== 'idle');
  const doctor = useQuery('doctor', (signal) => client.system.doctor({}, { signal }));
  const gateway = useQuery('gateway', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'], enabled: mayGateway });
  const keys = useApiKeys();
  const network = useQuery('network/status', (signal) => client.network.status({}, { signal }), { topics: ['gateway'], enabled: mayGateway });
  const changedUsage = useQuery('usage/changed', (signal) => changedUsageDays(signal), { enabled: mayGateway });
  const [nowMs] = useState(() => Date.now());

  // Not the checks of the machine: they ask every driver, and one that hangs takes its fifteen seconds.
  const ready = !mayDeployments || deployments.data !== undefined || deployments.error !== null;
  const steps = guideSteps({ models: models.data, deployments: deployments.data, keys: keys.data });
  const guided = mayGuide && steps !== null && steps.some(({ done }) => !done);
  return (
    <Page title={t('home.title')}>
      {!ready && deployments.loading && <Skeleton rows={5} />}
      {ready && (
        <div className={classes['home']}>
          <FindingsPanel
            findings={findingsOf({ deployments: deployments.data ?? [], checks: doctor.data ?? [], gateway: gateway.data, jobs: jobs.data ?? [], keys: keys.data ?? [], warnings: network.data?.warnings ?? [], changedUsageDays: changedUsage.data ?? 0, nowMs })}
            looking={doctor.data === undefined}
            error={doctor.error ?? deployments.error}
            onRetry={() => {
              doctor.refetch();
              deployments.refetch();
            }}
          />
          {guided && <Guide steps={steps} bundled={mayImport && (trying || deployments.data?.length === 0) ? bundled : null} />}
          <div className={classes['columns']}>
            {mayDeployments && <RunningPanel deployments={deployments.data ?? []} />}
            {mayAudit && <DuePanel />}
          </div>
        </div>
      )}
    </Page>
  );
}

const LOOKED_BACK_DAYS = 31;

/** How many of the last days hold another usage than the audit log says. */
async function changedUsageDays(signal: AbortSignal): Promise<number> {
  const { today } = await client.usage.state({}, { signal });
  const days = await client.usage.days({ from: daysFrom(today, -LOOKED_BACK_DAYS), to: today }, { signal });
  return days.filter(({ seal }) => seal === 'differs').length;
}
