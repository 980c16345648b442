import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { Wizard } from './wizard.ts';

/** The deploy wizard and the deployment it ends on. */
export class DeployScreen extends Wizard {
  get name(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.deployments.wizard.limits.name, exact: true });
  }

  get measured(): Locator {
    return this.page.getByRole('region', { name: this.texts.deployments.wizard.trial.measured });
  }

  get answer(): Locator {
    return this.page.getByRole('region', { name: this.texts.deployments.wizard.trial.answer });
  }

  get start(): Locator {
    return this.question(this.texts.deployments.wizard.model.question);
  }

  /** Runs the trial of the step that is open, to its end. */
  async tryIt(): Promise<void> {
    const { trial } = this.texts.deployments.wizard;
    await this.button(trial.run).click();
    await expect(this.measured).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  /** From the first step to a deployment that answers, trial included. */
  async deployAs(name: string): Promise<void> {
    const { wizard } = this.texts.deployments;
    await expect(this.start).toBeVisible();
    await this.goOnTo(wizard.hardware.question);
    await this.goOnTo(wizard.limits.question);
    await this.name.fill(name);
    await this.goOnTo(wizard.trial.question);
    await this.tryIt();
    await this.goOnTo(wizard.summary.question);
    await this.button(wizard.verb).click();
    await this.expectReady(name);
  }

  async expectReady(name: string): Promise<void> {
    await expect(this.title(name)).toBeVisible();
    await expect(this.page.getByText(this.texts.engine.states.ready, { exact: true }).first()).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }
}
