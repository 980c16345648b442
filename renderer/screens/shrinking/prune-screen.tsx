import { Button, Group } from '@mantine/core';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { InlineJob } from './inline-job.tsx';
import { PruneWizard, usePruneDraft } from './prune-wizard.tsx';
import { ShrinkJob } from './shrink-job.tsx';
import classes from './shrinking.module.css';

/** Pruning: the wizard, which keeps the address of the measurement it waits for; a job in the address by itself, also after coming back. */
export default function PruneScreen({ route }: { route: RouteOf<'prune'> }) {
  const [draft] = usePruneDraft();
  const { jobId } = route;
  const foreign = jobId !== undefined && jobId !== draft.jobId;
  const job = useJob(foreign ? jobId : undefined);
  if (!foreign) return <PruneWizard versionId={route.versionId} />;
  return job.data?.kind === 'quantization.layers' ? <LayersJob key={jobId} jobId={jobId} title={job.data.title} /> : <ShrinkJob key={jobId} jobId={jobId} verb="prune" />;
}

/** A measurement of layers whose wizard is gone: its progress, then the way into the wizard with what it found. */
function LayersJob({ jobId, title }: { jobId: string; title: string }) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const version = useQuery(`version-titled/${title}`, (signal) => versionTitled(title, signal), { enabled: job.data?.state === 'succeeded' });
  const versionId = version.data?.id;
  return (
    <Page title={t('shrinking.prune.measure.job', { name: title })} layout="narrow" back={<BackLink to={{ screen: 'models' }} label={t('models.title')} />}>
      <Panel>
        <div className={classes['stack']}>
          <InlineJob jobId={jobId} cancelled={t('shrinking.prune.measure.cancelled')} />
          {job.data?.state === 'succeeded' && <p className={classes['dim']}>{t('shrinking.prune.measure.done')}</p>}
          {versionId !== undefined && (
            <Group gap="xs">
              <Button onClick={() => navigate({ screen: 'prune', versionId })}>{t('shrinking.prune.measure.goOn')}</Button>
            </Group>
          )}
        </div>
      </Panel>
    </Page>
  );
}

/** The version a measuring job is named after: "Ward letters 2". Null where it has another name by now, or is gone. */
async function versionTitled(title: string, signal: AbortSignal): Promise<{ id: string } | null> {
  for (const { id, name } of await client.models.list({}, { signal })) {
    if (!title.startsWith(`${name} `)) continue;
    const { versions } = await client.models.get({ modelId: id }, { signal });
    const found = versions.find(({ number }) => title === `${name} ${String(number)}`);
    if (found !== undefined) return { id: found.id };
  }
  return null;
}
