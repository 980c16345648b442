import type { ReactNode } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  title?: string;
  /** At the right of the title. */
  actions?: ReactNode;
  /** No inner padding: for a table or a list that brings its own. */
  flush?: boolean;
  children: ReactNode;
}

/** A surface with a title that groups what belongs together. */
export function Panel({ title, actions, flush = false, children }: PanelProps) {
  return (
    <section className={classes['panel']} {...(title === undefined ? {} : { 'aria-label': title })}>
      {title !== undefined && (
        <header className={classes['header']}>
          <h2 className={classes['title']}>{title}</h2>
          {actions}
        </header>
      )}
      <div className={classes['body']} data-flush={flush || undefined}>
        {children}
      </div>
    </section>
  );
}
