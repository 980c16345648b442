import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Shell } from './shell.ts';

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

  /** Makes a key and answers its secret, which is shown only there. */
  async createKey(name: string): Promise<string> {
    const { keys } = this.texts.gateway;
    await this.button(keys.create).first().click();
    const asking = this.page.getByRole('dialog', { name: keys.createTitle });
    await asking.getByRole('textbox', { name: keys.createName }).fill(name);
    await this.button(keys.createVerb, asking).click();
    const made = this.page.getByRole('dialog', { name: keys.madeTitle });
    const secret = await made.getByRole('code').innerText();
    await this.button(keys.copied, made).click();
    await expect(made).toBeHidden();
    return secret;
  }
}
