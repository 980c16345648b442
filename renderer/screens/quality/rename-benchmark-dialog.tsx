import { useEffect } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { RenameDialog } from '../../ui/rename-dialog.tsx';
import { showErrorToast, showUndoToast } from '../../ui/toast.tsx';

/** Renames a benchmark; can be undone from the toast. Closed while `benchmark` is null. */
export function RenameBenchmarkDialog({ benchmark, onClose }: { benchmark: Benchmark | null; onClose: () => void }) {
  const { t } = useTexts();
  const rename = useCommand((benchmarkId: string, label: string) => client.benchmarks.rename({ benchmarkId, label }));
  const { forget } = rename;
  useEffect(() => {
    if (benchmark !== null) forget();
  }, [benchmark, forget]);
  const submit = async (name: string): Promise<void> => {
    if (benchmark === null || (await rename.run(benchmark.id, name)) === undefined) return;
    const { id, label: before } = benchmark;
    onClose();
    showUndoToast({
      message: t('quality.benchmarks.renameDialog.done', { name }),
      onUndo: () => {
        client.benchmarks.rename({ benchmarkId: id, label: before }).catch((thrown: unknown) => showErrorToast(asError(thrown)));
      },
    });
  };
  return (
    <RenameDialog
      opened={benchmark !== null}
      name={benchmark?.label ?? ''}
      title={t('quality.benchmarks.renameDialog.title')}
      label={t('quality.benchmarks.renameDialog.label')}
      verb={t('quality.benchmarks.renameDialog.verb')}
      error={rename.error}
      running={rename.running}
      onSubmit={(name) => void submit(name)}
      onClose={onClose}
    />
  );
}
