import { Stack } from '@mantine/core';
import type { AppError } from '../../client/as-error.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { expectedRows } from './data-draft.ts';
import type { DataDraft, DataTarget } from './data-draft.ts';
import classes from './data.module.css';
import { readingLine } from './reading-words.ts';

/** What the import will do, in words and numbers, and what was chosen. */
export function ImportSummary({ draft, target, error }: { draft: DataDraft; target: DataTarget; error: AppError | null }) {
  const { t, format } = useTexts();
  const { preview, reading } = draft;
  if (preview === null || reading === null) return null;
  const shares = target.kind === 'new-dataset' ? target.shares : target.dataset.shares;
  const rows = expectedRows(preview.rowCount, shares);
  const counted = (count: number) => ({ count, total: format.number(count) });
  const effects = [
    target.kind === 'new-dataset'
      ? t('data.summary.newDataset', { ...counted(preview.rowCount), name: target.name })
      : t('data.summary.newVersion', { ...counted(preview.rowCount), name: target.dataset.name, number: format.number(target.dataset.versionCount + 1) }),
    t('data.summary.split', { train: format.number(rows.train), validation: format.number(rows.validation), test: format.number(rows.test) }),
    ...(preview.problemCount > 0 ? [t('data.summary.leftOut', counted(preview.problemCount))] : []),
    ...(preview.duplicateCount > 0 ? [t('data.summary.duplicates', counted(preview.duplicateCount))] : []),
    t('data.summary.original'),
  ];
  const optional = [
    { key: 'licence', label: t('data.target.licence'), value: draft.licence.trim() },
    { key: 'notes', label: t('data.target.notes'), value: <span className={classes['notes']}>{draft.notes.trim()}</span>, empty: draft.notes.trim() === '' },
  ].filter(({ value, empty }) => value !== '' && empty !== true);
  return (
    <Stack gap="lg">
      <section>
        <h3 className={classes['sectionTitle']}>{t('data.summary.effect')}</h3>
        <ul className={classes['effects']}>
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className={classes['sectionTitle']}>{t('data.summary.choices')}</h3>
        <KeyValueList
          items={[
            { key: 'source', label: t('data.summary.source'), value: draft.source?.kind === 'path' ? draft.source.path : draft.fileName },
            { key: 'reading', label: t('data.summary.reading'), value: readingLine(reading, t) },
            ...optional.map(({ key, label, value }) => ({ key, label, value })),
          ]}
        />
      </section>
      <ErrorNotice error={error} />
    </Stack>
  );
}
