import type { Language } from '../contract/accounts.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';

/** Texts of the window's surroundings, from the same catalogue the screens use. */
export function textsIn(language: Language) {
  return { ...catalogue[language].desktop, jobs: catalogue[language].jobs, listSeparator: catalogue[language].common.listSeparator };
}
export type DesktopTexts = ReturnType<typeof textsIn>;

/** The first preferred language of the system that we have; English where there is none. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split(/[-_]/)[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
