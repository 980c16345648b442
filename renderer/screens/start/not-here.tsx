import { Button } from '@mantine/core';
import { IconLock, IconMapPinOff } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** An address that leads nowhere. */
export function NotHere() {
  const { t } = useTexts();
  return (
    <EmptyState
      headsPage
      icon={<IconMapPinOff size={32} stroke={1.5} />}
      title={t('shell.notHere.title')}
      body={t('shell.notHere.body')}
      action={<Button onClick={() => navigate({ screen: 'home' })}>{t('shell.notHere.home')}</Button>}
    />
  );
}

/** A screen the person's role does not include, reached by an address. */
export function NoPermission() {
  const { t } = useTexts();
  return (
    <EmptyState
      headsPage
      icon={<IconLock size={32} stroke={1.5} />}
      title={t('shell.noPermission.title')}
      body={t('shell.noPermission.body')}
      action={<Button onClick={() => navigate({ screen: 'home' })}>{t('shell.notHere.home')}</Button>}
    />
  );
}
