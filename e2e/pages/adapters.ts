import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** The adapters: list, drawer, import, the panel of a deployment, the comparison. */
export class AdaptersScreen extends Wizard {
  async open(): Promise<void> {
    await this.go('models');
    await this.button(this.texts.adapters.title).click();
    await expect(this.title(this.texts.adapters.title)).toBeVisible();
  }

  row(name: string): Locator {
    return this.page.getByRole('table', { name: this.texts.adapters.table.label }).getByRole('row').filter({ hasText: name });
  }

  drawer(name: string): Locator {
    return this.page.getByRole('dialog', { name, exact: true });
  }

  async startImport(): Promise<void> {
    await this.button(this.texts.adapters.import).click();
    await expect(this.question(this.texts.adapters.wizard.fileQuestion)).toBeVisible();
  }

  /** Types a path and takes it. */
  async choosePath(path: string): Promise<void> {
    const { file } = this.texts.importing;
    await this.page.getByRole('textbox', { name: file.path }).fill(path);
    await this.button(file.pathGo).first().click(); // a toast may offer to open something too
    await expect(this.page.getByRole('status').getByText(`${file.chosen}: ${path.split(/[\\/]/).at(-1) ?? path}`)).toBeVisible();
  }

  /** From the chosen file to the result. */
  async finishImport(name: string): Promise<void> {
    const { wizard, job } = this.texts.adapters;
    await this.goOnTo(wizard.lookQuestion);
    await this.goOnTo(wizard.nameQuestion);
    await this.page.getByRole('textbox', { name: wizard.name, exact: true }).fill(name);
    await this.button(wizard.verb).click();
    await expect(this.page.getByRole('heading', { name: say(job.done, { name }) })).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: this.texts.adapters.panel.title, exact: true });
  }

  async attach(name: string): Promise<void> {
    await this.panel.getByRole('combobox', { name: this.texts.adapters.panel.attach }).click();
    await this.page.getByRole('option', { name, exact: true }).click();
    await expect(this.weightOf(name)).toBeVisible();
  }

  weightOf(name: string): Locator {
    return this.panel.getByRole('textbox', { name: say(this.texts.adapters.panel.weight, { name }) });
  }

  get apply(): Locator {
    return this.button(this.texts.adapters.panel.apply, this.panel);
  }

  /** One of the answers side by side, from 1. */
  answer(number: number): Locator {
    return this.page.getByRole('region', { name: say(this.texts.adapters.compare.variant, { number }) });
  }
}
