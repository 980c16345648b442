import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconDatabaseImport, IconGitCompare, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { DatasetDetail, DatasetDiff } from '../../../main/contract/datasets.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './data.module.css';
import { DIFF_KINDS, DiffRows } from './diff-rows.tsx';
import type { DiffKind } from './diff-rows.tsx';

/** What changed between two versions: counts, then the rows themselves. */
export function DiffTab({ dataset }: { dataset: DatasetDetail }) {
  const { t } = useTexts();
  const mayRead = useMay('data.rows');
  const mayManage = useMay('data.manage');
  if (!mayRead) return <EmptyState icon={<IconLock size={32} stroke={1.5} />} title={t('data.rows.forbidden')} body={t('data.rows.forbiddenBody')} />;
  if (dataset.versions.length < 2) {
    const action = mayManage && (
      <Button leftSection={<IconDatabaseImport size={18} aria-hidden />} onClick={() => navigate({ screen: 'import-data', datasetId: dataset.id })}>
        {t('data.diff.singleAction')}
      </Button>
    );
    return <EmptyState icon={<IconGitCompare size={32} stroke={1.5} />} title={t('data.detail.tabs.compare')} body={t('data.diff.single')} action={action === false ? undefined : action} />;
  }
  return <Comparison dataset={dataset} />;
}

function Comparison({ dataset }: { dataset: DatasetDetail }) {
  const { t } = useTexts();
  const { versions } = dataset;
  const state = `dataset/${dataset.id}/diff`;
  const [from, setFrom] = useViewState<string | null>(`${state}/from`, null);
  const [to, setTo] = useViewState<string | null>(`${state}/to`, null);
  const idOf = (wanted: string | null, place: number): string => (versions.find(({ id }) => id === wanted) ?? versions[place])?.id ?? '';
  const fromVersionId = idOf(from, 1);
  const toVersionId = idOf(to, 0);
  const different = fromVersionId !== toVersionId;
  const query = useQuery(`dataset-diff/${fromVersionId}/${toVersionId}`, (signal) => client.datasets.diff({ fromVersionId, toVersionId }, { signal }), { enabled: different });
  const choices = versions.map(({ id, number }, place) => ({ value: id, label: t(place === 0 ? 'data.detail.versionNewest' : 'data.detail.version', { number }) }));
  return (
    <div className={classes['stack']}>
      <div className={classes['tools']}>
        <Select label={t('data.diff.from')} data={choices} value={fromVersionId} allowDeselect={false} onChange={setFrom} />
        <Select label={t('data.diff.to')} data={choices} value={toVersionId} allowDeselect={false} onChange={setTo} />
      </div>
      {different ? <QueryState query={query}>{(diff) => <DiffView key={`${fromVersionId}/${toVersionId}`} diff={diff} />}</QueryState> : <Notice tone="info">{t('data.diff.same')}</Notice>}
    </div>
  );
}

function DiffView({ diff }: { diff: DatasetDiff }) {
  const { t, format } = useTexts();
  const counts = { added: diff.addedCount, removed: diff.removedCount, changed: diff.changedCount };
  const [chosen, setChosen] = useState<DiffKind | null>(null);
  const kind = chosen ?? (['changed', 'added', 'removed'] as const).find((each) => counts[each] > 0) ?? 'added';
  const label = t('data.diff.label', { from: format.number(diff.fromNumber), to: format.number(diff.toNumber) });
  const nothingChanged = DIFF_KINDS.every((each) => counts[each] === 0);
  return (
    <section aria-label={label} className={classes['stack']}>
      <dl className={classes['counts']}>
        {DIFF_KINDS.map((each) => (
          <div key={each} data-kind={each}>
            <dt>{t(`data.diff.${each}`)}</dt>
            <dd>{format.number(counts[each])}</dd>
          </div>
        ))}
        <div>
          <dt>{t('data.diff.unchanged')}</dt>
          <dd>{format.number(diff.unchangedCount)}</dd>
        </div>
      </dl>
      {nothingChanged ? (
        <Notice tone="info">{t('data.diff.identical')}</Notice>
      ) : (
        <>
          <SegmentedControl
            className={classes['kinds'] ?? ''}
            aria-label={t('data.diff.choose')}
            data={DIFF_KINDS.map((value) => ({ value, label: t(`data.diff.${value}`) }))}
            value={kind}
            onChange={(value) => setChosen(DIFF_KINDS.find((known) => known === value) ?? null)}
          />
          {kind === 'changed' && <p className={classes['dim']}>{t('data.diff.changedExplain')}</p>}
          <DiffRows diff={diff} kind={kind} count={counts[kind]} />
        </>
      )}
    </section>
  );
}
