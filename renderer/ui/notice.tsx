import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

const icons = { info: IconInfoCircle, fine: IconCircleCheck, look: IconAlertTriangle };

/** A remark in the flow of a screen that is not an error: info (neutral), fine (green) or look (amber). */
export function Notice({ tone, title, children }: { tone: 'info' | 'fine' | 'look'; title?: string; children?: ReactNode }) {
  const Icon = icons[tone];
  return (
    <div className={classes['notice']} data-tone={tone}>
      <Icon size={20} aria-hidden className={classes['icon']} />
      <div className={classes['body']}>
        {title !== undefined && <p className={classes['what']}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
