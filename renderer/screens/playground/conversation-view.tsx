import { Button } from '@mantine/core';
import { IconArrowDown, IconMessage, IconTrash } from '@tabler/icons-react';
import { Fragment, useCallback, useEffect, useRef } from 'react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { QUESTION_FOCUS_KEY, questionKeyOf } from '../../state/bundled-model.ts';
import { keepValue, keptValue, useViewState } from '../../state/view-state.ts';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { showUndoToast } from '../../ui/toast.tsx';
import { AnswerSettingsPanel } from './answer-settings.tsx';
import { Composer } from './composer.tsx';
import { usualSettings } from './conversation.ts';
import type { AnswerSettings } from './conversation.ts';
import { ExampleChips } from './example-chips.tsx';
import { fullContextOf, leavableTurns, withoutOldest } from './full-context.ts';
import { FullContextNotice } from './full-context-notice.tsx';
import classes from './playground.module.css';
import { TurnView } from './turn-view.tsx';
import { useConversation } from './use-conversation.ts';
import { useStickyScroll } from './use-sticky-scroll.ts';

/** The conversation with one deployment: turns, settings, the field to write in. */
export function ConversationView({ deployment }: { deployment: DeploymentView }) {
  const { t } = useTexts();
  const conversation = useConversation(deployment.id);
  const [settings, setSettings] = useViewState<AnswerSettings>('playground/settings', usualSettings);
  const { turns, running, stop } = conversation;
  const scroll = useStickyScroll(turns);
  const ready = canBeAsked(deployment);
  const base = !deployment.hasChatTemplate;
  const again = useRef(() => conversation.askAgain(settings));
  again.current = () => {
    scroll.follow();
    conversation.askAgain(settings);
  };
  const onAgain = useCallback(() => again.current(), []);
  const [, setText] = useViewState(questionKeyOf(deployment.id), '');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (keptValue(QUESTION_FOCUS_KEY) !== deployment.id) return undefined;
    keepValue(QUESTION_FOCUS_KEY, null);
    // After the page has moved the focus to its title.
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [deployment.id]);

  useEffect(() => {
    if (!running) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // There it closes what is open.
      if (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null) return;
      event.preventDefault();
      stop();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [running, stop]);

  const clear = (): void => {
    const before = turns;
    conversation.clear();
    showUndoToast({ message: t('playground.cleared'), onUndo: () => conversation.restore(before) });
  };
  const full = running || !ready ? null : fullContextOf(turns, deployment.settings.contextSize);
  const leavable = full === null ? [] : leavableTurns(turns, full);
  const goOnWithoutOldest = (): void => {
    if (full === null) return;
    const after = withoutOldest(turns, full, settings.maxOutputTokens ?? deployment.limits.maxOutputTokens);
    scroll.follow();
    if (full.at === 'question') conversation.askAgainAfter(after.slice(0, -1), settings);
    else conversation.restore(after);
  };
  /** Takes the question back into the field, unless something else is being written there. */
  const takeBack = (question: string): void => {
    setText((text) => (text.trim() === '' ? question : text));
    field.current?.focus();
  };
  const last = turns.at(-1);
  const notice = full !== null && last !== undefined && (
    <FullContextNotice
      full={full}
      onWithoutOldest={leavable.length === 0 ? null : goOnWithoutOldest}
      onNew={
        turns.length === 1 && full.at === 'question'
          ? null
          : () => {
              clear();
              if (full.at === 'question') takeBack(last.question);
            }
      }
      onShorten={
        full.at === 'question'
          ? () => {
              conversation.restore(turns.slice(0, -1));
              takeBack(last.question);
            }
          : null
      }
    />
  );
  const leftCount = turns.filter(({ left }) => left).length;
  const newestLeft = turns.findLast(({ left }) => left);
  return (
    <div className={classes['frame']}>
      {!ready && <Notice tone="look">{t('playground.gone', { state: t(`engine.states.${deployment.state}`) })}</Notice>}
      {ready && deployment.state !== 'ready' && <Notice tone="info">{t(deployment.state === 'sleeping' ? 'deploymentVersions.lifecycle.sleeping' : 'deploymentVersions.lifecycle.waking')}</Notice>}
      {base && <Notice tone="info">{t('playground.base')}</Notice>}
      <div className={classes['scrollFrame']}>
        <ScrollRegion ref={scroll.box} label={t('playground.conversation')} className={classes['turns']} onScroll={scroll.onScroll}>
          {turns.length === 0 ? (
            <EmptyState
              icon={<IconMessage size={32} stroke={1.5} />}
              title={t('playground.start.title', { name: deployment.name })}
              body={t('playground.start.body')}
            />
          ) : (
            turns.map((turn, place) => (
              <Fragment key={turn.id}>
                <TurnView
                  turn={turn}
                  name={deployment.name}
                  {...(place === turns.length - 1 && !running && ready ? { onAgain } : {})}
                  {...(turn === last && notice !== false ? { notice } : {})}
                />
                {turn === newestLeft && <p className={classes['leftMark']}>{t('playground.left', { count: leftCount })}</p>}
              </Fragment>
            ))
          )}
        </ScrollRegion>
        {!scroll.following && turns.length > 0 && (
          <Button className={classes['toEnd'] ?? ''} variant="default" leftSection={<IconArrowDown size={16} aria-hidden />} onClick={scroll.follow}>
            {t('playground.toEnd')}
          </Button>
        )}
      </div>
      <div className={classes['below']}>
        <div className={classes['bar']}>
          <AnswerSettingsPanel deployment={deployment} settings={settings} onSettings={setSettings} />
          {turns.length > 0 && !running && (
            <Button variant="subtle" color="gray" leftSection={<IconTrash size={16} aria-hidden />} onClick={clear}>
              {t('playground.clear')}
            </Button>
          )}
        </div>
        {!running && ready && (
          <ExampleChips
            deployment={deployment}
            onTake={(question) => {
              setText(question);
              field.current?.focus();
            }}
          />
        )}
        <Composer
          deploymentId={deployment.id}
          placeholder={t(base ? 'playground.placeholderBase' : 'playground.placeholder')}
          running={running}
          ready={ready}
          field={field}
          onStop={stop}
          onSend={(text) => {
            scroll.follow();
            conversation.ask(text, settings);
          }}
        />
      </div>
      <div className="visually-hidden" role="status">
        {running ? '' : (turns.at(-1)?.answer ?? '').slice(0, 2000)}
      </div>
    </div>
  );
}
