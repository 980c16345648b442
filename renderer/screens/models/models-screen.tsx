import { Button } from '@mantine/core';
import { IconBox, IconPackageImport, IconPuzzle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { MODEL_PURPOSES } from '../../../main/contract/models.contract.ts';
import type { ModelSummary } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column, Facet } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

const GB = 1024 ** 3;
type ModelState = 'inUse' | 'unused' | 'retired';

function stateOf(model: ModelSummary): ModelState {
  if (model.retired) return 'retired';
  return model.deploymentCount > 0 ? 'inUse' : 'unused';
}

/** All models of this machine. */
export default function ModelsScreen() {
  const { t } = useTexts();
  const models = useModels();
  const mayManage = useMay('models.manage');
  const importButton = (
    <Button leftSection={<IconPackageImport size={18} />} onClick={() => navigate({ screen: 'import' })}>
      {t('models.import')}
    </Button>
  );
  const adaptersButton = (
    <Button variant="default" leftSection={<IconPuzzle size={18} aria-hidden />} onClick={() => navigate({ screen: 'adapters' })}>
      {t('adapters.title')}
    </Button>
  );
  return (
    <Page
      title={t('models.title')}
      lead={t('models.lead')}
      layout="full"
      actions={
        models.data?.length === 0 ? undefined : (
          <>
            {adaptersButton}
            {mayManage && importButton}
          </>
        )
      }
    >
      <QueryState query={models}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconBox size={32} stroke={1.5} />}
              title={t('models.empty.title')}
              body={t('models.empty.body')}
              action={mayManage ? importButton : undefined}
            />
          ) : (
            <ModelsTable rows={rows} />
          )
        }
      </QueryState>
    </Page>
  );
}

function ModelsTable({ rows }: { rows: readonly ModelSummary[] }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<ModelSummary>[] => [
      {
        key: 'name',
        header: t('models.table.name'),
        grow: true,
        sortValue: (model) => model.name,
        filterText: (model) => model.name,
        render: (model) => <RouteLink to={{ screen: 'model', modelId: model.id }}>{model.name}</RouteLink>,
      },
      {
        key: 'state',
        header: t('models.table.state'),
        widthRem: 8,
        drop: 8,
        sortValue: (model) => ['inUse', 'unused', 'retired'].indexOf(stateOf(model)),
        render: (model) => <ModelStateBadge model={model} />,
      },
      {
        key: 'purpose',
        header: t('textVectors.purpose'),
        widthRem: 7.5,
        drop: 5.5,
        sortValue: (model) => kindOf(model, t),
        filterText: (model) => kindOf(model, t),
        render: (model) => kindOf(model, t),
      },
      {
        key: 'architecture',
        header: t('models.table.architecture'),
        widthRem: 7.5,
        drop: 2,
        sortValue: (model) => model.architecture,
        filterText: (model) => model.architecture,
        render: (model) => model.architecture,
      },
      {
        key: 'parameters',
        header: t('models.table.parameters'),
        widthRem: 7.5,
        drop: 4,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (model) => model.parameterCount,
        render: (model) => format.count(model.parameterCount),
      },
      {
        key: 'quantization',
        header: t('models.table.quantization'),
        widthRem: 8,
        drop: 6,
        sortValue: (model) => model.quantization,
        filterText: (model) => model.quantization,
        render: (model) => model.quantization,
      },
      {
        key: 'context',
        header: t('models.table.context'),
        unit: t('models.table.contextUnit'),
        widthRem: 8.5,
        drop: 3,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (model) => model.contextLength,
        render: (model) => format.number(model.contextLength),
      },
      {
        key: 'size',
        header: t('models.table.size'),
        unit: 'GB',
        widthRem: 6.5,
        drop: 7,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (model) => model.sizeBytes,
        render: (model) => sizeInGb(model.sizeBytes, format.language),
      },
      {
        key: 'versions',
        header: t('models.table.versions'),
        widthRem: 6,
        drop: 1,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (model) => model.versionCount,
        render: (model) => format.number(model.versionCount),
      },
      {
        key: 'added',
        header: t('models.table.added'),
        widthRem: 9,
        drop: 5,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (model) => model.createdAtMs,
        render: (model) => format.date(model.createdAtMs),
      },
    ],
    [t, format],
  );
  const facets = useMemo(
    (): Facet<ModelSummary>[] => [
      {
        key: 'state',
        label: t('models.table.state'),
        options: (['inUse', 'unused', 'retired'] as const).map((value) => ({ value, label: t(`models.states.${value}`) })),
        test: (model, value) => stateOf(model) === value,
      },
    ],
    [t],
  );
  return (
    <DataTable
      label={t('models.title')}
      stateKey="models"
      columns={columns}
      rows={rows}
      rowKey={(model) => model.id}
      onOpen={(model) => navigate({ screen: 'model', modelId: model.id })}
      initialSort={{ column: 'added', descending: true }}
      facets={facets}
    />
  );
}

function kindOf({ purpose }: ModelSummary, t: ReturnType<typeof useTexts>['t']): string {
  const known = MODEL_PURPOSES.find((each) => each === purpose) ?? 'other';
  return t(`textVectors.kinds.${known}`);
}

/** In use, not in use, retired. */
export function ModelStateBadge({ model }: { model: ModelSummary }) {
  const { t } = useTexts();
  const state = stateOf(model);
  return <StatusBadge quiet tone={state === 'inUse' ? 'fine' : 'off'} label={t(`models.states.${state}`)} />;
}

/** One decimal; the smallest models are not rounded to nothing. */
function sizeInGb(sizeBytes: number, language: string): string {
  const size = sizeBytes / GB;
  if (size < 0.05) return '< 0.1';
  return new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(size);
}
