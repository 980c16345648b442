import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '../../main/contract/accounts.contract.ts';
import { catalogue } from './catalogue.ts';
import type { english } from './catalogue.ts';
import { createFormatter } from './format.ts';
import type { Formatter } from './format.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof english };
  }
}

/** Starts the translations in a language. All texts are in the program, so it is ready when this returns. */
export function startTranslations(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: { en: { translation: catalogue.en }, 'zh-CN': { translation: catalogue['zh-CN'] } },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

/** Switches every text on the screen at once. */
export function switchLanguage(language: Language): void {
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

/** `t` with typed keys (`t('models.list.title')`), the language, and its formatter. The only way screens get texts. */
export function useTexts() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  const format: Formatter = useMemo(() => createFormatter(language), [language]);
  return { t, language, format };
}

/** `t` outside of components, for a toast after an event. */
export const translate = i18next.t.bind(i18next);
