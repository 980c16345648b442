import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { BundledModel } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { Panel } from '../../ui/panel.tsx';
import { BundledOffer } from './bundled-offer.tsx';
import type { GuideStep } from './guide-steps.ts';
import classes from './home.module.css';

/** The guide of a new installation: what to do next, what is done; the model in the box where one is to be tried. Goes away when all is done. */
export function Guide({ steps, bundled }: { steps: readonly GuideStep[]; bundled: BundledModel | null }) {
  const { t, format } = useTexts();
  const next = steps.find(({ done }) => !done);
  const done = steps.filter((step) => step.done).length;
  return (
    <Panel
      title={t('home.guide.title')}
      actions={
        <span className={classes['dim']}>{t('home.guide.progress', { done: format.number(done), total: format.number(steps.length) })}</span>
      }
    >
      <p className={classes['guideLead']}>{t('home.guide.lead')}</p>
      {bundled !== null && <BundledOffer bundled={bundled} />}
      <ol className={classes['guide']}>
        {steps.map((step, place) => (
          <li key={step.id} className={classes['guideStep']} data-done={step.done || undefined} data-next={step === next || undefined}>
            <span className={classes['guideMark']} aria-hidden>
              {step.done ? <IconCheck size={16} stroke={3} /> : format.number(place + 1)}
            </span>
            <div className={classes['guideBody']}>
              <h3 className={classes['guideTitle']}>{t(`home.guide.${step.id}`)}</h3>
              {!step.done && <p className={classes['dim']}>{t(`home.guide.${step.id}Body`)}</p>}
            </div>
            {step.done ? (
              <span className={classes['guideDone']}>{t('home.guide.done')}</span>
            ) : (
              <Button variant={step === next ? 'filled' : 'default'} disabled={step !== next && place > 0 && steps[place - 1]?.done !== true && step.id !== 'key'} onClick={() => navigate(step.route)}>
                {t(`home.guide.${step.id}Verb`)}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
