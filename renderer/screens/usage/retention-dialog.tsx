import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { LONGEST_RECORD_DAYS } from '../../../main/contract/usage.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { showToast } from '../../ui/toast.tsx';

/** Asks how long single requests are kept. */
export function RetentionDialog({ opened, recordDays, onClose }: { opened: boolean; recordDays: number; onClose: () => void }) {
  const { t, format } = useTexts();
  const [days, setDays] = useState<string | number>(recordDays);
  useEffect(() => {
    if (opened) setDays(recordDays);
  }, [opened, recordDays]);
  const wanted = Number(days);
  const isPossible = days !== '' && Number.isInteger(wanted) && wanted >= 1 && wanted <= LONGEST_RECORD_DAYS;
  const save = useCommand(async () => {
    await client.usage.setRetention({ recordDays: wanted });
    showToast({ message: t('usage.retention.saved', { count: wanted }) });
    onClose();
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('usage.retention.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isPossible) void save.run();
        }}
      >
        <Stack gap="md">
          <NumberInput
            label={t('usage.retention.days')}
            description={t('usage.retention.help', { most: format.number(LONGEST_RECORD_DAYS) })}
            value={days}
            min={1}
            max={LONGEST_RECORD_DAYS}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            data-autofocus
            onChange={setDays}
          />
          <ErrorNotice error={save.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!isPossible} loading={save.running}>
              {t('usage.retention.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
