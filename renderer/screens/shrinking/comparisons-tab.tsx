import { Button, Group, Stack } from '@mantine/core';
import { IconScale, IconStack3 } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { percentOf, toneOfRecommendation, wordOfRecommendation } from './comparison-rows.ts';
import { EvaluateDialog } from './evaluate-dialog.tsx';
import type { EvaluateSubject } from './evaluate-dialog.tsx';
import { PolicyPanel } from './policy-panel.tsx';

/** Everything that was compared, newest first, and the policy by which versions are approved. */
export function ComparisonsTab() {
  const { t } = useTexts();
  const evaluations = useQuery('evaluations', (signal) => client.quantization.evaluations({ versionId: null }, { signal }), { topics: ['quantization', 'models'] });
  const mayMeasure = useMay('quality.manage');
  const [asking, setAsking] = useState<EvaluateSubject | null>(null);
  const compare = mayMeasure && (
    <Button variant="default" leftSection={<IconScale size={18} aria-hidden />} onClick={() => setAsking({})}>
      {t('comparisons.list.compare')}
    </Button>
  );
  return (
    <Stack gap="xl">
      <QueryState query={evaluations}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconScale size={32} stroke={1.5} />}
              title={t('comparisons.list.emptyTitle')}
              body={t('comparisons.list.emptyBody')}
              action={
                mayMeasure ? (
                  <Group gap="xs" justify="center">
                    <Button leftSection={<IconStack3 size={18} aria-hidden />} onClick={() => navigate({ screen: 'quantize' })}>
                      {t('comparisons.list.quantize')}
                    </Button>
                    {compare}
                  </Group>
                ) : undefined
              }
            />
          ) : (
            <ComparisonsTable rows={rows} tools={compare} />
          )
        }
      </QueryState>
      <PolicyPanel />
      <EvaluateDialog subject={asking} onClose={() => setAsking(null)} />
    </Stack>
  );
}

function ComparisonsTable({ rows, tools }: { rows: readonly Evaluation[]; tools: ReactNode }) {
  const { t, format } = useTexts();
  const columns = useMemo((): Column<Evaluation>[] => {
    const nameOf = (row: Evaluation): string => t('comparisons.list.modelValue', { name: row.modelName, number: row.versionNumber });
    const signed = (share: number): string => `${share > 0 ? '+' : ''}${percentOf(share, format)}`;
    const faster = (share: number): string => `${share > 0 ? '+' : ''}${format.percent(share)}`;
    return [
      {
        key: 'model',
        header: t('comparisons.list.model'),
        grow: true,
        widthRem: 14,
        sortValue: nameOf,
        filterText: (row) => `${nameOf(row)} ${row.quantization} ${row.parentQuantization}`,
        render: (row) => <RouteLink to={{ screen: 'comparison', evaluationId: row.id }}>{t('shrinking.version.chosen', { name: row.modelName, number: row.versionNumber, quantization: row.quantization })}</RouteLink>,
      },
      {
        key: 'against',
        header: t('comparisons.list.against'),
        widthRem: 10.5,
        drop: 4,
        render: (row) => t('comparisons.parent', { number: row.parentVersionNumber, quantization: row.parentQuantization }),
      },
      {
        key: 'verdict',
        header: t('comparisons.list.verdict'),
        widthRem: 11.5,
        drop: 9,
        sortValue: (row) => ['use-it', 'use-with-care', 'choose-larger', 'do-not-use'].indexOf(row.recommendation),
        filterText: (row) => t(`comparisons.recommendation.${wordOfRecommendation(row)}.title`),
        render: (row) => <StatusBadge quiet tone={toneOfRecommendation[row.recommendation]} label={t(`comparisons.recommendation.${wordOfRecommendation(row)}.title`)} />,
      },
      {
        key: 'perplexity',
        header: t('comparisons.list.perplexity'),
        widthRem: 7,
        drop: 8,
        align: 'right',
        sortValue: (row) => row.perplexityRatio.value,
        render: (row) => signed(row.perplexityRatio.value - 1),
      },
      {
        key: 'divergence',
        header: t('comparisons.list.divergence'),
        widthRem: 7.5,
        drop: 5,
        align: 'right',
        sortValue: (row) => row.klDivergence.value,
        render: (row) => format.number(row.klDivergence.value, 4),
      },
      {
        key: 'agreement',
        header: t('comparisons.list.agreement'),
        widthRem: 9,
        drop: 6,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (row) => row.topTokenAgreement.value,
        render: (row) => percentOf(row.topTokenAgreement.value, format),
      },
      {
        key: 'size',
        header: t('comparisons.list.size'),
        widthRem: 6,
        drop: 7,
        align: 'right',
        sortValue: (row) => row.sizeBytes / row.parentSizeBytes,
        render: (row) => signed(row.sizeBytes / row.parentSizeBytes - 1),
      },
      {
        key: 'speed',
        header: t('comparisons.list.speed'),
        widthRem: 7.5,
        drop: 3,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (row) => row.speed.generationTokensPerSecond / row.parentSpeed.generationTokensPerSecond,
        render: (row) => faster(row.speed.generationTokensPerSecond / row.parentSpeed.generationTokensPerSecond - 1),
      },
      {
        key: 'measured',
        header: t('comparisons.list.measured'),
        widthRem: 11.5,
        drop: 1,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (row) => row.atMs,
        render: (row) => format.dateTime(row.atMs),
      },
    ];
  }, [t, format]);
  return (
    <DataTable
      label={t('comparisons.list.label')}
      stateKey="comparisons"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate({ screen: 'comparison', evaluationId: id })}
      initialSort={{ column: 'measured', descending: true }}
      tools={tools}
      maxRows={12}
    />
  );
}
