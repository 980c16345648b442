import { Autocomplete, Button, CloseButton, Group, Select, TextInput } from '@mantine/core';
import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { AUDIT_AREAS, isFiltered, noFilter, typesOfArea } from './audit-query.ts';
import type { FilterEntries } from './audit-query.ts';
import classes from './audit.module.css';

const RESULTS = ['done', 'refused', 'failed', 'cancelled'] as const;

interface AuditFiltersProps {
  entries: FilterEntries;
  onEntries: (entries: FilterEntries) => void;
  /** Offered for the person field. */
  knownPersons: readonly string[];
}

/** Narrows the log: words, kind of event, result, person, days. */
export function AuditFilters({ entries, onEntries, knownPersons }: AuditFiltersProps) {
  const { t } = useTexts();
  const change = (changed: Partial<FilterEntries>): void => onEntries({ ...entries, ...changed });
  return (
    <search className={classes['filters']} aria-label={t('auditScreen.filter.label')}>
      <TextInput
        className={classes['text'] ?? ''}
        aria-label={t('auditScreen.filter.text')}
        placeholder={t('auditScreen.filter.text')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={entries.text}
        maxLength={200}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <Select
        className={classes['type'] ?? ''}
        aria-label={t('auditScreen.filter.type')}
        placeholder={t('auditScreen.filter.type')}
        searchable
        clearable
        value={entries.type}
        data={AUDIT_AREAS.map((area) => ({
          group: t(`auditScreen.areas.${area}`),
          items: [
            { value: `${area}.*`, label: t('auditScreen.filter.wholeArea', { area: t(`auditScreen.areas.${area}`) }) },
            ...typesOfArea(area).map((type) => ({ value: type, label: t(`audit.types.${type}`) })),
          ],
        }))}
        onChange={(type) => change({ type })}
      />
      <Select
        className={classes['result'] ?? ''}
        aria-label={t('auditScreen.filter.result')}
        placeholder={t('auditScreen.filter.result')}
        clearable
        value={entries.result}
        data={RESULTS.map((result) => ({ value: result, label: t(`audit.results.${result}`) }))}
        onChange={(result) => change({ result: result as AuditEvent['result'] | null })}
      />
      <Autocomplete
        className={classes['person'] ?? ''}
        aria-label={t('auditScreen.filter.person')}
        placeholder={t('auditScreen.filter.person')}
        clearable
        value={entries.person}
        data={[...knownPersons]}
        maxLength={120}
        onChange={(person) => change({ person })}
      />
      <Group gap="0.375rem" wrap="nowrap">
        <label className={classes['day']}>
          <span>{t('auditScreen.filter.from')}</span>
          <TextInput type="date" value={entries.from} max={entries.until} onChange={(event) => change({ from: event.currentTarget.value })} />
        </label>
        <label className={classes['day']}>
          <span>{t('auditScreen.filter.until')}</span>
          <TextInput type="date" value={entries.until} min={entries.from} onChange={(event) => change({ until: event.currentTarget.value })} />
        </label>
      </Group>
      {entries.object !== null && (
        <span className={classes['object']}>
          {t('auditScreen.filter.object', { name: entries.object.name === '' ? entries.object.id : entries.object.name })}
          <CloseButton size="sm" aria-label={t('auditScreen.filter.objectRemove')} onClick={() => change({ object: null })} />
        </span>
      )}
      {isFiltered(entries) && (
        <Button variant="subtle" leftSection={<IconFilterOff size={16} aria-hidden />} onClick={() => onEntries(noFilter)}>
          {t('auditScreen.filter.clear')}
        </Button>
      )}
    </search>
  );
}
