import type { DataReading } from '../../../main/contract/datasets.contract.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import { columnsOf } from './data-draft.ts';

type Translate = ReturnType<typeof useTexts>['t'];

/** Delimiters of a table under the names they have in the texts. */
export const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/** How data is read, in one line: "CSV table · UTF-8 · Semicolon · Question and answer (question, answer)". */
export function readingLine(reading: DataReading, t: Translate): string {
  const { format, mapping } = reading;
  const plain = format === 'text' || format === 'folder';
  return [
    t(`data.formats.${format}`),
    t(`data.encodings.${reading.encoding}`),
    ...(format === 'csv' ? [t(`data.delimiters.${delimiterNames[reading.delimiter]}`)] : []),
    ...(plain ? [t('common.labelled', { label: t('data.reading.textRows'), value: t(`data.textRows.${reading.textRows}`) })] : []),
    ...(plain ? [] : [`${t(`data.reading.kinds.${mapping.kind}`)} (${columnsOf(mapping).join(t('common.listSeparator'))})`]),
  ].join(' · ');
}
