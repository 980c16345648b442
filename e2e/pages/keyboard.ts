import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

/** More stops than any screen has: beyond it something cannot be reached. */
const MOST_STOPS = 80;

/** A person without a mouse: goes everywhere by Tab and sees at each stop where they are. */
export class Keyboard {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  /** Tabs until the element has the focus; at each stop the focus must be visible. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(target).toBeVisible();
    const stops: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.press(key);
      const here = await this.focusHere();
      stops.push(here.name);
      expect.soft(here.visible, `the focus on ${here.name} can be seen`).toBe(true);
    }
    throw new Error(`not reached by ${key}: ${String(target)}; stops: ${stops.join(' → ')}`);
  }

  /** Tabs there and presses Enter. */
  async enter(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.press('Enter');
  }

  /** Tabs to a field and writes over what is in it. */
  async fill(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.press('ControlOrMeta+A');
    await this.type(text);
  }

  /** What has the focus, and whether a ring or an edge shows it on the element or on what frames it. */
  private focusHere(): Promise<{ name: string; visible: boolean }> {
    return this.page.evaluate(async () => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return { name: 'nothing', visible: true };
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.innerText : element.innerText;
      const name = `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? label ?? '').trim().slice(0, 40)}"`;
      const ringed = (candidate: Element | null): boolean => {
        if (candidate === null) return false;
        const style = getComputedStyle(candidate);
        return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1 && !/, 0\)$|transparent/.test(style.outlineColor);
      };
      const onScreen = (): boolean => {
        const box = element.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      };
      const edge = (): string => getComputedStyle(element).borderColor + getComputedStyle(element).boxShadow;
      // A ring may grow from nothing over a few frames, and what was off the screen may slide in.
      for (let frame = 0; frame < 20; frame += 1) {
        if (onScreen() && (ringed(element) || ringed(element.parentElement) || ringed(element.nextElementSibling))) return { name, visible: true };
        await new Promise(requestAnimationFrame);
      }
      // An edge in another colour while it has the focus is a sign too.
      const withFocus = edge();
      element.blur();
      const without = edge();
      element.focus();
      return { name, visible: onScreen() && withFocus !== without };
    });
  }
}
