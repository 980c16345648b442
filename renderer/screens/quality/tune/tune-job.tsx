import { Button, Group } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import type { JobView } from '../../../../main/contract/jobs.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useJobProgress } from '../../../state/jobs.ts';
import { navigate } from '../../../state/navigation.ts';
import { useQuery } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { Notice } from '../../../ui/notice.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { DoneHead, MeasuringJob } from '../measuring-job.tsx';
import type { MeasuredResultProps } from '../measuring-job.tsx';
import classes from '../quality.module.css';
import { gainText, isGain } from './gain-text.ts';
import { TuningView } from './tuning-view.tsx';

/** A tuning while it runs, and what it found. */
export function TuneJob({ jobId }: { jobId: string }) {
  return (
    <MeasuringJob
      jobId={jobId}
      words="tune"
      onRetried={(next) => navigate({ screen: 'tune', jobId: next }, { replace: true })}
      onAnother={() => navigate({ screen: 'tune' })}
      Result={Tuned}
      Live={SoFar}
    />
  );
}

/** What the job says it has tried: "12 1.08", the number of trials and the best so far over the default. */
const SO_FAR = /^(\d+) (\d+(?:\.\d+)?)$/;

function SoFar({ job }: { job: JobView }) {
  const { t, format } = useTexts();
  const found = SO_FAR.exec(useJobProgress(job)?.detail ?? '');
  if (found === null) return null;
  return (
    <dl className={`${classes['heads'] ?? ''} ${classes['live'] ?? ''}`}>
      <div className={classes['head']}>
        <dt>{t('quality.tune.job.trials')}</dt>
        <dd>{format.number(Number(found[1]))}</dd>
      </div>
      <div className={classes['head']}>
        <dt>{t('quality.tune.job.best')}</dt>
        <dd>{isGain(Number(found[2])) ? gainText(Number(found[2]), t, format) : t('quality.tune.job.bestNone')}</dd>
      </div>
    </dl>
  );
}

function Tuned({ objectId: tuningId, tookMs }: MeasuredResultProps) {
  const { t, format } = useTexts();
  const mayDeploy = useMay('deployments.manage');
  const query = useQuery(`tuning/${tuningId}`, (signal) => client.benchmarks.tuning({ tuningId }, { signal }), { topics: ['benchmarks'] });
  if (query.error?.code === 'NOT_FOUND') return <Notice tone="info">{t('quality.tune.job.gone')}</Notice>;
  return (
    <QueryState query={query}>
      {(tuning) => (
        <>
          <DoneHead
            title={t('quality.tune.job.doneTitle', { name: t('deployments.modelVersion', { model: tuning.modelName, version: tuning.versionNumber }) })}
            lead={t('quality.tune.job.doneLead', { time: format.duration(tookMs) })}
          >
            <Group gap="xs">
              {mayDeploy && (
                <Button leftSection={<IconRocket size={18} aria-hidden />} onClick={() => navigate({ screen: 'deploy', versionId: tuning.versionId })}>
                  {t('quality.tune.job.deploy')}
                </Button>
              )}
              <Button variant="default" onClick={() => navigate({ screen: 'quality', tab: 'tunings' })}>
                {t('quality.tune.job.list')}
              </Button>
              <Button variant="subtle" onClick={() => navigate({ screen: 'tune' })}>
                {t('quality.tune.job.another')}
              </Button>
            </Group>
          </DoneHead>
          <TuningView tuning={tuning} />
        </>
      )}
    </QueryState>
  );
}
