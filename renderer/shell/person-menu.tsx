import { Avatar, Menu } from '@mantine/core';
import { IconLock, IconLogout } from '@tabler/icons-react';
import { asError } from '../client/as-error.ts';
import { useTexts } from '../i18n/i18n.ts';
import { lockScreen, signOut, useSession } from '../state/session.ts';
import { showErrorToast } from '../ui/toast.tsx';
import classes from './shell.module.css';

/** Who is signed in, with locking and signing out. */
export function PersonMenu() {
  const { t } = useTexts();
  const person = useSession((state) => state.session ?? state.lockedPerson);
  if (person === null) return null;
  const label = t('shell.person', { name: person.name, role: t(`shell.roles.${person.role}`) });
  return (
    <Menu withinPortal={false}>
      <Menu.Target>
        <button type="button" className={classes['person']}>
          <Avatar size="1.75rem" radius="100%" name={person.name} color="accent" variant="light" alt="" aria-hidden />
          <span className={classes['personName']} aria-hidden>
            {person.name}
          </span>
          <span className="visually-hidden">{label}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        <Menu.Item leftSection={<IconLock size={16} />} onClick={() => act(lockScreen)}>
          {t('shell.actions.lock')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => act(signOut)}>
          {t('shell.actions.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Runs locking or signing out; the page is covered at once, and what goes wrong behind it is told. */
export function act(action: () => Promise<void>): void {
  action().catch((thrown: unknown) => showErrorToast(asError(thrown)));
}
