import { Button } from '@mantine/core';
import { IconFileImport, IconPuzzle } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Adapter } from '../../../main/contract/adapters.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { AdapterDrawer } from './adapter-drawer.tsx';
import { useAdapters } from './use-adapters.ts';

/** All adapters of this machine, whose they are and where they are attached. */
export default function AdaptersScreen() {
  const { t } = useTexts();
  const adapters = useAdapters();
  const noModel = useModels().data?.length === 0;
  const mayManage = useMay('models.manage');
  const [openId, setOpenId] = useViewState<string | null>('adapters/open', null);
  const importButton = noModel ? (
    <Button onClick={() => navigate({ screen: 'import' })}>{t('adapters.empty.importModel')}</Button>
  ) : (
    <Button leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => navigate({ screen: 'import-adapter' })}>
      {t('adapters.import')}
    </Button>
  );
  return (
    <Page
      title={t('adapters.title')}
      lead={t('adapters.lead')}
      layout="full"
      back={<BackLink to={{ screen: 'models' }} label={t('models.title')} />}
      actions={mayManage && (adapters.data?.length ?? 0) > 0 ? importButton : undefined}
    >
      <QueryState query={adapters}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconPuzzle size={32} stroke={1.5} />}
              title={t('adapters.empty.title')}
              body={t(noModel ? 'adapters.empty.noModel' : 'adapters.empty.body')}
              action={mayManage ? importButton : undefined}
            />
          ) : (
            <AdaptersTable rows={rows} onOpen={setOpenId} />
          )
        }
      </QueryState>
      <AdapterDrawer adapter={adapters.data?.find(({ id }) => id === openId) ?? null} onClose={() => setOpenId(null)} />
    </Page>
  );
}

function AdaptersTable({ rows, onOpen }: { rows: readonly Adapter[]; onOpen: (adapterId: string) => void }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<Adapter>[] => [
      {
        key: 'name',
        header: t('adapters.table.name'),
        grow: true,
        widthRem: 13,
        sortValue: ({ name }) => name,
        filterText: ({ name }) => name,
        render: ({ name }) => name,
      },
      {
        key: 'model',
        header: t('adapters.table.model'),
        widthRem: 13,
        drop: 6,
        sortValue: ({ modelName }) => modelName,
        filterText: ({ modelName }) => modelName,
        render: ({ modelId, modelName }) => <RouteLink to={{ screen: 'model', modelId }}>{modelName}</RouteLink>,
      },
      {
        key: 'rank',
        header: t('adapters.table.rank'),
        widthRem: 5,
        drop: 2,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ facts }) => facts.rank.highest,
        render: ({ facts }) => format.number(facts.rank.highest),
      },
      {
        key: 'size',
        header: t('adapters.table.size'),
        widthRem: 6.5,
        drop: 3,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ facts }) => facts.sizeBytes,
        render: ({ facts }) => format.bytes(facts.sizeBytes),
      },
      {
        key: 'attached',
        header: t('adapters.table.attached'),
        widthRem: 11,
        drop: 5,
        sortValue: ({ deployments }) => deployments.length,
        filterText: ({ deployments }) => deployments.map(({ name }) => name).join(' '),
        render: ({ deployments }) => (deployments.length === 0 ? t('adapters.table.attachedNone') : deployments.map(({ name }) => name).join(t('common.listSeparator'))),
      },
      { key: 'by', header: t('adapters.table.by'), widthRem: 8, drop: 1, sortValue: ({ importedBy }) => importedBy, render: ({ importedBy }) => importedBy },
      {
        key: 'at',
        header: t('adapters.table.at'),
        widthRem: 9,
        drop: 4,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ importedAtMs }) => importedAtMs,
        render: ({ importedAtMs }) => format.date(importedAtMs),
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t('adapters.table.label')}
      stateKey="adapters"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      onOpen={({ id }) => onOpen(id)}
      initialSort={{ column: 'at', descending: true }}
    />
  );
}
