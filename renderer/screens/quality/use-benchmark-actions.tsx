import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { RenameBenchmarkDialog } from './rename-benchmark-dialog.tsx';

export interface BenchmarkActions {
  mayManage: boolean;
  /** Whether what was measured may still be there to be measured again. */
  mayAgain: (benchmark: Benchmark) => boolean;
  again: (benchmark: Benchmark) => void;
  rename: (benchmark: Benchmark) => void;
  export: (benchmarks: readonly Benchmark[]) => void;
  remove: (benchmark: Benchmark) => void;
  /** The dialogs; to be put somewhere on the screen. */
  dialogs: ReactNode;
}

type Asked = { kind: 'rename' | 'remove'; benchmark: Benchmark } | { kind: 'export'; benchmarks: readonly Benchmark[] };

/** What can be done with benchmarks, the same in the list and on the detail. `onRemoved` follows a removal. */
export function useBenchmarkActions(onRemoved?: (benchmarkId: string) => void): BenchmarkActions {
  const { t } = useTexts();
  const mayManage = useMay('quality.manage');
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  const removing = asked?.kind === 'remove' ? asked.benchmark : null;
  const remove = useCommand(async (benchmark: Benchmark) => {
    await client.benchmarks.remove({ benchmarkId: benchmark.id });
    close();
    showToast({ message: t('quality.benchmarks.removeDialog.done', { name: benchmark.label }) });
    onRemoved?.(benchmark.id);
  });
  return {
    mayManage,
    mayAgain: ({ source, model }) => mayManage && source === 'measured' && (model.deploymentId !== null || model.versionId !== null),
    again: ({ model: { deploymentId, versionId } }) =>
      navigate({ screen: 'measure', ...(deploymentId !== null ? { deploymentId } : versionId === null ? {} : { versionId }) }),
    rename: (benchmark) => setAsked({ kind: 'rename', benchmark }),
    export: (benchmarks) => setAsked({ kind: 'export', benchmarks }),
    remove: (benchmark) => {
      remove.forget();
      setAsked({ kind: 'remove', benchmark });
    },
    dialogs: (
      <>
        <RenameBenchmarkDialog benchmark={asked?.kind === 'rename' ? asked.benchmark : null} onClose={close} />
        <ExportDialog benchmarks={asked?.kind === 'export' ? asked.benchmarks : null} onClose={close} />
        <ConfirmDialog
          opened={removing !== null}
          title={t('quality.benchmarks.removeDialog.title', { name: removing?.label ?? '' })}
          verb={t('quality.benchmarks.removeDialog.verb')}
          dangerous
          running={remove.running}
          error={remove.error}
          onClose={close}
          onConfirm={() => {
            if (removing !== null) void remove.run(removing);
          }}
        >
          {t('quality.benchmarks.removeDialog.body')}
        </ConfirmDialog>
      </>
    ),
  };
}
