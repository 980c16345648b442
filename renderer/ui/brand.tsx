import { useTexts } from '../i18n/i18n.ts';
import classes from './brand.module.css';

/** The mark and the name. The mark: a ward (shield) that holds a stack of layers. */
export function Brand({ large = false }: { large?: boolean }) {
  const { t } = useTexts();
  const size = large ? 40 : 26;
  return (
    <span className={classes['brand']} data-large={large || undefined}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <path className={classes['shield']} d="M16 2 28 6v9.5c0 7-5 12.2-12 14.5C9 27.7 4 22.5 4 15.5V6z" />
        <path className={classes['layers']} d="M10.5 11.5h11M10.5 16h11M10.5 20.5h7" />
      </svg>
      {t('shell.product')}
    </span>
  );
}
