import type { ModelDetail } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useAdapters } from '../adapters/use-adapters.ts';

/** Deletes a model with all its files. Cannot be undone, so its name is typed. */
export function DeleteModelDialog({ model, opened, onClose }: { model: ModelDetail; opened: boolean; onClose: () => void }) {
  const { t, format } = useTexts();
  const remove = useCommand(() => client.models.delete({ modelId: model.id, confirmName: model.name }));
  const sizeBytes = model.versions.reduce((sum, version) => sum + version.sizeBytes, 0);
  const adapterCount = useAdapters().data?.filter(({ modelId }) => modelId === model.id).length ?? 0;
  const submit = async (): Promise<void> => {
    if ((await remove.run()) === undefined) return;
    navigate({ screen: 'models' }, { replace: true });
    showToast({ message: t('models.deleteDialog.done', { name: model.name }) });
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('models.deleteDialog.title', { name: model.name })}
      verb={t('models.detail.delete')}
      confirmName={model.name}
      dangerous
      running={remove.running}
      error={remove.error}
      onConfirm={() => void submit()}
      onClose={() => {
        remove.forget();
        onClose();
      }}
    >
      {t('models.deleteDialog.body', { count: model.versions.length, size: format.bytes(sizeBytes) })} {adapterCount > 0 && `${t('adapters.goWithModel', { count: adapterCount })} `}
      {t('common.cannotBeUndone')}
    </ConfirmDialog>
  );
}
