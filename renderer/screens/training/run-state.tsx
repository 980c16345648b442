import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { JobProgress } from '../../../main/contract/jobs.contract.ts';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { EvaluateDialog } from '../shrinking/evaluate-dialog.tsx';
import type { EvaluateSubject } from '../shrinking/evaluate-dialog.tsx';
import { Diverged } from './diverged.tsx';
import { roundedMs } from './plan-panel.tsx';
import { stepOf } from './run-progress.tsx';
import { LOSS_DIGITS, runName, toneOfRun } from './run-words.ts';
import type { Translate } from './run-words.ts';
import classes from './training.module.css';
import { useRunActions } from './use-run-actions.ts';
import type { RunActions } from './use-run-actions.ts';

interface RunStateProps {
  run: TrainingRun;
  progress: JobProgress | null;
}

/** How the run stands, in a sentence, with what can be done now. */
export function RunState({ run, progress }: RunStateProps) {
  const { t, format } = useTexts();
  const actions = useRunActions(run);
  const [asking, setAsking] = useState<'cancel' | 'finish' | 'remove' | null>(null);
  const close = (): void => setAsking(null);
  const diverged = run.state === 'failed' && run.problem?.code === 'TRAINING_DIVERGED';
  const best = run.best !== null && run.bestStep !== null ? { loss: format.number(run.best.loss, LOSS_DIGITS), step: format.number(run.bestStep) } : null;
  return (
    <Panel>
      <div className={classes['tight']}>
        <div className={classes['state']} role="status">
          <StatusBadge tone={toneOfRun[run.state]} label={t(`training.states.${run.state}`)} />
          <div className={classes['stateText']}>
            <p className={classes['sentence']}>{sentenceOf(run, progress, { t, format })}</p>
            {noteOf(run, t, format) !== null && <p className={classes['dim']}>{noteOf(run, t, format)}</p>}
          </div>
          {actions.mayTrain && <Buttons run={run} actions={actions} diverged={diverged} onAsk={setAsking} />}
        </div>
        {run.state === 'failed' && !diverged && <ErrorNotice error={run.problem} />}
        {diverged && <Diverged run={run} actions={actions} onFinish={() => setAsking('finish')} />}
        <ErrorNotice error={actions.error} />
      </div>
      <ConfirmDialog
        opened={asking === 'cancel'}
        title={t('training.run.cancelDialog.title', { name: runName(run, t) })}
        verb={t('training.run.cancelDialog.verb')}
        stay={t('training.run.cancelDialog.stay')}
        dangerous
        running={actions.cancelling}
        onClose={close}
        onConfirm={() => void actions.cancel().then(close)}
      >
        {[t('training.run.cancelDialog.body'), ...(run.state === 'running' ? [t('training.run.cancelDialog.pause')] : [])].join(' ')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'finish'}
        title={t('training.run.finishDialog.title')}
        verb={t('training.run.finishDialog.verb')}
        running={actions.finishing}
        onClose={close}
        onConfirm={() => void actions.finish().then(close)}
      >
        {best === null ? t('training.run.finishDialog.bodyUntold', { model: run.modelName }) : t('training.run.finishDialog.body', { ...best, model: run.modelName })}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'remove'}
        title={t('training.run.removeDialog.title')}
        verb={t('training.run.removeDialog.verb')}
        dangerous
        running={actions.removing}
        error={actions.removeError}
        onClose={close}
        onConfirm={actions.remove}
      >
        {[t('training.run.removeDialog.body'), ...(run.result === null ? [] : [t('training.run.removeDialog.keeps')])].join(' ')}
      </ConfirmDialog>
    </Panel>
  );
}

interface Speech {
  t: Translate;
  format: Formatter;
}

function sentenceOf(run: TrainingRun, progress: JobProgress | null, { t, format }: Speech): string {
  const step = format.number(stepOf(run, progress));
  switch (run.state) {
    case 'queued':
      return t('training.run.sentences.queued');
    case 'running': {
      const phase = progress?.phase ?? 'prepare';
      const phases: Record<string, string> = t('jobs.phases', { returnObjects: true });
      const word = phases[phase] ?? phase;
      if (phase === 'prepare' || phase === 'tokenize' || phase === 'before') return t('training.run.sentences.preparing', { phase: word });
      if (phase !== 'train') return t('training.run.sentences.ending', { phase: word });
      const total = format.number(run.stepCount);
      const leftMs = progress?.etaMs ?? run.etaMs;
      return leftMs === null ? t('training.run.sentences.runningUntold', { step, total }) : t('training.run.sentences.running', { step, total, left: format.duration(roundedMs(leftMs)) });
    }
    case 'paused':
      return run.step === 0 ? t('training.run.sentences.pausedStart') : t('training.run.sentences.paused', { step });
    case 'interrupted':
      return t('training.run.sentences.interrupted', { step });
    case 'failed':
      return t('training.run.sentences.failed', { step });
    case 'cancelled':
      return t('training.run.sentences.cancelled', { step });
    case 'finished':
      return run.result === null
        ? t('training.run.sentences.finishedGone')
        : t('training.run.sentences.finished', { number: run.result.number, model: run.modelName });
  }
}

/** Under the sentence: from where it would go on, or why it ended before the last step. */
function noteOf(run: TrainingRun, t: Translate, format: Formatter): string | null {
  if (run.stoppedEarly && run.state === 'finished') {
    return t('training.run.sentences.stoppedEarly', { step: format.number(run.step), best: format.number(run.bestStep) });
  }
  if (run.state !== 'interrupted' && run.state !== 'cancelled' && run.state !== 'failed') return null;
  // From where a diverged one goes on stands in its problem: from the best, not from the newest.
  if (run.problem?.code === 'TRAINING_DIVERGED') return null;
  if (!run.resumable) return run.state === 'cancelled' ? null : t('training.run.sentences.notResumable');
  return run.checkpointStep === null ? null : t('training.run.sentences.resumable', { step: format.number(run.checkpointStep) });
}

/** Whether there is a state on the disk that could become a version; that of step 0 is the original. */
function hasBest({ bestStep, checkpointStep }: TrainingRun): boolean {
  return bestStep !== null && bestStep > 0 && checkpointStep !== null;
}

interface ButtonsProps {
  run: TrainingRun;
  actions: RunActions;
  diverged: boolean;
  onAsk: (what: 'cancel' | 'finish' | 'remove') => void;
}

function Buttons({ run, actions, diverged, onAsk }: ButtonsProps) {
  const { t } = useTexts();
  const live = run.state === 'running' || run.state === 'queued';
  const remove = (
    <Button variant="subtle" color="gray" onClick={() => onAsk('remove')}>
      {t('training.run.actions.remove')}
    </Button>
  );
  if (run.state === 'finished') {
    return (
      <div className={classes['buttons']}>
        <Results run={run} />
        {remove}
      </div>
    );
  }
  if (live) {
    return (
      <div className={classes['buttons']}>
        {run.state === 'running' && (
          <Button variant="default" leftSection={<IconPlayerPause size={18} aria-hidden />} loading={actions.pausing} onClick={actions.pause}>
            {t(actions.pausing ? 'training.run.actions.pausing' : 'training.run.actions.pause')}
          </Button>
        )}
        <Button variant="subtle" color="gray" disabled={actions.pausing} onClick={() => onAsk('cancel')}>
          {t('training.run.actions.cancel')}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes['buttons']}>
      {run.resumable && !diverged && (
        <>
          <Button leftSection={<IconPlayerPlay size={18} aria-hidden />} loading={actions.resuming} onClick={() => actions.resume(null)}>
            {t('training.run.actions.resume')}
          </Button>
          {hasBest(run) && (
            <Button variant="default" onClick={() => onAsk('finish')}>
              {t('training.run.actions.finish')}
            </Button>
          )}
        </>
      )}
      {!run.resumable && run.versionId !== null && (
        <Button variant="default" onClick={() => navigate({ screen: 'train', versionId: run.versionId ?? '', data: run.dataset.versionId })}>
          {t('training.run.actions.again')}
        </Button>
      )}
      {remove}
    </div>
  );
}

/** The ways on from a finished training. */
function Results({ run }: { run: TrainingRun }) {
  const { t } = useTexts();
  const mayDeploy = useMay('deployments.manage');
  const mayMeasure = useMay('quality.manage');
  const [compare, setCompare] = useState<EvaluateSubject | null>(null);
  const { result } = run;
  if (result === null) return null;
  const { modelId, versionId } = result;
  return (
    <>
      {mayDeploy && <Button onClick={() => navigate({ screen: 'deploy', modelId, versionId })}>{t('training.run.actions.deploy')}</Button>}
      <Button variant="default" onClick={() => navigate({ screen: 'model', modelId })}>
        {t('training.run.actions.openVersion', { number: result.number })}
      </Button>
      {mayMeasure && (
        <>
          <Button variant="default" onClick={() => setCompare({ modelId, versionId, ...(run.versionId === null ? {} : { parentVersionId: run.versionId }) })}>
            {t('training.run.actions.compare')}
          </Button>
          <Button variant="default" onClick={() => navigate({ screen: 'quantize', versionId })}>
            {t('training.run.actions.quantize')}
          </Button>
        </>
      )}
      <EvaluateDialog subject={compare} onClose={() => setCompare(null)} />
    </>
  );
}
