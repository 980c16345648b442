import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SecretDialog } from './secret-dialog.tsx';

const DAY_MS = 86_400_000;
const overlaps = { week: 7 * DAY_MS, day: DAY_MS, month: 30 * DAY_MS, none: 0 };
type Overlap = keyof typeof overlaps;

interface RotateKeyDialogProps {
  apiKey: ApiKey;
  opened: boolean;
  onClose: () => void;
}

/** A new secret for a key: asks how long the present one is to stay valid, then shows the new one, once. */
export function RotateKeyDialog({ apiKey, opened, onClose }: RotateKeyDialogProps) {
  const { t, format } = useTexts();
  const [overlap, setOverlap] = useState<Overlap>('week');
  const [made, setMade] = useState<{ secret: string; note: string } | null>(null);
  const { name, prefix, previous } = apiKey;
  const [nowMs] = useState(() => Date.now());
  const rotate = useCommand(async (overlapMs: number) => {
    const { apiKey: after, secret } = await client.apiKeys.rotate({ keyId: apiKey.id, overlapMs });
    const note = after.previous === null ? t('apiKeys.made.noOverlapBody', { prefix }) : t('apiKeys.made.overlapBody', { prefix, until: format.dateTime(after.previous.validUntilMs) });
    setMade({ secret, note });
    onClose();
  });
  const help = (each: Overlap): string => t('apiKeys.rotate.until', { date: format.dateTime(nowMs + overlaps[each]) });
  return (
    <>
      <Modal
        opened={opened}
        onClose={() => {
          rotate.forget();
          onClose();
        }}
        size="lg"
        title={t('apiKeys.rotate.title', { name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void rotate.run(overlaps[overlap]);
          }}
        >
          <Stack gap="md">
            <p>{t('apiKeys.rotate.body', { prefix })}</p>
            <ChoiceCards
              label={t('apiKeys.rotate.overlap')}
              value={overlap}
              choices={[
                { value: 'week', label: t('apiKeys.rotate.week'), help: `${help('week')} ${t('apiKeys.rotate.weekHelp')}`, recommended: true },
                { value: 'day', label: t('apiKeys.rotate.day'), help: help('day') },
                { value: 'month', label: t('apiKeys.rotate.month'), help: help('month') },
                { value: 'none', label: t('apiKeys.rotate.none'), help: t('apiKeys.rotate.noneHelp') },
              ]}
              onChange={setOverlap}
            />
            {previous !== null && <Notice tone="look">{t('apiKeys.rotate.already', { prefix: previous.prefix })}</Notice>}
            <ErrorNotice error={rotate.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={rotate.running}>
                {t('apiKeys.rotate.verb')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <SecretDialog title={t('apiKeys.made.rotatedTitle')} secret={made?.secret ?? null} note={made?.note} onClose={() => setMade(null)} />
    </>
  );
}
