import type { ReactNode } from 'react';
import { useTexts } from '../../../i18n/i18n.ts';
import classes from './memory-bar.module.css';

export interface MemoryPart {
  id: 'weights' | 'kv' | 'compute';
  bytes: number;
}

interface MemoryBarProps {
  label: string;
  parts: readonly MemoryPart[];
  freeBytes: number;
  /** While a newer prediction is on its way the old one is shown paler. */
  pending: boolean;
}

/** What would be taken, by what it is for, against what is free. Past the end of the free room it turns red. */
export function MemoryBar({ label, parts, freeBytes, pending }: MemoryBarProps) {
  const { t, format } = useTexts();
  const neededBytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const whole = Math.max(freeBytes, neededBytes, 1);
  const over = neededBytes > freeBytes;
  const share = (bytes: number): string => `${String((bytes / whole) * 100)}%`;
  const sentence = over
    ? t('deployments.wizard.hardware.over', { needed: format.bytes(neededBytes), free: format.bytes(freeBytes) })
    : t('deployments.wizard.hardware.needs', { needed: format.bytes(neededBytes), free: format.bytes(freeBytes) });
  return (
    <div className={classes['memory']} data-over={over || undefined} data-pending={pending || undefined}>
      <div className={classes['head']}>
        <span className={classes['label']}>{label}</span>
        <span className={classes['numbers']}>{sentence}</span>
      </div>
      <div className={classes['track']} role="img" aria-label={t('common.labelled', { label, value: sentence })}>
        {parts.map((part) => (
          <span key={part.id} className={classes['part']} data-part={part.id} style={{ width: share(part.bytes) }} />
        ))}
        {over && <span className={classes['edge']} style={{ left: share(freeBytes) }} />}
      </div>
      <ul className={classes['legend']}>
        {parts.map((part): ReactNode => (
          <li key={part.id} data-part={part.id}>
            <span className={classes['swatch']} aria-hidden />
            {t('deployments.wizard.hardware.part', { part: t(`deployments.wizard.hardware.parts.${part.id}`), size: format.bytes(part.bytes) })}
          </li>
        ))}
      </ul>
    </div>
  );
}
