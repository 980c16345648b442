import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** A deployment's versions: the panel, the wizard of a switch, the way back; when it is loaded, and the memory all share. */
export class VersionsScreen extends Wizard {
  get words() {
    return this.texts.deploymentVersions;
  }

  async open(name: string): Promise<void> {
    await this.go('deployments');
    await this.page.getByRole('link', { name, exact: true }).click();
    await expect(this.title(name)).toBeVisible();
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: this.words.panel.title, exact: true });
  }

  get lifecycle(): Locator {
    return this.page.getByRole('region', { name: this.words.lifecycle.title, exact: true });
  }

  get memory(): Locator {
    return this.page.getByRole('region', { name: this.words.memory.title, exact: true });
  }

  get measured(): Locator {
    return this.page.getByRole('region', { name: this.texts.deployments.wizard.trial.measured });
  }

  async startSwitch(): Promise<void> {
    await this.button(this.words.panel.switch, this.panel).click();
    await expect(this.question(this.words.wizard.version.question)).toBeVisible();
  }

  async tryIt(): Promise<void> {
    await this.button(this.texts.deployments.wizard.trial.run).click();
    await expect(this.measured).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  async rollBackTo(name: string, version: number): Promise<void> {
    await this.button(say(this.words.panel.rollBack, { version }), this.panel).click();
    const dialog = this.page.getByRole('dialog', { name: say(this.words.rollBack.title, { name, version }) });
    await expect(dialog).toBeVisible();
    await this.button(this.words.rollBack.verb, dialog).click();
    await expect(dialog).toBeHidden({ timeout: ENGINE_WITHIN_MS });
  }
}
