import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import classes from './status-badge.module.css';

/** What a colour means: fine green, look amber, act red, running blue, off grey. Always with an icon and a word. */
export type Tone = 'fine' | 'look' | 'act' | 'running' | 'off';

const icons = { fine: IconCircleCheck, look: IconAlertTriangle, act: IconCircleX, running: IconLoader2, off: IconCircleDashed };

/** A state as an icon and a word: `<StatusBadge tone="fine" label={t('engine.states.ready')} />`. `quiet` leaves out the ground. */
export function StatusBadge({ tone, label, quiet = false }: { tone: Tone; label: string; quiet?: boolean }) {
  return (
    <span className={classes['badge']} data-tone={tone} data-quiet={quiet || undefined}>
      <StatusIcon tone={tone} />
      {label}
    </span>
  );
}

/** The icon alone, where the word stands beside it anyway. */
export function StatusIcon({ tone, size = 16 }: { tone: Tone; size?: number }) {
  const Icon = icons[tone];
  return <Icon size={size} stroke={2} aria-hidden className={classes['icon']} data-tone={tone} />;
}
