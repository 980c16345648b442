import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { Language, Theme } from '../../main/contract/accounts.contract.ts';
import { asError } from '../client/as-error.ts';
import { useTexts } from '../i18n/i18n.ts';
import { usePreferences } from '../state/preferences.ts';
import { changePreferences } from '../state/session.ts';
import { showErrorToast } from '../ui/toast.tsx';

/** Each language in its own words: whoever needs the switch cannot read the other one. */
export const languageNames: Record<Language, string> = { en: 'English', 'zh-CN': '简体中文' };
const themeIcons = { system: IconDeviceDesktop, light: IconSun, dark: IconMoon };
const themeTexts = { system: 'shell.actions.themeSystem', light: 'shell.actions.themeLight', dark: 'shell.actions.themeDark' } as const;

/** Applies a choice at once; a failure to keep it in the account is told, the choice stands on this page. */
export function choose(change: { language?: Language; theme?: Theme }): void {
  changePreferences(change).catch((thrown: unknown) => showErrorToast(asError(thrown)));
}

/** Not in a portal, so that it also works on the locked screen, where everything else is inert. */
export function LanguageMenu() {
  const { t, language } = useTexts();
  return (
    <Menu withinPortal={false}>
      <Menu.Target>
        <Tooltip label={t('shell.language')}>
          <ActionIcon aria-label={t('common.labelled', { label: t('shell.language'), value: languageNames[language] })}>
            <IconLanguage size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(['en', 'zh-CN'] as const).map((each) => (
          <Menu.Item key={each} lang={each} onClick={() => choose({ language: each })} rightSection={<Chosen shown={each === language} />}>
            {languageNames[each]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeMenu() {
  const { t } = useTexts();
  const theme = usePreferences((preferences) => preferences.theme);
  const Icon = themeIcons[theme];
  return (
    <Menu withinPortal={false}>
      <Menu.Target>
        <Tooltip label={t('shell.theme')}>
          <ActionIcon aria-label={t('common.labelled', { label: t('shell.theme'), value: t(themeTexts[theme]) })}>
            <Icon size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(['system', 'light', 'dark'] as const).map((each) => (
          <Menu.Item key={each} onClick={() => choose({ theme: each })} rightSection={<Chosen shown={each === theme} />}>
            {t(themeTexts[each])}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chosen({ shown }: { shown: boolean }) {
  return shown ? <IconCheck size={16} aria-hidden /> : null;
}
