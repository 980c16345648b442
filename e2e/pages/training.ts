import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { TrainingState } from '../../main/contract/training.contract.ts';
import { patternWithin, say } from '../fixtures/texts.ts';
import { Wizard } from './wizard.ts';

/** How long a short training of a small generated model may take on a busy machine. */
export const TRAINED_WITHIN_MS = 60_000;

/** The wizard that trains a model, and a run with its curves. */
export class TrainingScreen extends Wizard {
  get words() {
    return this.texts.training;
  }

  /** Goes to an address of the app. */
  async visit(address: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, address);
  }

  version(number: number, quantization: string): Locator {
    return this.page.getByRole('radio', { name: say(this.texts.comparisons.parent, { number, quantization }), exact: true });
  }

  dataVersion(number: number): Locator {
    return this.page.getByRole('radio', { name: say(this.words.wizard.data.version, { number }), exact: true });
  }

  mode(kind: 'new' | 'incremental' | 'mixed'): Locator {
    return this.page.getByRole('radio', { name: this.words.wizard.mode.choices[kind].label, exact: true });
  }

  settings(choice: 'recommended' | 'own'): Locator {
    return this.page.getByRole('radio', { name: this.words.wizard.settings[choice], exact: true });
  }

  get plan(): Locator {
    return this.page.getByRole('region', { name: this.words.wizard.plan.title });
  }

  /** How the run stands, over its buttons. */
  async expectState(state: TrainingState): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: this.words.states[state] }).first()).toBeVisible({ timeout: TRAINED_WITHIN_MS });
  }

  /** Loss over the steps; its label speaks the last values. */
  get lossChart(): Locator {
    return this.page.getByRole('img', { name: patternWithin(this.words.run.curves.title) });
  }
}
