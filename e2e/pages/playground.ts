import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { ENGINE_WITHIN_MS } from '../fixtures/prepare.ts';
import { patternWithin } from '../fixtures/texts.ts';
import { Shell } from './shell.ts';

/** A conversation with a deployment. */
export class PlaygroundScreen extends Shell {
  get message(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.playground.field });
  }
  get send(): Locator {
    return this.button(this.texts.playground.send);
  }
  get stop(): Locator {
    return this.button(this.texts.playground.stop);
  }
  /** Question and answer, one article each. */
  get turns(): Locator {
    return this.page.getByRole('region', { name: this.texts.playground.conversation }).getByRole('article');
  }

  /** The notice that the conversation no longer fits into the context. */
  get fullContext(): Locator {
    return this.turns.last().getByRole('status');
  }

  async ask(text: string): Promise<void> {
    await this.message.fill(text);
    await this.send.click();
  }

  /** The last answer has begun: tokens are being counted. */
  async expectWriting(): Promise<void> {
    await expect(this.turns.last()).toContainText(patternWithin(this.texts.playground.writing), { timeout: ENGINE_WITHIN_MS });
  }

  /** The last answer has ended with its figures. */
  async expectEnded(reason: 'stop' | 'length' | 'cancelled' | null = null): Promise<void> {
    await expect(this.send).toBeVisible({ timeout: ENGINE_WITHIN_MS });
    if (reason !== 'cancelled') await expect(this.turns.last()).toContainText(patternWithin(this.texts.playground.figures.tokens));
    if (reason !== null) await expect(this.turns.last()).toContainText(this.texts.playground.reasons[reason]);
  }

  async openSettings(): Promise<void> {
    const { title } = this.texts.playground.settings;
    await this.page.getByRole('button', { name: title }).click();
    await expect(this.page.getByRole('dialog', { name: title })).toBeVisible();
  }

  /** How long the next answers may be: stopping needs one that takes a while. */
  async setLongestAnswer(tokens: number): Promise<void> {
    const { settings } = this.texts.playground;
    const box = this.page.getByRole('textbox', { name: settings.maxTokens });
    await this.openSettings();
    await box.fill(String(tokens));
    await box.press('Tab');
    await this.button(settings.done).click();
    await expect(box).toBeHidden();
  }
}
