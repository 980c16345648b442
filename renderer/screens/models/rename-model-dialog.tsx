import { useEffect } from 'react';
import type { ModelDetail } from '../../../main/contract/models.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { RenameDialog } from '../../ui/rename-dialog.tsx';
import { showErrorToast, showUndoToast } from '../../ui/toast.tsx';

/** Renames a model; can be undone from the toast. */
export function RenameModelDialog({ model, opened, onClose }: { model: ModelDetail; opened: boolean; onClose: () => void }) {
  const { t } = useTexts();
  const rename = useCommand((next: string) => client.models.rename({ modelId: model.id, name: next }));
  const { forget } = rename;
  useEffect(() => {
    if (opened) forget();
  }, [opened, forget]);
  const before = model.name;
  const submit = async (name: string): Promise<void> => {
    if ((await rename.run(name)) === undefined) return;
    onClose();
    showUndoToast({
      message: t('models.rename.done', { name }),
      onUndo: () => {
        client.models.rename({ modelId: model.id, name: before }).catch((thrown: unknown) => showErrorToast(asError(thrown)));
      },
    });
  };
  return (
    <RenameDialog
      opened={opened}
      name={before}
      title={t('models.rename.title')}
      label={t('models.rename.label')}
      verb={t('models.rename.verb')}
      error={rename.error}
      running={rename.running}
      onSubmit={(name) => void submit(name)}
      onClose={onClose}
    />
  );
}
