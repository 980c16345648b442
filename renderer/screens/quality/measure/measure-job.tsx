import { Button, Group } from '@mantine/core';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { navigate } from '../../../state/navigation.ts';
import { useQuery } from '../../../state/queries.ts';
import { Notice } from '../../../ui/notice.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { BenchmarkView } from '../benchmark-view.tsx';
import { DoneHead, MeasuringJob } from '../measuring-job.tsx';
import type { MeasuredResultProps } from '../measuring-job.tsx';

/** A benchmark while it runs, and what it measured. */
export function MeasureJob({ jobId }: { jobId: string }) {
  return (
    <MeasuringJob
      jobId={jobId}
      words="measure"
      onRetried={(next) => navigate({ screen: 'measure', jobId: next }, { replace: true })}
      onAnother={() => navigate({ screen: 'measure' })}
      Result={Measured}
    />
  );
}

function Measured({ objectId: benchmarkId, tookMs }: MeasuredResultProps) {
  const { t, format } = useTexts();
  const query = useQuery(`benchmark/${benchmarkId}`, (signal) => client.benchmarks.get({ benchmarkId }, { signal }), { topics: ['benchmarks', 'models'] });
  if (query.error?.code === 'NOT_FOUND') return <Notice tone="info">{t('quality.measure.job.gone')}</Notice>;
  return (
    <QueryState query={query}>
      {(benchmark) => (
        <>
          <DoneHead title={t('quality.measure.job.doneTitle', { name: benchmark.label })} lead={t('quality.measure.job.doneLead', { time: format.duration(tookMs) })}>
            <Group gap="xs">
              <Button onClick={() => navigate({ screen: 'quality', tab: 'benchmarks' })}>{t('quality.measure.job.list')}</Button>
              <Button variant="default" onClick={() => navigate({ screen: 'benchmark', benchmarkId })}>
                {t('quality.measure.job.open')}
              </Button>
              <Button variant="subtle" onClick={() => navigate({ screen: 'measure' })}>
                {t('quality.measure.job.another')}
              </Button>
            </Group>
          </DoneHead>
          <BenchmarkView benchmark={benchmark} />
        </>
      )}
    </QueryState>
  );
}
