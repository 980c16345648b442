import { Button, Group } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import type { BundledModel } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { TRY_PHASES, tryBundledModel, useBundledTry } from '../../state/bundled-model.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob, useJobProgress } from '../../state/jobs.ts';
import { navigate, useNavigation } from '../../state/navigation.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fractionOf } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProgressPanel } from '../../ui/progress-panel.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './home.module.css';

/** The shortest way to a first answer: the model in the box imported, deployed and asked, at one click and a second one on Send. */
export function BundledOffer({ bundled }: { bundled: BundledModel }) {
  const { t, format, language } = useTexts();
  const { state, deploymentId } = useBundledTry();
  const open = (id: string): void => navigate({ screen: 'playground', deploymentId: id });
  const start = async (): Promise<void> => {
    const id = await tryBundledModel(language);
    if (id === null) return;
    // Who has gone elsewhere meanwhile is not taken away from there.
    if (useNavigation.getState().route.screen === 'home') open(id);
    else showToast({ message: t('home.bundled.ready', { name: bundled.name }), action: { label: t('home.bundled.ask'), run: () => open(id) } });
  };
  return (
    <section className={classes['offer']} aria-label={t('home.bundled.title')}>
      <div className={classes['offerHead']}>
        <span className={classes['offerIcon']} aria-hidden>
          <IconSparkles size={22} stroke={1.6} />
        </span>
        <div className={classes['guideBody']}>
          <h3 className={classes['guideTitle']}>{t('home.bundled.title')}</h3>
          <p className={classes['dim']}>{t('home.bundled.body', { name: bundled.name, size: format.bytes(bundled.sizeBytes) })}</p>
        </div>
        {(state === 'idle' || state === 'stopped') && <Button onClick={() => void start()}>{t(state === 'idle' ? 'home.bundled.verb' : 'home.bundled.again')}</Button>}
        {state === 'ready' && deploymentId !== null && <Button onClick={() => open(deploymentId)}>{t('home.bundled.ask')}</Button>}
      </div>
      {state === 'running' && <Progress />}
      {state === 'stopped' && <Notice tone="info">{t('home.bundled.stopped')}</Notice>}
      {state === 'failed' && <Failed onAgain={() => void start()} />}
    </section>
  );
}

function Progress() {
  const { t } = useTexts();
  const { phase, jobId } = useBundledTry();
  const job = useJob(jobId ?? undefined).data;
  const fraction = fractionOf(useJobProgress(job));
  const cancel = useCommand(async (id: string) => {
    await client.jobs.cancel({ jobId: id });
  });
  const at = TRY_PHASES.indexOf(phase);
  return (
    <>
      <ProgressPanel
        label={t('home.bundled.title')}
        phases={TRY_PHASES.map((id, place) => ({ id, label: t(`home.bundled.phases.${id}`), state: place < at ? 'done' : place === at ? 'running' : 'waiting' }))}
        fraction={phase === 'importing' ? fraction : null}
        facts={[]}
        cancelling={cancel.running}
        {...(phase === 'importing' && jobId !== null ? { onCancel: () => void cancel.run(jobId) } : {})}
        remark={t('home.bundled.survives')}
      />
      <ErrorNotice error={cancel.error} />
    </>
  );
}

function Failed({ onAgain }: { onAgain: () => void }) {
  const { t } = useTexts();
  const { error, deploymentId } = useBundledTry();
  return (
    <ErrorNotice
      error={error}
      actions={
        <Group gap="xs">
          <Button variant="default" onClick={onAgain}>
            {t('home.bundled.again')}
          </Button>
          {deploymentId !== null && (
            <Button variant="default" onClick={() => navigate({ screen: 'deployment', deploymentId })}>
              {t('home.openDeployment')}
            </Button>
          )}
        </Group>
      }
    />
  );
}
