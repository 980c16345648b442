import type { ReactNode } from 'react';
import { addressOf } from '../state/routes.ts';
import type { Route } from '../state/routes.ts';
import classes from './link.module.css';

/** A link to another screen, in text or in a table cell. */
export function RouteLink({ to, children }: { to: Route; children: ReactNode }) {
  return (
    <a className={classes['link']} href={addressOf(to)}>
      {children}
    </a>
  );
}
