import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** How long a short benchmark or tuning of the small test model may take on a busy machine. */
export const MEASURED_WITHIN_MS = 90_000;

/** The Quality room: its lists, the wizards that measure and tune, and their results. */
export class QualityScreen extends Wizard {
  get words() {
    return this.texts.quality;
  }

  async openTab(tab: 'benchmarks' | 'tunings' | 'comparisons' | 'matrices'): Promise<void> {
    await this.go('quality');
    await this.page.getByRole('tab', { name: this.words.tabs[tab], exact: true }).click();
    await expect(this.page.getByRole('tab', { name: this.words.tabs[tab], exact: true })).toHaveAttribute('aria-selected', 'true');
  }

  radio(name: string): Locator {
    return this.page.getByRole('radio', { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ hasText: name });
  }

  /** The box that chooses a benchmark of the list. */
  choose(name: string): Locator {
    return this.page.getByRole('checkbox', { name: say(this.words.benchmarks.choose, { name }) });
  }

  get comparison(): Locator {
    return this.page.getByRole('region', { name: this.words.compare.tableLabel, exact: true }).getByRole('table');
  }

  /** Waits for the result of a job that was started here; its heading. */
  async expectDone(pattern: string, name: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 2, name: say(pattern, { name }) })).toBeVisible({ timeout: MEASURED_WITHIN_MS });
  }

  /** Opens the dialog that imports figures, shows it a text and waits for what was found in it. */
  async previewFigures(text: string): Promise<Locator> {
    const { importing } = this.words;
    await this.button(this.words.benchmarks.import).click();
    const dialog = this.page.getByRole('dialog', { name: importing.title });
    await dialog.getByRole('textbox', { name: importing.paste }).fill(text);
    await this.button(importing.look, dialog).click();
    return dialog;
  }
}
