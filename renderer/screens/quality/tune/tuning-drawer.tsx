import { Button, Drawer, Group, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { Tuning } from '../../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import type { TuningActions } from '../tuning-columns.tsx';
import { tuningName } from '../tuning-columns.tsx';
import { TuningView } from './tuning-view.tsx';

interface TuningDrawerProps {
  tuning: Tuning | null;
  actions: TuningActions;
  onClose: () => void;
}

/** One result of auto-tuning beside the list. */
export function TuningDrawer({ tuning, actions, onClose }: TuningDrawerProps) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={tuning !== null}
      onClose={onClose}
      position="right"
      size="52rem"
      title={tuning === null ? '' : t('quality.tunings.detail.title', { name: tuningName(tuning, t) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {tuning !== null && (
        <Stack gap="lg">
          <TuningView tuning={tuning} />
          {actions.mayManage && (
            <Group gap="xs">
              <Button variant={tuning.outdated === null ? 'default' : 'filled'} leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => actions.again(tuning)}>
                {t('quality.tunings.runAgain')}
              </Button>
              <Button variant="subtle" color="red" onClick={() => actions.remove(tuning)}>
                {t('quality.tunings.remove')}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </Drawer>
  );
}
