import { Button, Group } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { IMPORT_PHASES, storageMethodSchema } from '../../../main/contract/models.contract.ts';
import type { ImportPhase } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ModelFactsList } from '../models/model-facts.tsx';
import { ImportedHead, ImportJobPage } from '../source/import-job-page.tsx';
import type { ImportedProps } from '../source/import-job-page.tsx';
import classes from './import.module.css';

/** An import of a model by its job. */
export function ImportJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  return (
    <ImportJobPage
      jobId={jobId}
      kind={{
        words: {
          title: t('importing.title'),
          running: (name) => t('importing.job.title', { name }),
          ended: (name) => t('importing.job.titleEnded', { name }),
          steps: t('importing.job.checks'),
          again: t('importing.job.again'),
          another: t('importing.job.another'),
          cancelled: t('importing.job.cancelled'),
          interrupted: t('importing.job.interrupted'),
        },
        back: { to: { screen: 'models' }, label: t('models.title') },
        phases: usePhases(),
        settledErrors: new Set(['GGUF_REFUSED', 'CHAT_TEMPLATE_REFUSED', 'MODEL_ALREADY_IMPORTED', 'MODEL_NOT_CHATTABLE', 'NAME_TAKEN']),
        wizard: { screen: 'import' },
        jobRoute: (id) => ({ screen: 'import', jobId: id }),
      }}
      Imported={Imported}
    />
  );
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

function Imported({ job, steps, another }: ImportedProps) {
  const { t, format } = useTexts();
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
                <ImportedHead
                  title={t('importing.job.doneTitle', { name: data.name })}
                  lead={`${t('importing.job.doneLead')} ${t('importing.job.total', { time: format.duration(tookMs) })}`}
                />
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
                  {another}
                </Group>
              </div>
            </Panel>
            {steps}
          </div>
        );
      }}
    </QueryState>
  );
}
