import { Burger, Drawer } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import { useNavigation } from '../state/navigation.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { useJobToasts } from './job-toasts.ts';
import { JobsMenu } from './jobs-menu.tsx';
import { PersonMenu } from './person-menu.tsx';
import { LanguageMenu, ThemeMenu } from './preference-menus.tsx';
import { Rail } from './rail.tsx';
import { SearchDialog } from './search-dialog.tsx';
import classes from './shell.module.css';

const searchKeys = /mac/i.test(navigator.platform) ? '⌘K' : 'Ctrl K';

/** The frame around every screen: rail at the left, bar on top, the screen in the rest. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  const [railOpened, rail] = useDisclosure(false);
  const [searching, search] = useDisclosure(false);
  const screen = useNavigation((state) => state.route.screen);
  useHotkeys([['mod+K', search.open]], []);
  useJobToasts();
  return (
    <div className={classes['app']}>
      <a
        className={classes['skip']}
        href="#content"
        onClick={(event) => {
          // The address bar belongs to the routes; the link only moves the focus.
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {t('shell.skipToContent')}
      </a>
      <aside className={classes['rail']}>
        <Rail />
      </aside>
      <div role="region" aria-label={t('shell.toolbar')} className={classes['bar']}>
        <Burger className={classes['burger'] ?? ''} size="sm" opened={railOpened} onClick={rail.toggle} aria-label={t('shell.openNavigation')} />
        <button type="button" className={classes['search']} onClick={search.open} aria-keyshortcuts="Control+K Meta+K">
          <IconSearch size={16} aria-hidden />
          <span className={classes['searchWord']}>{t('shell.search.open')}</span>
          <kbd className={classes['keys']}>{searchKeys}</kbd>
        </button>
        <div className={classes['tools']}>
          <JobsMenu />
          <LanguageMenu />
          <ThemeMenu />
          <PersonMenu />
        </div>
      </div>
      <div className={classes['below']}>
        <ConnectionBar />
        <main id="content" tabIndex={-1} className={classes['content']} key={screen}>
          {children}
        </main>
      </div>
      <Drawer opened={railOpened} onClose={rail.close} size="16rem" padding="xs" title={t('shell.product')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Rail onGo={rail.close} />
      </Drawer>
      <SearchDialog opened={searching} onClose={search.close} />
    </div>
  );
}
