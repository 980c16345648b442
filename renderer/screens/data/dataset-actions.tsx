import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDatabaseImport, IconSchool } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { DatasetDetail } from '../../../main/contract/datasets.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { RenameDialog } from '../../ui/rename-dialog.tsx';
import { showErrorToast, showToast, showUndoToast } from '../../ui/toast.tsx';
import classes from './data.module.css';

/** What can be done with a data set. */
export function DatasetActions({ dataset }: { dataset: DatasetDetail }) {
  const { t } = useTexts();
  const mayManage = useMay('data.manage');
  const mayTrain = useMay('training.manage');
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const close = (): void => setDialog(null);
  return (
    <>
      {mayManage && (
        <>
          <Menu>
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
                {t('data.detail.more')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setDialog('rename')}>{t('data.detail.rename')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item className={classes['danger'] ?? ''} onClick={() => setDialog('delete')}>
                {t('data.detail.delete')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button variant="default" leftSection={<IconDatabaseImport size={18} aria-hidden />} onClick={() => navigate({ screen: 'import-data', datasetId: dataset.id })}>
            {t('data.detail.newVersion')}
          </Button>
        </>
      )}
      {mayTrain && (
        <Button leftSection={<IconSchool size={18} aria-hidden />} onClick={() => navigate({ screen: 'train', data: dataset.id })}>
          {t('data.detail.train')}
        </Button>
      )}
      <RenameDatasetDialog dataset={dataset} opened={dialog === 'rename'} onClose={close} />
      <DeleteDatasetDialog dataset={dataset} opened={dialog === 'delete'} onClose={close} />
    </>
  );
}

interface DialogProps {
  dataset: DatasetDetail;
  opened: boolean;
  onClose: () => void;
}

/** Renames; can be undone from the toast. */
function RenameDatasetDialog({ dataset, opened, onClose }: DialogProps) {
  const { t } = useTexts();
  const { id: datasetId, name: before } = dataset;
  const rename = useCommand((name: string) => client.datasets.rename({ datasetId, name }));
  const { forget } = rename;
  useEffect(() => {
    if (opened) forget();
  }, [opened, forget]);
  const submit = async (name: string): Promise<void> => {
    if ((await rename.run(name)) === undefined) return;
    onClose();
    showUndoToast({
      message: t('data.rename.done', { name }),
      onUndo: () => {
        client.datasets.rename({ datasetId, name: before }).catch((thrown: unknown) => showErrorToast(asError(thrown)));
      },
    });
  };
  return (
    <RenameDialog
      opened={opened}
      name={before}
      title={t('data.rename.title')}
      label={t('data.rename.label')}
      verb={t('data.rename.verb')}
      error={rename.error}
      running={rename.running}
      onSubmit={(name) => void submit(name)}
      onClose={onClose}
    />
  );
}

/** Deletes a data set with all versions. Cannot be undone, so its name is typed. */
function DeleteDatasetDialog({ dataset, opened, onClose }: DialogProps) {
  const { t, format } = useTexts();
  const { id: datasetId, name } = dataset;
  const remove = useCommand(() => client.datasets.delete({ datasetId, confirmName: name }));
  const textBytes = dataset.versions.reduce((sum, version) => sum + version.textBytes, 0);
  const submit = async (): Promise<void> => {
    if ((await remove.run()) === undefined) return;
    navigate({ screen: 'data', tab: 'datasets' }, { replace: true });
    showToast({ message: t('data.deleteDialog.done', { name }) });
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('data.deleteDialog.title', { name })}
      verb={t('data.detail.delete')}
      confirmName={name}
      dangerous
      running={remove.running}
      error={remove.error}
      onConfirm={() => void submit()}
      onClose={() => {
        remove.forget();
        onClose();
      }}
    >
      {t('data.deleteDialog.body', { count: dataset.versions.length, size: format.bytes(textBytes) })} {t('common.cannotBeUndone')}
    </ConfirmDialog>
  );
}
