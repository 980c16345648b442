import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { textsOf, say } from '../fixtures/texts.ts';
import type { Language } from '../fixtures/texts.ts';
import { person } from '../fixtures/prepare.ts';

export type Room = 'home' | 'models' | 'deployments' | 'playground' | 'gateway' | 'monitoring' | 'usage' | 'jobs' | 'data' | 'quality' | 'audit' | 'settings';

/** The frame around every screen: rail, bar, title, toasts. */
export class Shell {
  readonly page: Page;
  readonly language: Language;

  constructor(page: Page, language: Language = 'en') {
    this.page = page;
    this.language = language;
  }

  get texts() {
    return textsOf(this.language);
  }

  /** The title of the screen that is open. */
  title(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  button(name: string, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  get toasts(): Locator {
    return this.page.getByRole('alert');
  }

  async go(room: Room): Promise<void> {
    const name = this.texts.shell.screens[room];
    await this.page.getByRole('navigation', { name: this.texts.shell.mainNavigation }).getByRole('link', { name, exact: true }).click();
    await expect(this.title(name)).toBeVisible();
  }

  async openPersonMenu(): Promise<void> {
    await this.page.getByRole('button', { name: say(this.texts.shell.person, { name: person.name, role: this.texts.shell.roles.administrator }) }).click();
  }

  async signOut(): Promise<void> {
    await this.openPersonMenu();
    await this.page.getByRole('menuitem', { name: this.texts.shell.actions.signOut }).click();
    await expect(this.title(this.texts.start.signIn.title)).toBeVisible();
  }

  async lock(): Promise<void> {
    await this.openPersonMenu();
    await this.page.getByRole('menuitem', { name: this.texts.shell.actions.lock }).click();
    await expect(this.page.getByRole('dialog', { name: this.texts.start.lock.title })).toBeVisible();
  }

  /** Chooses another language in the bar; the shell that then speaks it. */
  async switchTo(language: Language): Promise<Shell> {
    const names = { en: 'English', 'zh-CN': '简体中文' };
    await this.page.getByRole('button', { name: say(this.texts.common.labelled, { label: this.texts.shell.language, value: names[this.language] }) }).click();
    await this.page.getByRole('menuitem', { name: names[language] }).click();
    return new Shell(this.page, language);
  }

  async chooseTheme(theme: 'Light' | 'Dark' | 'System'): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${say(this.texts.common.labelled, { label: this.texts.shell.theme, value: '' })}`) }).click();
    await this.page.getByRole('menuitem', { name: this.texts.shell.actions[`theme${theme}`] }).click();
  }
}
