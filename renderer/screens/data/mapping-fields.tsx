import { Select } from '@mantine/core';
import type { DataMapping, DataPreview } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { visibleText } from '../../i18n/visible-text.ts';

interface MappingFieldsProps {
  mapping: DataMapping;
  columns: DataPreview['columns'];
  onMapping: (mapping: DataMapping) => void;
}

/** Which column is what. A column that is not in the data leaves its field open. */
export function MappingFields({ mapping, columns, onMapping }: MappingFieldsProps) {
  const { t } = useTexts();
  switch (mapping.kind) {
    case 'text':
      return <ColumnField label={t('data.reading.text')} columns={columns} value={mapping.text} onColumn={(text) => onMapping({ ...mapping, text })} />;
    case 'conversation':
      return <ColumnField label={t('data.reading.messages')} columns={columns} value={mapping.messages} onColumn={(messages) => onMapping({ ...mapping, messages })} />;
    case 'question-answer':
      return (
        <>
          <ColumnField label={t('data.reading.question_')} columns={columns} value={mapping.question} onColumn={(question) => onMapping({ ...mapping, question })} />
          <ColumnField label={t('data.reading.answer')} columns={columns} value={mapping.answer} onColumn={(answer) => onMapping({ ...mapping, answer })} />
          <ColumnField
            label={`${t('data.reading.system')} (${t('common.optional')})`}
            columns={columns}
            value={mapping.system ?? NONE}
            none={t('data.reading.systemNone')}
            onColumn={(system) => onMapping({ ...mapping, system: system === NONE ? null : system })}
          />
        </>
      );
  }
}

/** No column can be called this: names are never empty, and a line break ends a header. */
const NONE = '\n';

interface ColumnFieldProps {
  label: string;
  columns: DataPreview['columns'];
  value: string;
  /** Offers "none" under this name. */
  none?: string;
  onColumn: (name: string) => void;
}

function ColumnField({ label, columns, value, none, onColumn }: ColumnFieldProps) {
  const { t, format } = useTexts();
  const known = value === NONE || columns.some(({ name }) => name === value);
  return (
    <Select
      label={label}
      data={[
        ...(none === undefined ? [] : [{ value: NONE, label: none }]),
        ...columns.map(({ name, filled }) => ({ value: name, label: t('data.reading.columnFilled', { name: visibleText(name), filled: format.number(filled) }) })),
      ]}
      value={known ? value : null}
      error={known ? null : t('data.reading.chooseColumn')}
      allowDeselect={false}
      searchable={columns.length > 10}
      onChange={(name) => name !== null && onColumn(name)}
    />
  );
}
