import { Button, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { refreshStatus, signedIn } from '../../state/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import classes from './start.module.css';

/** Name and password; with `name` given (a locked screen) the password only. */
export function SignInForm({ name, verb }: { name?: string; verb: string }) {
  const { t } = useTexts();
  const [typedName, setTypedName] = useState('');
  const [password, setPassword] = useState('');
  const [capsLock, setCapsLock] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const signIn = useCommand(() => client.accounts.signIn({ name: name ?? typedName.trim(), password }));
  const ready = (name ?? typedName.trim()) !== '' && password !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        void signIn.run().then((session) => {
          if (session !== undefined) return signedIn(session);
          setPassword('');
          passwordField.current?.focus();
          // The right password may have shown that the database cannot be opened: then the way out lies on another screen.
          void refreshStatus();
        });
      }}
    >
      <Stack gap="md">
        {name === undefined && (
          <TextInput
            label={t('start.signIn.name')}
            value={typedName}
            autoComplete="username"
            autoFocus
            maxLength={120}
            onChange={(event) => setTypedName(event.currentTarget.value)}
          />
        )}
        <PasswordField
          ref={passwordField}
          label={t('start.signIn.password')}
          value={password}
          autoComplete="current-password"
          autoFocus={name !== undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
          onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
        />
        {capsLock && (
          <p className={classes['hint']} role="status">
            <IconAlertTriangle size={16} aria-hidden />
            {t('start.signIn.capsLock')}
          </p>
        )}
        <ErrorNotice error={signIn.error} />
        <Button type="submit" disabled={!ready} loading={signIn.running} fullWidth>
          {verb}
        </Button>
      </Stack>
    </form>
  );
}
