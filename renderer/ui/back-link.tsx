import { IconArrowLeft } from '@tabler/icons-react';
import { addressOf } from '../state/routes.ts';
import type { Route } from '../state/routes.ts';
import classes from './link.module.css';

/** The way up, above a title. */
export function BackLink({ to, label }: { to: Route; label: string }) {
  return (
    <a className={classes['back']} href={addressOf(to)}>
      <IconArrowLeft size={16} aria-hidden />
      {label}
    </a>
  );
}
