import { Button, Group } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { AppError } from '../client/as-error.ts';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useTexts } from '../i18n/i18n.ts';
import { navigate } from '../state/navigation.ts';
import type { Route } from '../state/routes.ts';
import classes from './notice.module.css';

interface ErrorNoticeProps {
  /** Null shows nothing, so that it can stand in a form all the time. */
  error: AppError | null;
  /** Shows "Try again". */
  onRetry?: () => void;
  /** Further buttons, e.g. a way out only this screen knows. */
  actions?: ReactNode;
}

/** A failure: what happened, why, what to do now, with its button. Announced to screen readers when it appears. */
export function ErrorNotice({ error, onRetry, actions }: ErrorNoticeProps) {
  const { t, language } = useTexts();
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null) notice.current?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  if (error === null) return null;
  const sentence = errorSentence(error, language);
  const way = wayOut();
  return (
    <div ref={notice} role="alert" className={classes['notice']} data-tone="act" data-error-code={error.code}>
      <IconAlertCircle size={20} aria-hidden className={classes['icon']} />
      <div className={classes['body']}>
        <p className={classes['what']}>{sentence.what}</p>
        {sentence.why !== '' && <p>{sentence.why}</p>}
        <p>{sentence.next}</p>
        {(onRetry !== undefined || actions !== undefined || way !== null) && (
          <Group gap="xs" mt="xs">
            {onRetry !== undefined && (
              <Button variant="default" onClick={onRetry}>
                {t('common.retry')}
              </Button>
            )}
            {way !== null && (
              <Button variant="default" onClick={() => navigate(way.route)}>
                {way.label}
              </Button>
            )}
            {actions}
          </Group>
        )}
      </div>
    </div>
  );

  /** Where the mending is done, when it is another screen. */
  function wayOut(): { label: string; route: Route } | null {
    const modelId = error?.data['modelId'];
    if (error?.code === 'MODEL_ALREADY_IMPORTED' && typeof modelId === 'string' && modelId !== '') {
      return { label: t('importing.job.open'), route: { screen: 'model', modelId } };
    }
    if (error?.code === 'MODEL_IN_USE') return { label: t('shell.screens.deployments'), route: { screen: 'deployments' } };
    return null;
  }
}

