import type { Page } from '@playwright/test';
import { expect, test as consoleTest } from '../fixtures/consoles.ts';
import { connect } from '../fixtures/contract-client.ts';
import { signIn } from '../fixtures/prepare.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import type { Language } from '../fixtures/texts.ts';
import type { Room, Shell } from '../pages/shell.ts';
import { SignInScreen } from '../pages/start.ts';

const deploymentName = 'discharge-summaries-internal-medicine';
const keyName = 'Letter writer of internal medicine, second floor';
const roomsWithTables: readonly Room[] = ['models', 'deployments', 'gateway', 'monitoring', 'jobs', 'audit'];

/** Text of the browser at a size, as people set it who see badly; while the page is open, as they do it. */
async function enlargeText(page: Page, percent: number): Promise<void> {
  await page.evaluate((size) => {
    document.documentElement.style.fontSize = `${String(size)}%`;
  }, percent);
}

interface TableReport {
  label: string;
  rows: number;
  /** Headers and everything that can be pressed, as far as it is not wholly inside the frame from left to right. */
  outside: string[];
  /** Whether it is wider than its frame. */
  scrolls: boolean;
}

/** Every table of the screen as it is drawn. */
function tablesOf(page: Page): Promise<TableReport[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main table[aria-label]')].map((table) => {
      const scroller = table.parentElement ?? table;
      const frame = scroller.getBoundingClientRect();
      const inside = (element: Element): boolean => {
        const { left, right } = element.getBoundingClientRect();
        return left >= frame.left - 0.5 && right <= frame.right + 0.5 && right <= innerWidth;
      };
      const outside = [...table.querySelectorAll('th, tbody button, tbody a')].filter((element) => !inside(element));
      return {
        label: table.getAttribute('aria-label') ?? '',
        rows: table.querySelectorAll('tbody tr[data-index]').length,
        outside: outside.map((element) => element.getAttribute('aria-label') ?? element.textContent),
        scrolls: scroller.scrollWidth > scroller.clientWidth + 1,
      };
    }),
  );
}

/** Soon, because a table is drawn anew a moment after the text has changed. */
async function expectTablesInside(page: Page, where: string): Promise<void> {
  const faults = async (): Promise<string[]> => {
    const tables = await tablesOf(page);
    if (!tables.some(({ rows }) => rows > 0)) return ['no table with rows'];
    return tables.flatMap(({ label, outside, scrolls }) => [...outside.map((part) => `${label}: “${part}” is outside`), ...(scrolls ? [`${label} scrolls sideways`] : [])]);
  };
  await expect.poll(faults, { message: where }).toEqual([]);
}

async function lookAtAll(shell: Shell, percent: number): Promise<void> {
  const { page, texts, language } = shell;
  const where = (name: string): string => `${name}, ${language}, ${String(percent)} %`;
  // At twice the size the rail is behind a button: one goes there at the usual size.
  const open = async (room: Room): Promise<void> => {
    await enlargeText(page, 100);
    await shell.go(room);
    await enlargeText(page, percent);
  };
  for (const room of roomsWithTables) {
    await open(room);
    await expectTablesInside(page, where(room));
  }
  await open('deployments');
  const menu = shell.button(say(texts.deployments.actionsOf, { name: deploymentName }));
  await menu.click();
  await expect(page.getByRole('menuitem', { name: texts.deployments.actions.stop })).toBeInViewport();
  await page.keyboard.press('Escape');
  // What gave way is still in its row.
  const row = page.getByRole('row').filter({ hasText: deploymentName });
  for (const header of [texts.deployments.table.queued, texts.deployments.table.requests]) {
    await expect(row).toContainText(header);
  }
  await page.getByRole('link', { name: deploymentName }).click();
  await expectTablesInside(page, where('deployment'));
  await open('gateway');
  await expect(shell.button(say(texts.apiKeys.revokeOf, { name: keyName }))).toBeVisible();
  await open('models');
  await page.getByRole('table').getByRole('link').first().click();
  for (const tab of ['versions', 'metadata', 'history'] as const) {
    await page.getByRole('tab', { name: texts.models.detail[tab] }).click();
    await expectTablesInside(page, where(`model ${tab}`));
  }
}

consoleTest.describe('tables at 1024 × 700', { tag: '@console-only' }, () => {
  consoleTest('hide nothing beyond their edge, whatever the size of the text', async ({ consoles, folders, browser }) => {
    consoleTest.setTimeout(240_000);
    await consoles.leaveHouse({ deployment: deploymentName });
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1024, height: 700 }, reducedMotion: 'reduce' });
    const page = await consoles.open(consoles.start(), context);
    const contract = await connect(folders.data);
    await signIn(contract.client);
    await contract.client.apiKeys.create({ name: keyName });
    contract.close();
    let shell: Shell = await new SignInScreen(page).signIn();
    for (const language of ['en', 'zh-CN'] satisfies Language[]) {
      if (language !== shell.language) {
        await enlargeText(page, 100);
        shell = await shell.switchTo(language);
      }
      for (const percent of [100, 125, 200]) await lookAtAll(shell, percent);
    }
    await context.close();
  });

  consoleTest('that cannot be made narrow enough scroll in their frame by keyboard, the buttons of a row in view', async ({ consoles, browser }) => {
    await consoles.leaveHouse({ deployment: deploymentName });
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1024, height: 700 }, reducedMotion: 'reduce' });
    const page = await consoles.open(consoles.start(), context);
    const shell = await new SignInScreen(page).signIn();
    await shell.go('deployments');
    await page.setViewportSize({ width: 480, height: 700 });
    await enlargeText(page, 200);
    const texts = textsOf('en');
    const frame = page.getByRole('group', { name: texts.shell.screens.deployments, exact: true });
    await frame.focus();
    await expect(frame).toBeFocused();
    const menu = shell.button(say(texts.deployments.actionsOf, { name: deploymentName }));
    const isInside = async (): Promise<boolean> => {
      const [inner, outer] = [await menu.boundingBox(), await frame.boundingBox()];
      return inner !== null && outer !== null && inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width;
    };
    await expect.poll(isInside).toBe(true);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => frame.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    expect(await isInside()).toBe(true);
    await context.close();
  });
});
