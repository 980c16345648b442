import { useTexts } from '../../../i18n/i18n.ts';
import { threeDecimals } from './three-decimals.ts';
import classes from './vectors.module.css';

/** Documents in the order a model gives them, best first, each with its score; no text is there twice. */
export function RankedList({ label, documents }: { label: string; documents: readonly { text: string; score: number }[] }) {
  const { format } = useTexts();
  return (
    <ol className={classes['order']} aria-label={label}>
      {documents.map(({ text, score }, place) => (
        <li key={text}>
          <span className={classes['place']}>{format.number(place + 1)}</span>
          <span className={classes['text']}>{text}</span>
          <span className={classes['score']}>{threeDecimals(score, format.language)}</span>
        </li>
      ))}
    </ol>
  );
}
