import { Button, Group } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { CopyField } from './copy-field.tsx';
import { moveWizard } from './wizard-state.ts';
import type { WizardMove, WizardPosition } from './wizard-state.ts';
import classes from './wizard.module.css';

export interface WizardStep {
  id: string;
  /** In the list at the left: a noun or two. */
  title: string;
  /** The question of the step, its heading. */
  question: string;
  /** One or two sentences under the question. */
  help?: ReactNode;
  /** What was chosen, shown at the left once answered. */
  chosen?: string | null;
  /** Whether one may go on. */
  answered: boolean;
  /** Runs when the person goes on; resolves false to stay (a check failed and is shown in `content`). */
  onNext?: () => Promise<boolean>;
  /** Folded at the bottom: why this is asked, what the recommendation rests on. */
  why?: ReactNode;
  content: ReactNode;
}

interface WizardProps {
  title: string;
  steps: readonly WizardStep[];
  /** Kept by the screen: `useViewState('import/position', wizardStart)`, so that it survives a look elsewhere. */
  position: WizardPosition;
  onPosition: (position: WizardPosition) => void;
  /** The one verb on the last button: "Deploy", never "OK". */
  verb: string;
  onFinish: () => void;
  finishing?: boolean;
  /** Whether Cancel and Escape would lose something; then they ask first. Going elsewhere keeps everything and asks nothing. */
  dirty: boolean;
  /** Called after the person confirmed leaving, or at once when nothing is dirty. Without it there is nowhere to leave to. */
  onDiscard?: () => void;
  /** The same on the command line, shown in the last step. */
  command?: string;
  /** While work runs the buttons rest. */
  busy?: boolean;
  /** Something besides the buttons below, e.g. "Cancel" of a measurement. */
  footer?: ReactNode;
}

/**
 * The frame of every wizard: steps at the left with what was chosen, one question at the right, Back and one button
 * below. Enter goes on, Escape leaves (asking first when something would be lost), Back never loses anything.
 */
export function Wizard(props: WizardProps) {
  const { t } = useTexts();
  const { steps, position, onPosition } = props;
  const step = steps[position.current];
  const last = position.current === steps.length - 1;
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  const [checking, setChecking] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const resting = checking || props.busy === true || props.finishing === true;
  const move = (wanted: WizardMove): void => onPosition(moveWizard(position, wanted, steps.map(({ answered }) => answered)));

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    // A new question starts at its top, however far the last one was scrolled.
    heading.current?.closest('[data-scroller]')?.scrollTo({ top: 0 });
  }, [position.current]);

  const askToLeave = (): void => {
    if (props.onDiscard === undefined) return;
    if (props.dirty) setLeaving(true);
    else props.onDiscard();
  };
  useEscape(() => {
    if (!leaving) askToLeave();
  });

  if (step === undefined) return null;
  const goOn = async (): Promise<void> => {
    if (!step.answered || resting) return;
    if (step.onNext !== undefined) {
      setChecking(true);
      try {
        if (!(await step.onNext())) return;
      } finally {
        setChecking(false);
      }
    }
    if (last) props.onFinish();
    else move({ kind: 'next' });
  };
  return (
    <form
      className={classes['wizard']}
      aria-labelledby={headingId}
      onSubmit={(event) => {
        event.preventDefault();
        void goOn();
      }}
    >
      <nav className={classes['steps']} aria-label={props.title}>
        <ol>
          {steps.map((each, index) => (
            <StepEntry
              key={each.id}
              number={index + 1}
              step={each}
              state={index === position.current ? 'current' : index < position.current || (index <= position.furthest && each.answered) ? 'done' : 'ahead'}
              {...(index <= position.furthest && index !== position.current && !resting ? { onGo: () => move({ kind: 'go', step: index }) } : {})}
            />
          ))}
        </ol>
      </nav>
      <div className={classes['main']}>
        <div className={classes['question']}>
          <p className={classes['count']}>{t('common.step', { number: position.current + 1, total: steps.length })}</p>
          <h2 ref={heading} id={headingId} tabIndex={-1} className={classes['heading']}>
            {step.question}
          </h2>
          {step.help !== undefined && <p className={classes['help']}>{step.help}</p>}
          <div className={classes['content']}>{step.content}</div>
          {last && props.command !== undefined && (
            <details className={classes['why']}>
              <summary>
                <IconTerminal2 size={16} aria-hidden /> {t('common.commandLine')}
              </summary>
              <CopyField value={props.command} label={t('common.commandLine')} wrap />
            </details>
          )}
          {step.why !== undefined && (
            <details className={classes['why']}>
              <summary>{t('common.why')}</summary>
              <div>{step.why}</div>
            </details>
          )}
        </div>
        <div className={classes['footer']}>
          {props.onDiscard !== undefined && (
            <Button variant="subtle" color="gray" onClick={askToLeave}>
              {t('common.cancel')}
            </Button>
          )}
          {props.footer}
          <Group gap="xs" ml="auto">
            {position.current > 0 && (
              <Button variant="default" disabled={resting} onClick={() => move({ kind: 'back' })}>
                {t('common.back')}
              </Button>
            )}
            <Button type="submit" disabled={!step.answered || props.busy === true} loading={checking || props.finishing === true}>
              {last ? props.verb : t('common.next')}
            </Button>
          </Group>
        </div>
      </div>
      <ConfirmDialog
        opened={leaving}
        title={t('common.discardTitle')}
        verb={t('common.discardVerb')}
        stay={t('common.keepGoing')}
        dangerous
        onClose={() => setLeaving(false)}
        onConfirm={() => {
          setLeaving(false);
          props.onDiscard?.();
        }}
      >
        {t('common.discardBody')}
      </ConfirmDialog>
    </form>
  );
}

/** Escape wherever the focus is, unless an open menu, list or dialog takes it for itself. */
function useEscape(onEscape: () => void): void {
  const latest = useRef(onEscape);
  latest.current = onEscape;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest('[aria-expanded="true"], [role="menu"], [role="dialog"]') !== null) return;
      latest.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

interface StepEntryProps {
  number: number;
  step: WizardStep;
  state: 'done' | 'current' | 'ahead';
  onGo?: () => void;
}

function StepEntry({ number, step, state, onGo }: StepEntryProps) {
  const { t } = useTexts();
  const word = { done: t('common.stepDone'), current: t('common.stepCurrent'), ahead: t('common.stepAhead') }[state];
  const inner = (
    <>
      <span className={classes['mark']} aria-hidden>
        {state === 'done' ? <IconCheck size={14} stroke={3} /> : number}
      </span>
      <span className={classes['entry']}>
        <span className={classes['stepTitle']}>{step.title}</span>
        <span className="visually-hidden">{word}</span>
        {state !== 'ahead' && step.chosen != null && <span className={classes['chosen']}>{step.chosen}</span>}
      </span>
    </>
  );
  return (
    <li data-state={state} {...(state === 'current' ? { 'aria-current': 'step' as const } : {})}>
      {onGo === undefined ? (
        <span className={classes['step']}>{inner}</span>
      ) : (
        <button type="button" className={classes['step']} onClick={onGo}>
          {inner}
        </button>
      )}
    </li>
  );
}
