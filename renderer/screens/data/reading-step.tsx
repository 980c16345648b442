import { Loader, Select, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { DATA_ENCODINGS } from '../../../main/contract/datasets.contract.ts';
import type { DataMapping, DataPreview, DataReading } from '../../../main/contract/datasets.contract.ts';
import type { AppError } from '../../client/as-error.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { mappingOfKind } from './data-draft.ts';
import classes from './data.module.css';
import { MappingFields } from './mapping-fields.tsx';
import { ProblemsList } from './problems-list.tsx';
import { delimiterNames } from './reading-words.ts';
import { RowView } from './row-view.tsx';

interface ReadingStepProps {
  reading: DataReading;
  preview: DataPreview;
  /** Whether the preview is of this reading. */
  current: boolean;
  working: boolean;
  error: AppError | null;
  onReading: (reading: DataReading) => void;
}

/** How the data is read, and what that gives: counts, problems by line, the first rows as they will be kept. */
export function ReadingStep({ reading, preview, current, working, error, onReading }: ReadingStepProps) {
  useEffect(() => {
    // Left and come back while it was being read: the answer never came.
    if (!current && !working && error === null) onReading(reading);
  }, [current, working, error, reading, onReading]);
  return (
    <Stack gap="lg">
      <ReadingFields reading={reading} preview={preview} onReading={onReading} />
      {error !== null ? <ErrorNotice error={error} onRetry={() => onReading(reading)} /> : <Found preview={preview} working={!current} />}
    </Stack>
  );
}

const encodingData = (t: ReturnType<typeof useTexts>['t']) => DATA_ENCODINGS.map((value) => ({ value, label: t(`data.encodings.${value}`) }));

function ReadingFields({ reading, preview, onReading }: Pick<ReadingStepProps, 'reading' | 'preview' | 'onReading'>) {
  const { t } = useTexts();
  const change = (part: Partial<DataReading>): void => onReading({ ...reading, ...part });
  const plain = reading.format === 'text' || reading.format === 'folder';
  return (
    <div className={classes['fields']}>
      {reading.format !== 'folder' && (
        <Select
          label={t('data.reading.format')}
          data={(['jsonl', 'csv', 'text'] as const).map((value) => ({ value, label: t(`data.formats.${value}`) }))}
          value={reading.format}
          allowDeselect={false}
          onChange={(format) => format !== null && change({ format })}
        />
      )}
      <Select
        label={t('data.reading.encoding')}
        data={encodingData(t)}
        value={reading.encoding}
        allowDeselect={false}
        onChange={(encoding) => encoding !== null && change({ encoding })}
      />
      {reading.format === 'csv' && (
        <Select
          label={t('data.reading.delimiter')}
          data={([',', ';', '\t', '|'] as const).map((value) => ({ value, label: t(`data.delimiters.${delimiterNames[value]}`) }))}
          value={reading.delimiter}
          allowDeselect={false}
          onChange={(delimiter) => delimiter !== null && change({ delimiter })}
        />
      )}
      {plain && (
        <Select
          label={t('data.reading.textRows')}
          data={(['lines', 'paragraphs', 'files'] as const).map((value) => ({ value, label: t(`data.textRows.${value}`) }))}
          value={reading.textRows}
          allowDeselect={false}
          onChange={(textRows) => textRows !== null && change({ textRows })}
        />
      )}
      {!plain && (
        <Select
          label={t('data.reading.kind')}
          data={(['question-answer', 'conversation', 'text'] as const).map((value) => ({ value, label: t(`data.reading.kinds.${value}`) }))}
          value={reading.mapping.kind}
          allowDeselect={false}
          onChange={(kind: DataMapping['kind'] | null) => kind !== null && change({ mapping: mappingOfKind(kind, preview.columns, reading.mapping) })}
        />
      )}
      {!plain && <MappingFields mapping={reading.mapping} columns={preview.columns} onMapping={(mapping) => change({ mapping })} />}
    </div>
  );
}

function Found({ preview, working }: { preview: DataPreview; working: boolean }) {
  const { t, format } = useTexts();
  const facts = [
    { label: t('data.reading.rows'), value: format.number(preview.rowCount) },
    { label: t('data.reading.problems'), value: format.number(preview.problemCount) },
    { label: t('data.reading.duplicates'), value: format.number(preview.duplicateCount) },
    { label: t('data.reading.size'), value: t('data.reading.files', { count: preview.fileCount, size: format.bytes(preview.sizeBytes) }) },
  ];
  return (
    <section aria-label={t('data.reading.found')} aria-busy={working} className={classes['found']} data-working={working || undefined}>
      <div className={classes['foundHead']}>
        <h3 className={classes['sectionTitle']}>{t('data.reading.found')}</h3>
        <span role="status" className={classes['status']}>
          {working && (
            <>
              <Loader size="xs" aria-hidden /> {t('data.reading.working')}
            </>
          )}
        </span>
      </div>
      <dl className={classes['facts']}>
        {facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {preview.rowCount === 0 && preview.problemCount === 0 && <Notice tone="look">{t('data.reading.noRows')}</Notice>}
      <ProblemsList problems={preview.problems} count={preview.problemCount} rowCount={preview.rowCount} />
      {preview.rows.length > 0 && (
        <>
          <h3 className={classes['sectionTitle']}>{t('data.reading.preview')}</h3>
          <ScrollRegion label={t('data.reading.preview')} className={classes['preview']}>
            {preview.rows.map((row, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows have no name of their own; the list is replaced as a whole
              <RowView key={place} row={row} head={t('data.reading.rowNumber', { number: format.number(place + 1) })} />
            ))}
          </ScrollRegion>
        </>
      )}
    </section>
  );
}
