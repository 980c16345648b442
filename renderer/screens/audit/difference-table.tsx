import { IconArrowRight } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { NO_VALUE } from '../../i18n/format.ts';
import classes from './audit.module.css';
import { differencesOf } from './differences.ts';

/** Fields before and after, side by side; what changed is marked by an arrow as well as by colour. */
export function DifferenceTable({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTexts();
  const differences = differencesOf(before, after);
  if (differences.length === 0) return <p className={classes['note']}>{t('auditScreen.detail.noChanges')}</p>;
  const both = before !== null && after !== null;
  const single = t('auditScreen.detail.value');
  return (
    <table className={classes['differences']}>
      <thead>
        <tr>
          <th scope="col">{t('auditScreen.detail.field')}</th>
          {both ? (
            <>
              <th scope="col">{t('auditScreen.detail.before')}</th>
              <th scope="col">{t('auditScreen.detail.after')}</th>
            </>
          ) : (
            <th scope="col">{single}</th>
          )}
        </tr>
      </thead>
      <tbody>
        {differences.map(({ path, before: was, after: is, changed }) => (
          <tr key={path} data-changed={(both && changed) || undefined}>
            <th scope="row">
              <code>{path}</code>
            </th>
            {both && <td>{was ?? NO_VALUE}</td>}
            <td>
              {both && changed && <IconArrowRight size={14} aria-hidden className={classes['arrow']} />}
              {(both || before === null ? is : was) ?? NO_VALUE}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
