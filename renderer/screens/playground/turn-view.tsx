import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import type { Turn } from './conversation.ts';
import { InertText } from './inert-text.tsx';
import classes from './playground.module.css';

interface TurnViewProps {
  turn: Turn;
  name: string;
  /** Only on the last one, while nothing runs. */
  onAgain?: () => void;
  /** Stands for the error, and for asking again, where that would meet the same end. */
  notice?: ReactNode;
}

/** A question and its answer with what was measured. Earlier turns are not drawn again while the last one grows. */
export const TurnView = memo(function DrawnTurn({ turn, name, onAgain, notice }: TurnViewProps) {
  const { t } = useTexts();
  const running = turn.phase !== 'ended';
  return (
    <article className={classes['turn']}>
      <div className={classes['question']}>
        <span className="visually-hidden">{t('playground.you')}</span>
        {turn.question}
      </div>
      <div className={classes['answer']} aria-busy={running}>
        <p className={classes['speaker']}>{name}</p>
        {turn.answer !== '' && <InertText text={turn.answer} />}
        {running && <Progressing turn={turn} />}
        <ErrorNotice
          error={notice === undefined ? turn.error : null}
          {...(turn.error === null || onAgain === undefined
            ? {}
            : {
                actions: (
                  <Button variant="default" onClick={onAgain}>
                    {t('playground.again')}
                  </Button>
                ),
              })}
        />
        {notice}
        {!running && <Figures turn={turn} {...(onAgain === undefined ? {} : { onAgain })} />}
      </div>
    </article>
  );
});

export function Progressing({ turn }: { turn: Turn }) {
  const { t, format } = useTexts();
  const sentence = (): string => {
    switch (turn.phase) {
      case 'sent':
      case 'ended':
        return t('playground.starting');
      case 'queued':
        return t('playground.queued', { position: format.number(turn.queuePosition) });
      case 'reading':
        return t('playground.reading', { tokens: format.number(turn.promptTokens) });
      case 'writing':
        return t('playground.writing', { tokens: format.number(turn.outputTokens) });
    }
  };
  return (
    <p className={classes['progress']}>
      <span className={classes['pulse']} aria-hidden />
      {sentence()}
    </p>
  );
}

export function Figures({ turn, onAgain }: { turn: Turn; onAgain?: () => void }) {
  const { t, format } = useTexts();
  const { figures } = turn;
  const timing = figures?.timing ?? null;
  const usage = figures?.usage ?? null;
  const parts = [
    ...(timing === null || usage === null || usage.outputTokens === 0 ? [] : [t('playground.figures.speed', { rate: format.rate(timing.outputTokensPerSecond, 'tokens') })]),
    ...(timing === null ? [] : [t('playground.figures.ttft', { time: format.duration(timing.ttftMs) })]),
    ...(timing === null || timing.queuedMs < 1000 ? [] : [t('playground.figures.queued', { time: format.duration(timing.queuedMs) })]),
    ...(usage === null ? [] : [t('playground.figures.tokens', { prompt: format.number(usage.promptTokens), output: format.number(usage.outputTokens) })]),
    ...(figures === null ? [] : [t(`playground.reasons.${figures.reason}`)]),
  ];
  return (
    <footer className={classes['figures']}>
      {parts.length > 0 && <span>{parts.join(' · ')}</span>}
      <span className={classes['turnTools']}>
        {turn.answer !== '' && (
          <CopyButton value={turn.answer}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? t('common.copied') : t('playground.copyAnswer')}>
                <ActionIcon onClick={copy} aria-label={t('playground.copyAnswer')}>
                  {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        )}
        {onAgain !== undefined && turn.error === null && (
          <Button variant="subtle" color="gray" size="compact-md" onClick={onAgain}>
            {t('playground.again')}
          </Button>
        )}
      </span>
    </footer>
  );
}
