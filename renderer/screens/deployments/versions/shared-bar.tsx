import { useTexts } from '../../../i18n/i18n.ts';
import classes from './versions.module.css';

export interface SharedBarPart {
  key: string;
  label: string;
  bytes: number;
  /** A paler colour: it could make way, or is about to. */
  dim?: boolean;
}

interface SharedBarProps {
  label: string;
  /** "3.2 GB of 12.0 GB". */
  sentence: string;
  over: boolean;
  parts: readonly SharedBarPart[];
  totalBytes: number;
  /** Where a line is drawn. */
  budgetBytes?: number;
}

const COLORS = 4;

/** Who takes how much of one kind of memory, against all there is of it. */
export function SharedBar({ label, sentence, over, parts, totalBytes, budgetBytes }: SharedBarProps) {
  const { t, format } = useTexts();
  const whole = Math.max(totalBytes, parts.reduce((sum, { bytes }) => sum + bytes, 0), 1);
  const share = (bytes: number): string => `${String((bytes / whole) * 100)}%`;
  return (
    <div className={classes['bar']} data-over={over || undefined}>
      <div className={classes['head']}>
        <span className={classes['label']}>{label}</span>
        <span className={classes['numbers']}>{sentence}</span>
      </div>
      <div className={classes['track']} role="img" aria-label={t('common.labelled', { label, value: sentence })}>
        {parts.map((part, index) => (
          <span key={part.key} className={classes['part']} data-color={index % COLORS} data-tone={part.dim === true ? 'dim' : undefined} style={{ width: share(part.bytes) }} />
        ))}
        {budgetBytes !== undefined && budgetBytes < whole && <span className={classes['budget']} style={{ left: share(budgetBytes) }} />}
      </div>
      {parts.length > 0 && (
        <ul className={classes['legend']}>
          {parts.map((part, index) => (
            <li key={part.key} data-color={index % COLORS} data-tone={part.dim === true ? 'dim' : undefined}>
              <span className={classes['swatch']} aria-hidden />
              {t('deploymentVersions.memory.part', { name: part.label, size: format.bytes(part.bytes) })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
