import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** The import wizard, its job and its result. */
export class ImportScreen extends Wizard {
  async open(): Promise<void> {
    await this.go('models');
    await this.button(this.texts.models.import).click();
    await expect(this.question(this.texts.importing.file.question)).toBeVisible();
  }

  get path(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.importing.file.path });
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

  doneTitle(name: string): Locator {
    return this.page.getByRole('heading', { name: say(this.texts.importing.job.doneTitle, { name }) });
  }

  get name(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.importing.name.label, exact: true });
  }

  /** The whole wizard for a file of this machine, under the name it proposes or another; ends on the result. */
  async importPath(path: string, name?: string): Promise<string> {
    const { importing } = this.texts;
    await this.choosePath(path);
    await this.goOnTo(importing.look.question);
    await this.goOnTo(importing.name.question);
    if (name !== undefined) await this.name.fill(name);
    const given = await this.name.inputValue();
    await this.button(importing.verb).click();
    await expect(this.doneTitle(given)).toBeVisible({ timeout: ENGINE_WITHIN_MS });
    return given;
  }
}
