import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Shell } from './shell.ts';

/** The list of models and one model. */
export class ModelsScreen extends Shell {
  get table(): Locator {
    return this.page.getByRole('table', { name: this.texts.models.title });
  }
  /** Rows with a model in them that are drawn at the moment. */
  get rows(): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link') });
  }
  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }
  get filter(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.common.filter });
  }

  async sortBy(header: string): Promise<void> {
    await this.table.getByRole('columnheader', { name: header }).getByRole('button').click();
  }

  async open(name: string): Promise<void> {
    await this.row(name).getByRole('link').click();
    await expect(this.title(name)).toBeVisible();
  }

  /** An entry of the menu of a model. */
  async choose(entry: string): Promise<void> {
    await this.button(this.texts.models.detail.more).click();
    await this.page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  async rename(name: string): Promise<void> {
    const { rename, detail } = this.texts.models;
    await this.choose(detail.rename);
    const dialog = this.page.getByRole('dialog', { name: rename.title });
    await dialog.getByRole('textbox', { name: rename.label }).fill(name);
    await this.button(rename.verb, dialog).click();
    await expect(dialog).toBeHidden();
  }

  async undo(): Promise<void> {
    await this.button(this.texts.common.undo).last().click();
  }

  async writeNotes(text: string): Promise<void> {
    const { detail } = this.texts.models;
    await this.page.getByRole('button', { name: detail.notesEdit }).or(this.button(this.texts.common.edit)).first().click();
    await this.page.getByRole('textbox', { name: detail.notes }).fill(text);
    await this.button(this.texts.common.save).click();
  }

  /** Types the name that the dialog asks for, and deletes. */
  async confirmDelete(name: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    const verb = this.button(this.texts.common.delete, dialog).or(this.button(this.texts.models.detail.delete, dialog)).first();
    await expect(verb).toBeDisabled();
    await dialog.getByRole('textbox').fill(name);
    await verb.click();
  }
}
