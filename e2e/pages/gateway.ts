import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Shell } from './shell.ts';
import { Wizard } from './wizard.ts';

/** The endpoint for programs and its keys. */
export class GatewayScreen extends Shell {
  get baseUrl(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.gateway.endpoint.baseUrl, exact: true });
  }

  /** Moves the endpoint, as one does where the usual port is somebody else's. */
  async changePort(port: number): Promise<void> {
    const { endpoint } = this.texts.gateway;
    await this.button(endpoint.changePort).click();
    const dialog = this.page.getByRole('dialog', { name: endpoint.dialogTitle });
    await dialog.getByRole('textbox', { name: endpoint.port }).fill(String(port));
    await this.button(endpoint.verb, dialog).click();
    await expect(dialog).toBeHidden();
    await expect(this.baseUrl).toHaveValue(`http://127.0.0.1:${String(port)}/v1`);
  }

  /** Makes a key as the wizard recommends it and answers its secret, which is shown only there; leaves the list open. */
  async createKey(name: string): Promise<string> {
    const wizard = new Wizard(this.page, this.language);
    const { apiKeys } = this.texts;
    await this.button(apiKeys.create).first().click();
    await expect(wizard.question(apiKeys.wizard.who.question)).toBeVisible();
    await this.keyName.fill(name);
    for (const step of ['scope', 'limits', 'expiry', 'summary'] as const) await wizard.goOnTo(apiKeys.wizard[step].question);
    await this.button(apiKeys.wizard.verb).click();
    const secret = await this.takeSecret(apiKeys.made.title);
    await expect(this.title(name)).toBeVisible();
    await this.go('gateway');
    return secret;
  }

  get keyName(): Locator {
    return this.page.getByRole('textbox', { name: this.texts.apiKeys.wizard.who.name, exact: true });
  }

  /** The secret that the dialog shows, which is closed then. */
  async takeSecret(title: string): Promise<string> {
    const made = this.page.getByRole('dialog', { name: title });
    const secret = await made.getByRole('code').innerText();
    await this.button(this.texts.apiKeys.made.copied, made).click();
    await expect(made).toBeHidden();
    return secret;
  }
}
