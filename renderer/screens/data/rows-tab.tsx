import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLock, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { DATA_SPLITS } from '../../../main/contract/datasets.contract.ts';
import type { DataSplit, DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './data.module.css';
import { RowView, SplitMark, textsOf } from './row-view.tsx';
import { foundParts } from './text-parts.ts';

interface RowsTabProps {
  version: DatasetVersion;
  /** The list of versions, where there is more than one. */
  choice: ReactNode;
}

/** Rows drawn at once, and how many more each time the end is reached. */
const PAGE = 50;
/** Most the contract gives at once; beyond it the window of rows moves on. */
const MOST = 200;
const SEARCH_AFTER_MS = 250;

/** The rows of a version: one side or all, found by a part of their text. Contents need a permission of their own. */
export function RowsTab({ version, choice }: RowsTabProps) {
  const { t } = useTexts();
  const mayRead = useMay('data.rows');
  if (mayRead) return <RowsBrowser version={version} choice={choice} />;
  return <EmptyState icon={<IconLock size={32} stroke={1.5} />} title={t('data.rows.forbidden')} body={t('data.rows.forbiddenBody')} />;
}

function RowsBrowser({ version, choice }: RowsTabProps) {
  const { t, format } = useTexts();
  const state = `dataset/${version.datasetId}/rows`;
  const [split, setSplit] = useViewState<DataSplit | null>(`${state}/split`, null);
  const [typed, setTyped] = useViewState(`${state}/search`, '');
  const [search] = useDebouncedValue(typed.trim(), SEARCH_AFTER_MS);
  const [offset, setOffset] = useState(0);
  const [limit, setLimit] = useState(PAGE);
  const query = useQuery(`rows/${version.id}/${split ?? ''}/${String(offset)}/${String(limit)}/${search}`, (signal) =>
    client.datasets.rows({ versionId: version.id, split, search, offset, limit }, { signal }),
  );
  // What is shown stays while more of it, or what is typed, is looked for: nothing jumps.
  const [last, setLast] = useState(query.data);
  useEffect(() => {
    if (query.data !== undefined) setLast(query.data);
  }, [query.data]);
  const restart = (): void => {
    setOffset(0);
    setLimit(PAGE);
  };
  useEffect(restart, [search, split]);
  const shown = query.data ?? (query.error === null ? last : undefined);
  return (
    <div className={classes['stack']}>
      <div className={classes['tools']}>
        {choice}
        <TextInput
          className={classes['search'] ?? ''}
          aria-label={t('data.rows.search')}
          placeholder={t('data.rows.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={typed === '' ? null : <CloseButton size="sm" aria-label={t('data.rows.searchClear')} onClick={() => setTyped('')} />}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && typed !== '') {
              event.stopPropagation();
              setTyped('');
            }
          }}
        />
        <Select
          className={classes['splitChoice'] ?? ''}
          aria-label={t('data.rows.split')}
          data={[
            { value: 'all', label: t('data.rows.allSplits') },
            ...DATA_SPLITS.map((value) => ({ value, label: `${t(`data.splits.${value}`)} (${format.number(version.splits[value])})` })),
          ]}
          value={split ?? 'all'}
          allowDeselect={false}
          onChange={(value) => setSplit(DATA_SPLITS.find((known) => known === value) ?? null)}
        />
        <span className={classes['count']} aria-live="polite">
          {shown !== undefined && t('data.rows.total', { count: shown.total, total: format.number(shown.total) })}
        </span>
      </div>
      <QueryState query={shown === undefined ? query : { ...query, data: shown }}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <p className={classes['nothing']}>{search === '' ? t('data.rows.nothingSplit') : t('data.rows.nothing', { text: search })}</p>
          ) : (
            <>
              <ol className={classes['rows']} aria-label={t('data.rows.label', { number: format.number(version.number) })}>
                {rows.map(({ position, split: side, row }) => (
                  <li key={position}>
                    <RowView
                      row={row}
                      head={
                        <>
                          <span>{t('data.rows.position', { number: format.number(position + 1) })}</span>
                          <SplitMark split={side} />
                        </>
                      }
                      {...(search === '' ? {} : { parts: textsOf(row).map((text) => foundParts(text, search)) })}
                    />
                  </li>
                ))}
              </ol>
              <Paging offset={offset} shown={rows.length} total={total} onOffset={setOffset} onMore={limit < MOST && rows.length >= limit ? () => setLimit(Math.min(MOST, limit + PAGE)) : null} />
            </>
          )
        }
      </QueryState>
    </div>
  );
}

interface PagingProps {
  offset: number;
  shown: number;
  total: number;
  onOffset: (offset: number) => void;
  /** Shows more below; null where no more fits. */
  onMore: (() => void) | null;
}

function Paging({ offset, shown, total, onOffset, onMore }: PagingProps) {
  const { t, format } = useTexts();
  if (total <= shown) return null;
  const end = offset + shown;
  return (
    <div className={classes['paging']}>
      <span className={classes['dim']}>{t('data.rows.range', { first: format.number(offset + 1), last: format.number(end), total: format.number(total) })}</span>
      {offset > 0 && (
        <Button variant="default" onClick={() => onOffset(Math.max(0, offset - MOST))}>
          {t('data.rows.before')}
        </Button>
      )}
      {end < total && (
        <Button variant="default" onClick={onMore ?? (() => onOffset(end))}>
          {t(onMore === null ? 'data.rows.after' : 'data.rows.more')}
        </Button>
      )}
    </div>
  );
}
