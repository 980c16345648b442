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
  /** Where it is the whole screen, its title is the page's own. */
  headsPage?: boolean;
}

/** What a screen shows while it holds nothing: what it is for and the first thing to do. */
export function EmptyState({ icon, title, body, action, headsPage = false }: EmptyStateProps) {
  const Heading = headsPage ? 'h1' : 'h2';
  return (
    <div className={classes['empty']}>
      <div className={classes['icon']} aria-hidden>
        {icon}
      </div>
      <Heading className={classes['title']}>{title}</Heading>
      <p className={classes['body']}>{body}</p>
      {action !== undefined && <div className={classes['action']}>{action}</div>}
    </div>
  );
}
