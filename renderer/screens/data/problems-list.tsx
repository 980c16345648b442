import type { RowProblem } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { visibleText } from '../../i18n/visible-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import classes from './data.module.css';

interface ProblemsListProps {
  problems: readonly RowProblem[];
  /** All there are; the list holds the first hundred. */
  count: number;
  /** Rows that can be imported all the same; without it the import is past. */
  rowCount?: number;
}

/** What is left out, line by line, and that the rest is not lost. */
export function ProblemsList({ problems, count, rowCount }: ProblemsListProps) {
  const { t, format } = useTexts();
  if (count === 0) return null;
  const title = t('data.problems.title', { count, total: format.number(count) });
  const rest = rowCount === undefined ? null : rowCount === 0 ? t('data.problems.nothing') : t('data.problems.rest', { count: rowCount, total: format.number(rowCount) });
  return (
    <Notice tone="look" title={rest === null ? title : `${title}. ${rest}`}>
      <ScrollRegion label={t('data.problems.list')} className={classes['problems']}>
        <ul>
          {problems.map((problem) => (
            <li key={`${problem.file ?? ''}/${String(problem.line)}/${problem.problem}/${problem.detail}`}>
              <span className={classes['line']}>
                {problem.file === null
                  ? t('data.problems.line', { line: format.number(problem.line) })
                  : t('data.problems.fileLine', { file: visibleText(problem.file), line: format.number(problem.line) })}
              </span>{' '}
              {t(`data.problems.kinds.${problem.problem}`, { detail: visibleText(problem.detail) })}
            </li>
          ))}
        </ul>
      </ScrollRegion>
      {count > problems.length && <p>{t('data.problems.first', { shown: format.number(problems.length), total: format.number(count) })}</p>}
    </Notice>
  );
}
