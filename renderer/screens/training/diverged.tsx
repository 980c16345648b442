import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { rateText } from './run-words.ts';
import { parseRate } from './train-draft.ts';
import classes from './training.module.css';
import type { RunActions } from './use-run-actions.ts';

interface DivergedProps {
  run: TrainingRun;
  actions: RunActions;
  onFinish: () => void;
}

/** How much smaller the next learning rate is proposed. */
const SLOWER = 10;

/** A training that ran away: why, and the two ways on. */
export function Diverged({ run, actions, onFinish }: DivergedProps) {
  const { t } = useTexts();
  const [typed, setTyped] = useState(() => rateText(run.settings.learningRate / SLOWER));
  const rate = parseRate(typed);
  return (
    <>
      <ErrorNotice error={run.problem} />
      {run.resumable && actions.mayTrain && (
        <section aria-label={t('training.run.diverged.title')}>
          <h3 className={classes['sectionTitle']}>{t('training.run.diverged.title')}</h3>
          <div className={classes['ways']}>
            <div className={classes['way']}>
              <p>{t('training.run.diverged.slower')}</p>
              <TextInput
                label={t('training.run.diverged.rate')}
                value={typed}
                inputMode="decimal"
                autoComplete="off"
                error={rate === null ? t('training.run.diverged.rateWrong') : null}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
              <Button disabled={rate === null} loading={actions.resuming} onClick={() => actions.resume(rate)}>
                {t('training.run.actions.slower', { rate: rate === null ? typed : rateText(rate) })}
              </Button>
            </div>
            {run.bestStep !== null && run.bestStep > 0 && (
              <div className={classes['way']}>
                <p>{t('training.run.diverged.best')}</p>
                <Button variant="default" onClick={onFinish}>
                  {t('training.run.actions.finish')}
                </Button>
              </div>
            )}
          </div>
        </section>
      )}
    </>
  );
}
