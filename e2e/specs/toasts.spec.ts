import type { Page } from '@playwright/test';
import { expect, test as consoleTest } from '../fixtures/consoles.ts';
import { connect } from '../fixtures/contract-client.ts';
import type { ContractClient } from '../fixtures/contract-client.ts';
import { copyOfRealModel, signIn } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import type { Room, Shell } from '../pages/shell.ts';
import { SignInScreen } from '../pages/start.ts';

const rooms: readonly Room[] = ['home', 'models', 'deployments', 'gateway', 'monitoring', 'jobs', 'audit', 'settings'];

/** A toast that stays ten seconds, whatever screen is open: a job that ends. It cannot succeed: there is no such file. */
async function letAJobEnd({ client }: ContractClient, shell: Shell, missingPath: string): Promise<void> {
  const { jobId } = await client.models.import({ source: { kind: 'path', path: missingPath }, target: { kind: 'new-model', name: 'missing' }, notes: '' });
  const { title } = await client.jobs.get({ jobId });
  await expect(shell.toasts.filter({ hasText: say(shell.texts.jobs.ended['models.import'].failed, { title }) })).toBeVisible({ timeout: 15_000 });
}

/** What can be pressed on the screen, in a wizard or a dialog, and lies under the toast. */
function coveredBy(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const toast = document.querySelector('.mantine-Notification-root')?.getBoundingClientRect();
    if (toast === undefined) return ['no toast'];
    const pressable = [...document.querySelectorAll('main button, main a, main input, main textarea, [role="dialog"] button')];
    return pressable
      .filter((element) => {
        const { left, right, top, bottom, width } = element.getBoundingClientRect();
        return width > 0 && left < toast.right && right > toast.left && top < toast.bottom && bottom > toast.top && element.closest('[role="alert"]') === null;
      })
      .map((element) => element.getAttribute('aria-label') ?? element.textContent);
  });
}

consoleTest.describe('a toast at 1024 × 700', { tag: '@console-only' }, () => {
  for (const percent of [100, 125]) {
    consoleTest(`covers nothing that can be pressed, with the text at ${String(percent)} %`, async ({ consoles, folders, browser }) => {
      consoleTest.setTimeout(240_000);
      await consoles.leaveHouse({ deployment: 'ward-3' });
      const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1024, height: 700 }, reducedMotion: 'reduce' });
      const page = await consoles.open(consoles.start(), context);
      const contract = await connect(folders.data);
      await signIn(contract.client);
      const shell = await new SignInScreen(page).signIn();
      await page.evaluate((size) => {
        document.documentElement.style.fontSize = `${String(size)}%`;
      }, percent);
      const look = async (where: string): Promise<void> => expect.soft(await coveredBy(page), where).toEqual([]);

      const playground = new PlaygroundScreen(page);
      await playground.go('playground');
      await playground.setLongestAnswer(8);
      await playground.ask('Once upon a time');
      await playground.expectEnded();
      await playground.button(playground.texts.playground.clear).click();
      await expect(playground.toasts).toContainText(playground.texts.playground.cleared);
      await playground.message.fill('Once more');
      await look('playground');
      await playground.send.click({ timeout: 10_000 });
      await playground.expectEnded();

      const missing = `${folders.files}/missing.gguf`;
      for (const room of rooms) {
        await shell.go(room);
        await letAJobEnd(contract, shell, missing);
        await look(room);
        await shell.button(shell.texts.common.close, shell.toasts).click();
        await expect(shell.toasts).toHaveCount(0);
      }

      const importing = new ImportScreen(page);
      await importing.open();
      await importing.choosePath(await copyOfRealModel(folders.files, 'again.gguf'));
      await letAJobEnd(contract, shell, missing);
      await look('import');
      await importing.next.click({ timeout: 10_000 });
      await shell.button(shell.texts.common.close, shell.toasts).click();

      const deploying = new DeployScreen(page);
      await deploying.go('deployments');
      await page.evaluate(() => {
        location.hash = '#/deploy';
      });
      await expect(deploying.start).toBeVisible();
      await letAJobEnd(contract, shell, missing);
      await look('deploy');
      contract.close();
      await context.close();
    });
  }
});
