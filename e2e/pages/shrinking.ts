import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { pattern, say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** Measuring both versions on the bundled text takes longer than loading one. */
export const MEASURED_WITHIN_MS = 90_000;

/** The wizards that make versions smaller, their jobs, and what that cost. */
export class ShrinkScreen extends Wizard {
  version(number: number, quantization: string): Locator {
    return this.page.getByRole('radio', { name: say(this.texts.comparisons.parent, { number, quantization }), exact: true });
  }

  /** One type in the table of types, by its name. */
  type(name: string): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${name}[:：]`) });
  }

  get acceptRequantize(): Locator {
    return this.page.getByRole('checkbox', { name: this.texts.shrinking.version.requantizeAccept });
  }

  /** What the dry run found. */
  async expectPlan(): Promise<void> {
    await expect(this.page.getByText(this.texts.shrinking.plan.after, { exact: true })).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  /** The new version, once its job has ended. */
  async expectMade(text: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 2, name: pattern(text) })).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  }

  get comparison(): Locator {
    return this.page.getByRole('table', { name: this.texts.comparisons.table });
  }

  async expectComparison(): Promise<void> {
    await expect(this.comparison).toBeVisible({ timeout: MEASURED_WITHIN_MS });
  }

  /** Goes to an address of the app. */
  async visit(address: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, address);
  }

  /** The menu of a version on the page of its model. */
  versionMenu(number: number): Locator {
    return this.page.getByRole('button', { name: say(this.texts.models.versionTable.actionsOf, { number }) });
  }

  /** Measures the layers with so many windows of text, in the step that is open. */
  async measureLayers(windows: number): Promise<void> {
    const { text, prune } = this.texts.shrinking;
    await this.page.getByText(text.how, { exact: true }).click();
    await this.page.getByRole('textbox', { name: text.chunks }).fill(String(windows));
    await this.button(prune.measure.verb).click();
    await expect(this.next).toBeEnabled({ timeout: MEASURED_WITHIN_MS });
  }
}
