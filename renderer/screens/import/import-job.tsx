import { Button, Group } from '@mantine/core';
import { IconCheck, IconRocket } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ErrorCode } from '../../../main/contract/errors.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { IMPORT_PHASES, storageMethodSchema } from '../../../main/contract/models.contract.ts';
import type { ImportPhase } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData, useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ModelFactsList } from '../models/model-facts.tsx';
import classes from './import.module.css';

/** An import by its job: progress with cancel, then the result in words. The same after coming back tomorrow. */
export function ImportJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const running = job.data?.state === 'queued' || job.data?.state === 'running';
  const title =
    job.data === undefined ? t('importing.title') : t(running ? 'importing.job.title' : 'importing.job.titleEnded', { name: job.data.title });
  return (
    <Page title={title} layout="narrow" back={<BackLink to={{ screen: 'models' }} label={t('models.title')} />}>
      <QueryState query={job}>{(data) => <JobBody job={data} />}</QueryState>
    </Page>
  );
}

function JobBody({ job }: { job: JobView }) {
  switch (job.state) {
    case 'queued':
    case 'running':
      return <Running job={job} />;
    case 'succeeded':
      return <Succeeded job={job} />;
    case 'failed':
    case 'cancelled':
    case 'interrupted':
      return <NotImported job={job} />;
  }
}

function isTemplateWord(detail: string): detail is 'absent' | 'works' | 'fallback' {
  return detail === 'absent' || detail === 'works' || detail === 'fallback';
}

/** The phases of an import with their labels, and what the early ones found in words. */
function usePhases() {
  const { t, format } = useTexts();
  return IMPORT_PHASES.map((id) => ({ id, label: t(`jobs.phases.${id}`), note: (detail: string) => noteOf(id, detail) }));

  function noteOf(phase: ImportPhase, detail: string): string {
    const method = storageMethodSchema.safeParse(detail);
    if (phase === 'space' && method.success) return t(`models.storage.${method.data}`);
    if (phase === 'structure') return t('importing.job.tensors', { tensors: format.number(Number(detail)) });
    if (phase === 'chat-template' && isTemplateWord(detail)) return t(`importing.job.template.${detail}`);
    return phase === 'architecture' ? detail : '';
  }
}

function Running({ job }: { job: JobView }) {
  const phases = usePhases();
  const mayManage = useMay('jobs.manage');
  const cancel = useCommand(async () => {
    setQueryData(`job/${job.id}`, await client.jobs.cancel({ jobId: job.id }));
  });
  return (
    <Panel>
      <JobProgressPanel job={job} phases={phases} cancelling={cancel.running} {...(mayManage ? { onCancel: () => void cancel.run() } : {})} />
      <ErrorNotice error={cancel.error} />
    </Panel>
  );
}

function Succeeded({ job }: { job: JobView }) {
  const { t, format } = useTexts();
  const phases = usePhases();
  const mayDeploy = useMay('deployments.manage');
  const modelId = job.result?.objectId;
  const model = useQuery(`model/${modelId ?? ''}`, (signal) => client.models.get({ modelId: modelId ?? '' }, { signal }), {
    topics: ['models'],
    enabled: modelId !== undefined,
  });
  const tookMs = (job.endedAtMs ?? 0) - (job.startedAtMs ?? job.createdAtMs);
  return (
    <QueryState query={model}>
      {(data) => {
        const version = [...data.versions].sort((a, b) => b.number - a.number)[0];
        return (
          <div className={classes['done']}>
            <Panel>
              <div className={classes['done']}>
                <div className={classes['doneHead']}>
                  <span className={classes['doneMark']} aria-hidden>
                    <IconCheck size={24} stroke={2.5} />
                  </span>
                  <div>
                    <h2 className={classes['doneTitle']}>{t('importing.job.doneTitle', { name: data.name })}</h2>
                    <p className={classes['dim']}>{`${t('importing.job.doneLead')} ${t('importing.job.total', { time: format.duration(tookMs) })}`}</p>
                  </div>
                </div>
                {version !== undefined && <ModelFactsList facts={version.facts} need={version.need} sizeBytes={version.sizeBytes} />}
                <Group gap="xs">
                  {mayDeploy && version !== undefined && (
                    <Button leftSection={<IconRocket size={18} />} onClick={() => navigate({ screen: 'deploy', versionId: version.id, modelId: data.id })}>
                      {t('importing.job.deploy')}
                    </Button>
                  )}
                  <Button variant="default" onClick={() => navigate({ screen: 'model', modelId: data.id })}>
                    {t('importing.job.open')}
                  </Button>
                  <Another />
                </Group>
              </div>
            </Panel>
            <Panel title={t('importing.job.checks')}>
              <JobProgressPanel job={job} phases={phases} />
            </Panel>
          </div>
        );
      }}
    </QueryState>
  );
}

/** Failures the same file would meet again: trying once more is no way out. */
const settledErrors: ReadonlySet<ErrorCode> = new Set(['GGUF_REFUSED', 'CHAT_TEMPLATE_REFUSED', 'MODEL_ALREADY_IMPORTED', 'MODEL_NOT_CHATTABLE', 'NAME_TAKEN']);

function NotImported({ job }: { job: JobView }) {
  const { t } = useTexts();
  const phases = usePhases();
  const mayManage = useMay('jobs.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  const again = async (): Promise<void> => {
    const next = await retry.run();
    if (next !== undefined) navigate({ screen: 'import', jobId: next.id }, { replace: true });
  };
  const buttons: ReactNode = mayManage && (
    <Group gap="xs">
      {(job.error === null || !settledErrors.has(job.error.code)) && (
        <Button variant="default" loading={retry.running} onClick={() => void again()}>
          {t('importing.job.again')}
        </Button>
      )}
      <Another />
    </Group>
  );
  return (
    <div className={classes['done']}>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{t('importing.job.cancelled')}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t('importing.job.interrupted')}</Notice>}
      <ErrorNotice error={retry.error} />
      {buttons}
      <Panel title={t('importing.job.checks')}>
        <JobProgressPanel job={job} phases={phases} />
      </Panel>
    </div>
  );
}

function Another() {
  const { t } = useTexts();
  return (
    <Button variant="subtle" onClick={() => navigate({ screen: 'import' })}>
      {t('importing.job.another')}
    </Button>
  );
}
