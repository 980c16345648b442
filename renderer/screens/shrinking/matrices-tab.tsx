import { ActionIcon, Button, Group, Menu, Stack } from '@mantine/core';
import { IconDots, IconFileImport, IconMathFunction, IconStack3, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ImportanceMatrix } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { showToast } from '../../ui/toast.tsx';
import { textName } from './lineage.tsx';
import { MatrixDialog } from './matrix-dialog.tsx';
import type { MatrixSource } from './matrix-dialog.tsx';
import { useModelOfVersion } from './use-model.ts';

/** The importance matrices of this machine: whose they are, from which text, and the ways to get another one. */
export function MatricesTab() {
  const { t } = useTexts();
  const matrices = useQuery('quantization/matrices', (signal) => client.quantization.matrices({}, { signal }), { topics: ['quantization', 'models'] });
  const mayManage = useMay('quality.manage');
  const [source, setSource] = useState<MatrixSource | null>(null);
  const [removing, setRemoving] = useState<ImportanceMatrix | null>(null);
  const tools = mayManage && (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => setSource('import')}>
        {t('shrinking.matrices.import')}
      </Button>
      <Button variant="default" leftSection={<IconMathFunction size={18} aria-hidden />} onClick={() => setSource('compute')}>
        {t('shrinking.matrices.compute')}
      </Button>
    </Group>
  );
  return (
    <Stack gap="lg">
      <QueryState query={matrices}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconMathFunction size={32} stroke={1.5} />}
              title={t('shrinking.matrices.emptyTitle')}
              body={t('shrinking.matrices.emptyBody')}
              action={tools === false ? undefined : tools}
            />
          ) : (
            <MatricesTable rows={rows} tools={tools} onRemove={mayManage ? setRemoving : null} />
          )
        }
      </QueryState>
      <MatrixDialog source={source} onClose={() => setSource(null)} />
      <RemoveDialog matrix={removing} onClose={() => setRemoving(null)} />
    </Stack>
  );
}

interface MatricesTableProps {
  rows: readonly ImportanceMatrix[];
  tools: ReactNode;
  onRemove: ((matrix: ImportanceMatrix) => void) | null;
}

function MatricesTable({ rows, tools, onRemove }: MatricesTableProps) {
  const { t, format } = useTexts();
  const columns = useMemo((): Column<ImportanceMatrix>[] => {
    const modelOf = (row: ImportanceMatrix): string => t('shrinking.matrices.modelValue', { name: row.modelName, number: row.versionNumber });
    const textOf = (row: ImportanceMatrix): string => (row.text === null ? '–' : textName(row.text.name, t));
    return [
      { key: 'model', header: t('shrinking.matrices.model'), grow: true, widthRem: 13, sortValue: modelOf, filterText: modelOf, render: (row) => <ModelLink matrix={row} label={modelOf(row)} /> },
      {
        key: 'source',
        header: t('shrinking.matrices.source'),
        widthRem: 7,
        drop: 4,
        sortValue: (row) => row.source,
        render: (row) => t(`shrinking.matrices.sources.${row.source}`),
      },
      { key: 'text', header: t('shrinking.matrices.text'), widthRem: 11, drop: 8, sortValue: textOf, filterText: textOf, render: textOf },
      {
        key: 'amount',
        header: t('shrinking.matrices.amount'),
        widthRem: 11,
        drop: 6,
        render: (row) => t('shrinking.matrices.amountValue', { chunks: format.number(row.chunks), window: format.number(row.contextSize) }),
      },
      {
        key: 'entries',
        header: t('shrinking.matrices.entries'),
        widthRem: 6.5,
        drop: 1,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (row) => row.entries,
        render: (row) => format.number(row.entries),
      },
      {
        key: 'size',
        header: t('shrinking.matrices.size'),
        widthRem: 6,
        drop: 2,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (row) => row.sizeBytes,
        render: (row) => format.bytes(row.sizeBytes),
      },
      {
        key: 'usable',
        header: t('shrinking.matrices.usable'),
        widthRem: 7.5,
        drop: 5,
        align: 'right',
        render: (row) => t('shrinking.matrices.usableValue', { count: new Set([row.versionId, ...row.usableFor]).size }),
      },
      {
        key: 'made',
        header: t('shrinking.matrices.made'),
        widthRem: 11.5,
        drop: 7,
        sortDescendingFirst: true,
        sortValue: (row) => row.atMs,
        render: (row) => format.dateTime(row.atMs),
      },
      { key: 'by', header: t('shrinking.matrices.by'), widthRem: 8, drop: 3, sortValue: (row) => row.startedBy, render: (row) => row.startedBy },
      {
        key: 'actions',
        header: t('shrinking.matrices.actions'),
        widthRem: 5,
        actions: true,
        align: 'right',
        render: (row) => onRemove !== null && <RowMenu matrix={row} onRemove={onRemove} />,
      },
    ];
  }, [t, format, onRemove]);
  return (
    <DataTable
      label={t('shrinking.matrices.label')}
      stateKey="matrices"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      initialSort={{ column: 'made', descending: true }}
      tools={tools}
      maxRows={12}
    />
  );
}

/** The model by its link, as soon as it is known where that leads. */
function ModelLink({ matrix, label }: { matrix: ImportanceMatrix; label: string }) {
  const model = useModelOfVersion(matrix.versionId);
  return model.data == null ? label : <RouteLink to={{ screen: 'model', modelId: model.data.id }}>{label}</RouteLink>;
}

function RowMenu({ matrix, onRemove }: { matrix: ImportanceMatrix; onRemove: (matrix: ImportanceMatrix) => void }) {
  const { t } = useTexts();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('shrinking.matrices.actionsOf', { name: matrix.modelName, number: matrix.versionNumber })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconStack3 size={16} aria-hidden />} onClick={() => navigate({ screen: 'quantize', versionId: matrix.versionId })}>
          {t('shrinking.matrices.quantizeWith')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onRemove(matrix)}>
          {t('shrinking.matrices.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function RemoveDialog({ matrix, onClose }: { matrix: ImportanceMatrix | null; onClose: () => void }) {
  const { t } = useTexts();
  const remove = useCommand((matrixId: string) => client.quantization.removeMatrix({ matrixId }));
  const submit = async (): Promise<void> => {
    if (matrix === null || (await remove.run(matrix.id)) === undefined) return;
    onClose();
    showToast({ message: t('shrinking.matrices.removed') });
  };
  return (
    <ConfirmDialog
      opened={matrix !== null}
      title={t('shrinking.matrices.removeTitle')}
      verb={t('shrinking.matrices.remove')}
      dangerous
      running={remove.running}
      error={remove.error}
      onConfirm={() => void submit()}
      onClose={() => {
        remove.forget();
        onClose();
      }}
    >
      {t('shrinking.matrices.removeBody', { name: matrix?.modelName ?? '', number: matrix?.versionNumber ?? '' })} {t('common.cannotBeUndone')}
    </ConfirmDialog>
  );
}
