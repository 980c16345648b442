import { Button, Group } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useState } from 'react';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJobs } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ApprovalButton } from './approval-button.tsx';
import { ComparisonCard } from './comparison-card.tsx';
import { isRecommended } from './comparison-rows.ts';
import { EvaluateDialog } from './evaluate-dialog.tsx';
import { JobRunning } from './inline-job.tsx';
import classes from './shrinking.module.css';

/** What a new version cost: being measured now, the comparison, or the way to measure it. `afterMs` is when the version was made. */
export function CostOfVersion({ model, version, afterMs }: { model: ModelDetail; version: ModelVersion; afterMs: number }) {
  const { t } = useTexts();
  const evaluations = useQuery(`evaluations/${version.id}`, (signal) => client.quantization.evaluations({ versionId: version.id }, { signal }), {
    topics: ['quantization', 'jobs'],
  });
  const jobs = useJobs();
  const [startedId, setStartedId] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const mayMeasure = useMay('quality.manage');
  const job = measuringJob(jobs.data ?? [], { startedId, afterMs, title: `${model.name} ${String(version.number)}` });
  const running = job?.state === 'queued' || job?.state === 'running';
  const measure = mayMeasure && model.versions.length > 1 && (
    <Button variant="default" leftSection={<IconScale size={18} aria-hidden />} onClick={() => setAsking(true)}>
      {t('comparisons.approval.measureFirst')}
    </Button>
  );
  return (
    <Panel title={t('shrinking.job.cost')}>
      <QueryState query={evaluations}>
        {(all) => {
          const evaluation = all[0];
          if (evaluation !== undefined && !running) {
            return (
              <ComparisonCard
                evaluation={evaluation}
                actions={
                  <>
                    <ApprovalButton model={model} version={version} recommended={isRecommended(evaluation)} onMeasure={() => setAsking(true)} />
                    <Button variant="default" onClick={() => navigate({ screen: 'comparison', evaluationId: evaluation.id })}>
                      {t('common.open')}
                    </Button>
                  </>
                }
              />
            );
          }
          if (job !== undefined && running) {
            return (
              <div className={classes['stack']}>
                <p className={classes['dim']}>{t('shrinking.job.measuring')}</p>
                <JobRunning job={job} />
              </div>
            );
          }
          return (
            <div className={classes['stack']}>
              {job === undefined || job.state === 'succeeded' ? (
                <p className={classes['dim']}>{t('shrinking.job.notMeasured')}</p>
              ) : (
                <>
                  <Notice tone="look">{t('shrinking.job.measureFailed')}</Notice>
                  <ErrorNotice error={job.error} />
                </>
              )}
              <Group gap="xs">{measure}</Group>
            </div>
          );
        }}
      </QueryState>
      <EvaluateDialog subject={asking ? { modelId: model.id, versionId: version.id } : null} onClose={() => setAsking(false)} onStarted={setStartedId} />
    </Panel>
  );
}

/** The comparison started from here, else the one queued together with the version. */
function measuringJob(jobs: readonly JobView[], wanted: { startedId: string | null; afterMs: number; title: string }): JobView | undefined {
  if (wanted.startedId !== null) return jobs.find(({ id }) => id === wanted.startedId);
  return jobs.find(({ kind, title, createdAtMs }) => kind === 'quantization.evaluate' && title === wanted.title && createdAtMs >= wanted.afterMs - TOGETHER_MS);
}

/** The version and its comparison are entered in one transaction; their times differ by the length of it. */
const TOGETHER_MS = 2000;
