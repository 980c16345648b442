import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** The data sets: their list, the import wizard and its job, one data set. */
export class DataScreen extends Wizard {
  get words() {
    return this.texts.data;
  }

  async open(): Promise<void> {
    await this.go('data');
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  get path(): Locator {
    return this.field(this.texts.importing.file.path);
  }

  chosen(fileName: string): Locator {
    return this.page.getByRole('status').getByText(`${this.texts.importing.file.chosen}: ${fileName}`);
  }

  /** Types a path and takes it. */
  async choosePath(path: string): Promise<void> {
    await this.path.fill(path);
    await this.button(this.texts.importing.file.pathGo).click();
    await expect(this.chosen(path.split(/[\\/]/).at(-1) ?? path)).toBeVisible();
  }

  /** Gives a file to the screen as a browser does: its bytes are sent. */
  async send(path: string): Promise<void> {
    await this.page.locator('input[type="file"]').setInputFiles(path);
    await expect(this.chosen(path.split(/[\\/]/).at(-1) ?? path)).toBeVisible();
  }

  /** A list one answer is chosen from. */
  choice(name: string): Locator {
    return this.page.getByRole('combobox', { name, exact: true });
  }

  async choose(name: string, option: string): Promise<void> {
    await this.choice(name).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  get problems(): Locator {
    return this.page.getByRole('region', { name: this.words.problems.list });
  }

  get preview(): Locator {
    return this.page.getByRole('region', { name: this.words.reading.preview });
  }

  /** A counted fact of what was found. */
  found(label: string): Locator {
    const { found } = this.words.reading;
    return this.page.getByRole('region', { name: found }).getByRole('term').filter({ hasText: label }).locator('xpath=following-sibling::dd');
  }

  radio(name: string): Locator {
    return this.page.getByRole('radio', { name, exact: true });
  }

  /** Waits until the import has ended well. */
  async expectImported(name: string, number: number): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 2, name: say(this.words.job.doneTitle, { name, number }) })).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  rows(number: number): Locator {
    return this.page.getByRole('list', { name: say(this.words.rows.label, { number }) }).getByRole('listitem');
  }

  async openTab(tab: 'rows' | 'versions' | 'compare' | 'history'): Promise<void> {
    await this.page.getByRole('tab', { name: new RegExp(`^${this.words.detail.tabs[tab]}`) }).click();
  }

  get diff(): Locator {
    return this.page.getByRole('region', { name: say(this.words.diff.label, { from: 1, to: 2 }) });
  }

  /** How many rows are of a kind. */
  difference(kind: string): Locator {
    return this.diff.getByRole('term').filter({ hasText: new RegExp(`^${kind}$`) }).locator('xpath=following-sibling::dd');
  }

  /** The switch between the kinds of differences. */
  kind(name: string): Locator {
    return this.diff.locator('label').filter({ hasText: name });
  }

  get table(): Locator {
    return this.page.getByRole('table', { name: this.words.table.label });
  }
}
