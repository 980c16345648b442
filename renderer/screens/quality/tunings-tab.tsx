import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Tuning } from '../../../main/contract/benchmarks.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useTunings } from '../../state/quality.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './quality.module.css';
import { TuningDrawer } from './tune/tuning-drawer.tsx';
import { standingOf, tuningColumns, tuningName } from './tuning-columns.tsx';

const SHOWN_ROWS = 12;

/** What auto-tuning found, newest first; outdated results with the way to run them again. */
export function TuningsTab() {
  const { t } = useTexts();
  const tunings = useTunings();
  const mayManage = useMay('quality.manage');
  const noModel = useModels().data?.length === 0;
  const button = mayManage && !noModel && (
    <Button leftSection={<IconAdjustments size={18} aria-hidden />} onClick={() => navigate({ screen: 'tune' })}>
      {t('quality.tunings.tune')}
    </Button>
  );
  return (
    <QueryState query={tunings}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState
            icon={<IconAdjustments size={32} stroke={1.5} />}
            title={t('quality.tunings.empty.title')}
            body={t(noModel ? 'quality.tunings.empty.noModel' : 'quality.tunings.empty.body')}
            action={button}
          />
        ) : (
          <TuningList rows={rows} button={button} />
        )
      }
    </QueryState>
  );
}

function TuningList({ rows, button }: { rows: readonly Tuning[]; button: ReactNode }) {
  const { t, format } = useTexts();
  const mayManage = useMay('quality.manage');
  const [openId, setOpenId] = useViewState<string | null>('quality/tunings/open', null);
  const [removing, setRemoving] = useState<Tuning | null>(null);
  const remove = useCommand(async (tuning: Tuning) => {
    await client.benchmarks.removeTuning({ tuningId: tuning.id });
    setRemoving(null);
    setOpenId(null);
    showToast({ message: t('quality.tunings.removeDialog.done', { name: tuningName(tuning, t) }) });
  });
  const { forget } = remove;
  const standings = useMemo(() => standingOf(rows), [rows]);
  const actions = useMemo(
    () => ({
      mayManage,
      open: ({ id }: Tuning) => setOpenId(id),
      again: ({ versionId }: Tuning) => navigate({ screen: 'tune', versionId }),
      remove: (tuning: Tuning) => {
        forget();
        setRemoving(tuning);
      },
    }),
    [mayManage, setOpenId, forget],
  );
  const columns = useMemo(() => tuningColumns({ t, format, standings, actions }), [t, format, standings, actions]);
  return (
    <div className={classes['list']}>
      <DataTable
        label={t('quality.tunings.table.label')}
        stateKey="quality/tunings"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onOpen={actions.open}
        initialSort={{ column: 'when', descending: true }}
        tools={button}
        maxRows={SHOWN_ROWS}
      />
      <TuningDrawer tuning={rows.find(({ id }) => id === openId) ?? null} actions={actions} onClose={() => setOpenId(null)} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('quality.tunings.removeDialog.title', { name: removing === null ? '' : tuningName(removing, t) })}
        verb={t('quality.tunings.removeDialog.verb')}
        dangerous
        running={remove.running}
        error={remove.error}
        onClose={() => setRemoving(null)}
        onConfirm={() => {
          if (removing !== null) void remove.run(removing);
        }}
      >
        {t('quality.tunings.removeDialog.body')}
      </ConfirmDialog>
    </div>
  );
}
