import type { Locator, Page } from '@playwright/test';
import type { ErrorCode } from '../../main/contract/errors.ts';
import { patternWithin, textsOf } from '../fixtures/texts.ts';
import type { Language } from '../fixtures/texts.ts';

/** The notice of a failure on the screen, found by what it says happened, in the language of the page. */
export function errorNotice(page: Page, code: ErrorCode, language: Language = 'en'): Locator {
  return page.getByRole('alert').filter({ hasText: patternWithin(textsOf(language).errors.codes[code].what) });
}
