import { PasswordInput } from '@mantine/core';
import type { PasswordInputProps } from '@mantine/core';
import { useTexts } from '../i18n/i18n.ts';

/** A password field whose eye can be reached by keyboard and says what it does. */
export function PasswordField(props: PasswordInputProps) {
  const { t } = useTexts();
  return <PasswordInput {...props} visibilityToggleButtonProps={{ 'aria-label': t('common.showTyped'), tabIndex: 0 }} />;
}
