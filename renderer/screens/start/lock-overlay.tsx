import { Button } from '@mantine/core';
import { useLayoutEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { SessionView } from '../../../main/contract/accounts.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { leaveLockedScreen } from '../../state/session.ts';
import { SignInForm } from './sign-in-form.tsx';
import { StartFrame } from './start-frame.tsx';
import classes from './start.module.css';

/**
 * Covers the page until the person signs in again; everything beneath stays as it was. It has its own place beside the
 * page, and all other places (open dialogs, menus, toasts) are inert meanwhile.
 */
export function LockOverlay({ person }: { person: SessionView }) {
  const { t } = useTexts();
  const [leaving, setLeaving] = useState(false);
  const place = useOwnPlace();
  if (place === null) return null;
  return createPortal(
    <div className={classes['overlay']} role="dialog" aria-modal aria-label={t('start.lock.title')}>
      <StartFrame>
        <div className={classes['card']}>
          <h1 className={classes['title']}>{t('start.lock.title')}</h1>
          <p className={classes['lead']}>{leaving ? t('start.lock.otherBody', { name: person.name }) : t('start.lock.body', { name: person.name })}</p>
          {leaving ? (
            <>
              <Button fullWidth onClick={leaveLockedScreen}>
                {t('start.lock.otherVerb')}
              </Button>
              <Button fullWidth variant="default" mt="sm" onClick={() => setLeaving(false)}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <>
              <SignInForm name={person.name} verb={t('start.lock.verb')} />
              <Button fullWidth variant="subtle" mt="sm" onClick={() => setLeaving(true)}>
                {t('start.lock.other')}
              </Button>
            </>
          )}
        </div>
      </StartFrame>
    </div>,
    place,
  );
}

/** An element at the end of the body for the overlay alone; everything else there is inert while it exists. */
function useOwnPlace(): HTMLElement | null {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const own = document.createElement('div');
    document.body.append(own);
    const silence = (): void => {
      for (const element of document.body.children) {
        if (element instanceof HTMLElement && element !== own && !element.inert) {
          element.inert = true;
          element.ariaHidden = 'true';
          silenced.add(element);
        }
      }
    };
    const silenced = new Set<HTMLElement>();
    silence();
    const observer = new MutationObserver(silence);
    observer.observe(document.body, { childList: true });
    setPlace(own);
    return () => {
      observer.disconnect();
      for (const element of silenced) {
        element.inert = false;
        element.ariaHidden = null;
      }
      own.remove();
    };
  }, []);
  return place;
}
