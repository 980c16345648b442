import { Button, Drawer, Group, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Adapter } from '../../../main/contract/adapters.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AdapterFactsList } from './adapter-facts.tsx';
import classes from './adapters.module.css';

/** One adapter: what it is, what it fits, where it is attached; rename, annotate, delete. Closed while `adapter` is null. */
export function AdapterDrawer({ adapter, onClose }: { adapter: Adapter | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer opened={adapter !== null} onClose={onClose} position="right" size="28rem" title={adapter?.name ?? ''} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {adapter !== null && <Content key={adapter.id} adapter={adapter} onClose={onClose} />}
    </Drawer>
  );
}

function Content({ adapter, onClose }: { adapter: Adapter; onClose: () => void }) {
  const { t, format } = useTexts();
  const mayManage = useMay('models.manage');
  const { deployments, fits } = adapter;
  const version = (versionNumber: number): string => t('adapters.facts.version', { name: adapter.modelName, number: versionNumber });
  return (
    <div className={`${classes['stack'] ?? ''} ${classes['wide'] ?? ''}`}>
      <AdapterFactsList
        facts={adapter.facts}
        more={[
          { key: 'model', label: t('adapters.drawer.model'), value: <RouteLink to={{ screen: 'model', modelId: adapter.modelId }}>{adapter.modelName}</RouteLink> },
          {
            key: 'versions',
            label: t('adapters.facts.fits'),
            value: fits.length === 0 ? t('adapters.drawer.versionsNone') : fits.map(({ versionNumber }) => version(versionNumber)).join(t('common.listSeparator')),
          },
          {
            key: 'attached',
            label: t('adapters.drawer.attached'),
            value:
              deployments.length === 0 ? (
                t('adapters.drawer.attachedNone')
              ) : (
                <ul className={classes['lines']}>
                  {deployments.map(({ id, name, weight }) => (
                    <li key={id}>
                      <RouteLink to={{ screen: 'deployment', deploymentId: id }}>{t('adapters.drawer.attachedValue', { name, weight: format.number(weight, 2) })}</RouteLink>
                    </li>
                  ))}
                </ul>
              ),
          },
          { key: 'imported', label: t('adapters.drawer.imported'), value: t('adapters.drawer.importedValue', { at: format.dateTime(adapter.importedAtMs), name: adapter.importedBy }) },
          { key: 'file', label: t('adapters.drawer.file'), value: <span className={classes['hash']}>{adapter.sourceName}</span> },
          { key: 'sha256', label: t('adapters.drawer.sha256'), value: <span className={classes['hash']}>{adapter.sha256}</span> },
        ]}
      />
      {mayManage ? <Editing adapter={adapter} onDeleted={onClose} /> : adapter.notes !== '' && <p className={classes['dim']}>{adapter.notes}</p>}
    </div>
  );
}

function Editing({ adapter, onDeleted }: { adapter: Adapter; onDeleted: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(adapter.name);
  const [notes, setNotes] = useState(adapter.notes);
  const [asking, setAsking] = useState(false);
  const rename = useCommand(() => client.adapters.rename({ adapterId: adapter.id, name: name.trim(), notes: notes.trim() }));
  const remove = useCommand(() => client.adapters.delete({ adapterId: adapter.id }));
  const changed = name.trim() !== '' && (name.trim() !== adapter.name || notes.trim() !== adapter.notes);
  const save = async (): Promise<void> => {
    if (!changed || (await rename.run()) === undefined) return;
    showToast({ message: t('adapters.drawer.saved') });
  };
  const confirm = async (): Promise<void> => {
    if ((await remove.run()) === undefined) return;
    setAsking(false);
    onDeleted();
    showToast({ message: t('adapters.drawer.deleted', { name: adapter.name }) });
  };
  return (
    <form
      className={classes['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput label={t('adapters.drawer.name')} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
      <Textarea label={t('adapters.drawer.notes')} value={notes} autosize minRows={2} maxRows={8} maxLength={10_000} onChange={(event) => setNotes(event.currentTarget.value)} />
      <ErrorNotice error={rename.error} />
      <Group justify="space-between" gap="xs">
        <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking(true)}>
          {t('adapters.drawer.delete')}
        </Button>
        <Button type="submit" disabled={!changed} loading={rename.running}>
          {t('adapters.drawer.save')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('adapters.drawer.deleteTitle', { name: adapter.name })}
        verb={t('adapters.drawer.delete')}
        dangerous
        running={remove.running}
        error={remove.error}
        onConfirm={() => void confirm()}
        onClose={() => {
          remove.forget();
          setAsking(false);
        }}
      >
        {t('adapters.drawer.deleteBody')} {t('common.cannotBeUndone')}
      </ConfirmDialog>
    </form>
  );
}
