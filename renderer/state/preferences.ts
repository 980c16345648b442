import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import type { Language, Theme } from '../../main/contract/accounts.contract.ts';
import { switchLanguage } from '../i18n/i18n.ts';

interface Preferences {
  theme: Theme;
  language: Language;
}

/** Kept on this machine for the screens before sign-in; the person's own preference wins afterwards. */
const STORAGE_KEY = 'modelward.preferences';

function remembered(): Partial<Preferences> {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(STORAGE_KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const { theme, language } = stored as Record<string, unknown>;
    return {
      ...(theme === 'system' || theme === 'light' || theme === 'dark' ? { theme } : {}),
      ...(language === 'en' || language === 'zh-CN' ? { language } : {}),
    };
  } catch {
    // A browser may forbid storage, or hold something else under the key: then nothing is remembered.
    return {};
  }
}

export const startLanguage: Language = remembered().language ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
/** Whether somebody has chosen a language on this machine before; the system's language counts otherwise. */
export const languageWasChosen = remembered().language !== undefined;

export const usePreferences = create<Preferences>(() => ({ theme: remembered().theme ?? 'system', language: startLanguage }));

/** Applies language and theme on this page at once and remembers them for the screens before sign-in. */
export function applyPreferences(change: Partial<Preferences>): void {
  const before = usePreferences.getState();
  const after = { ...before, ...change };
  if (after.language !== document.documentElement.lang) switchLanguage(after.language);
  if (after.theme === before.theme && after.language === before.language) return;
  usePreferences.setState(after);
  try {
    window.localStorage.setItem(STORAGE_KEY, JSON.stringify(after));
  } catch {
    // Without storage the choice holds for this page only, and the account keeps it anyway.
  }
}

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

/** The theme in effect: the chosen one, or the system's, following it when it changes. */
export function useColorScheme(): 'light' | 'dark' {
  const theme = usePreferences((preferences) => preferences.theme);
  const systemIsDark = useSyncExternalStore(
    (tell) => {
      darkQuery.addEventListener('change', tell);
      return () => darkQuery.removeEventListener('change', tell);
    },
    () => darkQuery.matches,
  );
  if (theme !== 'system') return theme;
  return systemIsDark ? 'dark' : 'light';
}
