import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  /** A Tabler icon element, e.g. `<IconBox size={32} stroke={1.5} />`. */
  icon: ReactNode;
  title: string;
  /** What this screen is for, in one or two sentences. */
  body: string;
  /** The first action, a Button. */
  action?: ReactNode;
}

/** What a screen shows while it holds nothing: what it is for and the first thing to do. */
export function EmptyState({ icon, title, body, action }: EmptyStateProps) {
  return (
    <div className={classes['empty']}>
      <div className={classes['icon']} aria-hidden>
        {icon}
      </div>
      <h2 className={classes['title']}>{title}</h2>
      <p className={classes['body']}>{body}</p>
      {action !== undefined && <div className={classes['action']}>{action}</div>}
    </div>
  );
}
