import { Button, Group } from '@mantine/core';
import { IconArrowsLeftRight, IconDownload, IconFileImport, IconGauge, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useBenchmarks } from '../../state/quality.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Facet } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { benchmarkColumns } from './benchmark-columns.tsx';
import { BenchmarkComparison } from './benchmark-comparison.tsx';
import { ImportBaselineDialog } from './import-baseline-dialog.tsx';
import classes from './quality.module.css';
import { useBenchmarkActions } from './use-benchmark-actions.tsx';

const SHOWN_ROWS = 12;
/** Colours there are to tell curves apart. */
const MOST_COMPARED = 6;

/** What was measured, newest first: choose some to compare or export, import figures from elsewhere. */
export function BenchmarksTab() {
  const { t } = useTexts();
  const benchmarks = useBenchmarks();
  const mayManage = useMay('quality.manage');
  const noModel = useModels().data?.length === 0;
  const [importing, setImporting] = useState(false);
  const buttons = mayManage && (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => setImporting(true)}>
        {t('quality.benchmarks.import')}
      </Button>
      {!noModel && (
        <Button leftSection={<IconGauge size={18} aria-hidden />} onClick={() => navigate({ screen: 'measure' })}>
          {t('quality.benchmarks.measure')}
        </Button>
      )}
    </Group>
  );
  return (
    <>
      <QueryState query={benchmarks}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconGauge size={32} stroke={1.5} />}
              title={t('quality.benchmarks.empty.title')}
              body={t(noModel ? 'quality.benchmarks.empty.noModel' : 'quality.benchmarks.empty.body')}
              action={buttons}
            />
          ) : (
            <BenchmarkList rows={rows} buttons={buttons} />
          )
        }
      </QueryState>
      <ImportBaselineDialog opened={importing} onClose={() => setImporting(false)} />
    </>
  );
}

function BenchmarkList({ rows, buttons }: { rows: readonly Benchmark[]; buttons: ReactNode }) {
  const { t, format } = useTexts();
  const [chosenIds, setChosenIds] = useViewState<readonly string[]>('quality/benchmarks/chosen', []);
  const [comparing, setComparing] = useViewState('quality/benchmarks/comparing', false);
  const chosen = rows.filter(({ id }) => chosenIds.includes(id));
  const chosenSet = useMemo(() => new Set(chosenIds), [chosenIds]);
  const actions = useBenchmarkActions((gone) => setChosenIds((before) => before.filter((id) => id !== gone)));
  const columns = benchmarkColumns({
    t,
    format,
    chosen: chosenSet,
    onChoose: (id, wanted) => setChosenIds((before) => (wanted ? [...before, id] : before.filter((each) => each !== id))),
    actions,
  });
  const facets = useMemo(
    (): Facet<Benchmark>[] => [
      {
        key: 'model',
        label: t('quality.benchmarks.table.model'),
        options: [...new Set(rows.map(({ model }) => model.name))].map((value) => ({ value, label: value })),
        test: ({ model }, value) => model.name === value,
      },
      {
        key: 'source',
        label: t('quality.benchmarks.table.source'),
        options: (['measured', 'imported-csv', 'imported-llama-bench'] as const).map((value) => ({ value, label: t(`quality.sources.${value}`) })),
        test: ({ source }, value) => source === value,
      },
    ],
    [t, rows],
  );
  if (comparing && chosen.length >= 2) {
    return <BenchmarkComparison benchmarks={chosen.slice(0, MOST_COMPARED)} onBack={() => setComparing(false)} />;
  }
  return (
    <div className={classes['list']}>
      <div className={classes['bar']}>
        <div className={classes['choice']} role="status">
          {chosen.length === 0 ? <span className={classes['dim']}>{t('quality.benchmarks.compareHint')}</span> : t('quality.benchmarks.chosen', { count: chosen.length })}
        </div>
        {chosen.length > 0 && (
          <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={() => setChosenIds([])}>
            {t('quality.benchmarks.clearChoice')}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconArrowsLeftRight size={18} aria-hidden />}
          disabled={chosen.length < 2 || chosen.length > MOST_COMPARED}
          onClick={() => setComparing(true)}
        >
          {t('quality.benchmarks.compare')}
        </Button>
        <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />} disabled={chosen.length === 0} onClick={() => actions.export(chosen)}>
          {t('quality.benchmarks.export')}
        </Button>
        <div className={classes['barEnd']}>{buttons}</div>
      </div>
      <DataTable
        label={t('quality.benchmarks.table.label')}
        stateKey="quality/benchmarks"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => navigate({ screen: 'benchmark', benchmarkId: id })}
        initialSort={{ column: 'when', descending: true }}
        facets={facets}
        maxRows={SHOWN_ROWS}
      />
      {actions.dialogs}
    </div>
  );
}
