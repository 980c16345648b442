import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** One sentence under the title: what this screen tells. */
  lead?: ReactNode;
  /** Buttons at the right of the title, the main one last. */
  actions?: ReactNode;
  /** Above the title: the way back, e.g. `<BackLink to={{screen:'models'}} label="Models" />`. */
  back?: ReactNode;
  /** `full`: the content fills the window's height and scrolls in itself (tables, conversations); else the page scrolls. */
  layout?: 'flow' | 'full' | 'narrow';
  children: ReactNode;
}

/** The frame of every screen: title, lead, actions, content. Moves the focus to the title when the screen opens. */
export function Page({ title, lead, actions, back, layout = 'flow', children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Modelward`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes['page']} data-layout={layout} data-scroller>
      <div className={classes['inner']}>
        {back}
        <header className={classes['header']}>
          <div className={classes['titles']}>
            <h1 ref={heading} tabIndex={-1} className={classes['title']}>
              {title}
            </h1>
            {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
          </div>
          {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
        </header>
        <div className={classes['content']}>{children}</div>
      </div>
    </div>
  );
}
