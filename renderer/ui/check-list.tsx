import type { DoctorCheck } from '../../main/contract/system.contract.ts';
import { checkSentence } from '../i18n/check-sentence.ts';
import { useTexts } from '../i18n/i18n.ts';
import classes from './check-list.module.css';
import { StatusBadge } from './status-badge.tsx';

/** What `doctor` found: name, sentence, state. */
export function CheckList({ checks }: { checks: readonly DoctorCheck[] }) {
  const { t, language } = useTexts();
  return (
    <ul className={classes['list']}>
      {checks.map((check, place) => {
        const { name, sentence } = checkSentence(check, language);
        return (
          <li key={`${check.check}-${String(place)}`} className={classes['check']}>
            <span className={classes['name']}>{name}</span>
            <span className={classes['sentence']}>{sentence}</span>
            <StatusBadge tone={check.state} label={t(`doctor.states.${check.state}`)} quiet={check.state === 'fine'} />
          </li>
        );
      })}
    </ul>
  );
}
