import { CloseButton, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTexts } from '../i18n/i18n.ts';
import type { Facet } from './data-table-rows.ts';
import classes from './data-table.module.css';

interface TableFilterProps<Row> {
  text: string;
  onText: (text: string) => void;
  facets: readonly Facet<Row>[];
  chosen: Record<string, string>;
  onChosen: (chosen: Record<string, string>) => void;
}

/** The filter field over a table, and its narrowing lists. */
export function TableFilter<Row>({ text, onText, facets, chosen, onChosen }: TableFilterProps<Row>) {
  const { t } = useTexts();
  return (
    <>
      <TextInput
        className={classes['filter'] ?? ''}
        aria-label={t('common.filter')}
        placeholder={t('common.filter')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={text === '' ? null : <CloseButton size="sm" aria-label={t('common.clearFilter')} onClick={() => onText('')} />}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.stopPropagation();
            onText('');
          }
        }}
      />
      {facets.map((facet) => (
        <Select
          key={facet.key}
          className={classes['facet'] ?? ''}
          aria-label={facet.label}
          placeholder={facet.label}
          clearable
          data={facet.options.map(({ value, label }) => ({ value, label }))}
          value={chosen[facet.key] ?? null}
          onChange={(value) => {
            const { [facet.key]: _, ...others } = chosen;
            onChosen(value === null ? others : { ...others, [facet.key]: value });
          }}
        />
      ))}
    </>
  );
}
