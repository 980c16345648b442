import { Button, Group, Modal, Stack } from '@mantine/core';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './keys.module.css';

interface SecretDialogProps {
  title: string;
  /** Null closes it. */
  secret: string | null;
  /** A further sentence under the warning. */
  note?: string | undefined;
  onClose: () => void;
}

/** Shows a secret, this once: nothing but its button closes it. Whoever opens it forgets the secret when it is closed. */
export function SecretDialog({ title, secret, note, onClose }: SecretDialogProps) {
  const { t } = useTexts();
  const gateway = useQuery('gateway/status', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'] });
  return (
    <Modal opened={secret !== null} onClose={onClose} size="lg" title={title} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack gap="md">
        <Notice tone="look" title={t('apiKeys.made.warning')}>
          <p>{t('apiKeys.made.warningBody')}</p>
          {note !== undefined && <p>{note}</p>}
        </Notice>
        <div className={classes['labelled']}>
          <p>{t('apiKeys.made.secret')}</p>
          <CopyField label={t('apiKeys.made.secret')} value={secret ?? ''} wrap />
        </div>
        {gateway.data !== undefined && (
          <div className={classes['labelled']}>
            <p>{t('apiKeys.made.baseUrl')}</p>
            <CopyField label={t('apiKeys.made.baseUrl')} value={gateway.data.baseUrl} />
          </div>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('apiKeys.made.copied')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
