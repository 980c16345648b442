import { Button, Group } from '@mantine/core';
import { IconCheck, IconRocket } from '@tabler/icons-react';
import { useState } from 'react';
import type { ErrorCode } from '../../../main/contract/errors.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { CostOfVersion } from './cost-of-version.tsx';
import { JobRunning, useJobPhases } from './inline-job.tsx';
import { useModelOfVersion } from './use-model.ts';
import classes from './shrinking.module.css';

type Verb = 'quantize' | 'prune';
const kindOfVerb = { quantize: 'quantization.quantize', prune: 'quantization.prune' } as const;
const words = { quantize: { now: 'quantizing', ended: 'quantized' }, prune: { now: 'pruning', ended: 'pruned' } } as const;

/** Quantizing or pruning by its job: progress with cancel, then the new version and what it cost. */
export function ShrinkJob({ jobId, verb }: { jobId: string; verb: Verb }) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const running = job.data?.state === 'queued' || job.data?.state === 'running';
  const title = job.data === undefined ? t(`shrinking.${verb}.title`) : t(`shrinking.job.${running ? words[verb].now : words[verb].ended}`, { name: job.data.title });
  return (
    <Page title={title} layout="narrow" back={<BackLink to={{ screen: 'models' }} label={t('models.title')} />}>
      <QueryState query={job}>{(data) => (data.kind === kindOfVerb[verb] ? <JobBody job={data} verb={verb} /> : <Notice tone="info">{t('shrinking.job.wrongKind')}</Notice>)}</QueryState>
    </Page>
  );
}

function JobBody({ job, verb }: { job: JobView; verb: Verb }) {
  switch (job.state) {
    case 'queued':
    case 'running':
      return (
        <Panel>
          <JobRunning job={job} />
        </Panel>
      );
    case 'succeeded':
      return <Succeeded job={job} verb={verb} />;
    case 'failed':
    case 'cancelled':
    case 'interrupted':
      return <NotMade job={job} verb={verb} />;
  }
}

function Steps({ job }: { job: JobView }) {
  const { t } = useTexts();
  const phases = useJobPhases(job.kind);
  return (
    <Panel title={t('shrinking.job.steps')}>
      <JobProgressPanel job={job} phases={phases} />
    </Panel>
  );
}

function Succeeded({ job, verb }: { job: JobView; verb: Verb }) {
  const versionId = job.result?.objectId;
  const model = useModelOfVersion(versionId);
  return (
    <QueryState query={model}>
      {(data) => {
        const version = data?.versions.find(({ id }) => id === versionId);
        return (
          <div className={classes['stack']}>
            {data !== null && version !== undefined && (
              <>
                <Made job={job} verb={verb} model={data} version={version} />
                <CostOfVersion version={version} afterMs={job.endedAtMs ?? 0} model={data} />
              </>
            )}
            <Steps job={job} />
          </div>
        );
      }}
    </QueryState>
  );
}

function Made({ job, verb, model, version }: { job: JobView; verb: Verb; model: ModelDetail; version: ModelVersion }) {
  const { t, format } = useTexts();
  const mayDeploy = useMay('deployments.manage');
  const tookMs = (job.endedAtMs ?? 0) - (job.startedAtMs ?? job.createdAtMs);
  const parent = model.versions.find(({ id }) => id === version.lineage?.parentVersionId);
  const { number, facts } = version;
  const size = format.bytes(version.sizeBytes);
  return (
    <Panel>
      <div className={classes['stack']}>
        <div className={classes['doneHead']}>
          <span className={classes['doneMark']} aria-hidden>
            <IconCheck size={24} stroke={2.5} />
          </span>
          <div>
            <h2 className={classes['doneTitle']}>
              {verb === 'quantize'
                ? t('shrinking.job.doneQuantized', { number, type: facts.quantization, size })
                : t('shrinking.job.donePruned', { number, layers: format.number(facts.layerCount), size })}
            </h2>
            <p className={classes['dim']}>
              {[
                t('shrinking.job.doneLead'),
                ...(parent === undefined ? [] : [t('shrinking.job.was', { number: parent.number, size: format.bytes(parent.sizeBytes) })]),
                t('shrinking.job.total', { time: format.duration(tookMs) }),
              ].join(format.language === 'en' ? ' ' : '')}
            </p>
          </div>
        </div>
        <Group gap="xs">
          <Button onClick={() => navigate({ screen: 'model', modelId: model.id })}>{t('shrinking.job.open')}</Button>
          {mayDeploy && (
            <Button
              variant="default"
              leftSection={<IconRocket size={18} />}
              onClick={() => navigate({ screen: 'deploy', versionId: version.id, modelId: model.id })}
            >
              {t('shrinking.job.deploy')}
            </Button>
          )}
          <Button variant="subtle" onClick={() => navigate({ screen: verb })}>
            {t('shrinking.job.another')}
          </Button>
        </Group>
      </div>
    </Panel>
  );
}

/** Failures the same attempt would meet again: trying once more is no way out. */
const settledErrors: ReadonlySet<ErrorCode> = new Set(['QUANTIZATION_REFUSED', 'REQUANTIZE_NOT_ACCEPTED', 'IMPORTANCE_MATRIX_MISMATCH', 'PRUNE_REFUSED', 'NOT_FOUND']);

function NotMade({ job, verb }: { job: JobView; verb: Verb }) {
  const { t } = useTexts();
  const mayManage = useMay('jobs.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  const [leaving, setLeaving] = useState(false);
  const again = async (): Promise<void> => {
    const next = await retry.run();
    if (next === undefined) return;
    setLeaving(true);
    navigate({ screen: verb, jobId: next.id }, { replace: true });
  };
  return (
    <div className={classes['stack']}>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{t('shrinking.job.cancelled')}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t('shrinking.job.interrupted')}</Notice>}
      <ErrorNotice error={retry.error} />
      {mayManage && (
        <Group gap="xs">
          {(job.error === null || !settledErrors.has(job.error.code)) && (
            <Button variant="default" loading={retry.running || leaving} onClick={() => void again()}>
              {t('shrinking.job.again')}
            </Button>
          )}
          <Button variant="subtle" onClick={() => navigate({ screen: verb })}>
            {t('shrinking.job.another')}
          </Button>
        </Group>
      )}
      <Steps job={job} />
    </div>
  );
}
