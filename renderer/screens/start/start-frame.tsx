import type { ReactNode } from 'react';
import { Brand } from '../../ui/brand.tsx';
import { LanguageMenu, ThemeMenu } from '../../shell/preference-menus.tsx';
import classes from './start.module.css';

/** Page before sign-in: the mark, language and theme, and one card (or a wizard) in the middle. */
export function StartFrame({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes['frame']}>
      <header className={classes['bar']}>
        <Brand />
        <div className={classes['tools']}>
          <LanguageMenu />
          <ThemeMenu />
        </div>
      </header>
      <main className={classes['main']} data-wide={wide || undefined} data-scroller>
        {children}
      </main>
    </div>
  );
}
