import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Shell } from './shell.ts';

/** What all wizards have: the question, Continue, Back, Cancel, the list of steps. */
export class Wizard extends Shell {
  question(text: string): Locator {
    return this.page.getByRole('heading', { level: 2, name: text, exact: true });
  }

  get next(): Locator {
    return this.button(this.texts.common.next);
  }
  get back(): Locator {
    return this.button(this.texts.common.back);
  }
  get cancel(): Locator {
    return this.button(this.texts.common.cancel);
  }
  get leaveDialog(): Locator {
    return this.page.getByRole('dialog', { name: this.texts.common.discardTitle });
  }

  /** Goes on and waits for the question that follows. */
  async goOnTo(question: string): Promise<void> {
    await this.next.click();
    await expect(this.question(question)).toBeVisible();
  }
}
