import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { person } from '../fixtures/prepare.ts';
import type { Language } from '../fixtures/texts.ts';
import { Shell } from './shell.ts';

/** An input by its label alone: the eye beside a password and the bar below it carry names of their own. */
function field(page: Page, label: string): Locator {
  return page.getByLabel(label, { exact: true }).and(page.locator('input'));
}

/** First run: language, data folder, first person. */
export class SetUpScreen extends Shell {
  async chooseLanguage(language: Language): Promise<SetUpScreen> {
    await this.page.getByRole('radio', { name: { en: 'English', 'zh-CN': '简体中文' }[language] }).click();
    const chosen = new SetUpScreen(this.page, language);
    await expect(this.page.getByRole('heading', { name: chosen.texts.start.setUp.language.question })).toBeVisible();
    return chosen;
  }

  get name(): Locator {
    return field(this.page, this.texts.start.setUp.person.name);
  }
  get password(): Locator {
    return field(this.page, this.texts.start.setUp.person.password);
  }
  get repeat(): Locator {
    return field(this.page, this.texts.start.setUp.person.repeat);
  }

  async fillPerson(): Promise<void> {
    await this.name.fill(person.name);
    await this.password.fill(person.password);
    await this.repeat.fill(person.password);
  }

  /** All three steps with the recommended answers; ends on Home. */
  async complete(): Promise<Shell> {
    const { common, start, home } = this.texts;
    await expect(this.title(start.setUp.title)).toBeVisible();
    await this.button(common.next).click();
    await expect(this.page.getByRole('heading', { name: start.setUp.folder.question })).toBeVisible();
    await this.button(common.next).click();
    await this.fillPerson();
    await this.button(start.setUp.verb).click();
    await expect(this.title(home.title)).toBeVisible();
    return new Shell(this.page, this.language);
  }
}

/** Sign-in, and the same form on the locked screen. */
export class SignInScreen extends Shell {
  get name(): Locator {
    return field(this.page, this.texts.start.signIn.name);
  }
  get password(): Locator {
    return field(this.page, this.texts.start.signIn.password);
  }

  async open(): Promise<void> {
    await expect(this.title(this.texts.start.signIn.title)).toBeVisible();
  }

  /** Fills in what is asked for and sends it. */
  async send(password: string): Promise<void> {
    if (await this.name.isVisible()) await this.name.fill(person.name);
    await this.password.fill(password);
    await this.button(this.texts.start.signIn.verb).click();
  }

  /** Signs in; the screen then speaks the person's own language. */
  async signIn(own: Language = this.language): Promise<Shell> {
    await this.open();
    await this.send(person.password);
    const shell = new Shell(this.page, own);
    await expect(this.page.getByRole('navigation', { name: shell.texts.shell.mainNavigation })).toBeVisible();
    return shell;
  }

  async unlock(): Promise<void> {
    const overlay = this.page.getByRole('dialog', { name: this.texts.start.lock.title });
    await this.password.fill(person.password);
    await this.button(this.texts.start.lock.verb).click();
    await expect(overlay).toBeHidden();
  }
}
