import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../main/engine/testing/random-model.ts';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import { freePort } from '../fixtures/free-port.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { addPastUsage, withTelemetry } from '../fixtures/past-usage.ts';
import { auditTypes, deploy, importModel, signIn } from '../fixtures/prepare.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { Shell } from '../pages/shell.ts';
import { SignInScreen } from '../pages/start.ts';

test.describe('usage', { tag: '@console-only' }, () => {
  test('is counted, looked at by key, model and day without a mouse, sealed, exported, and told where it was changed', async ({ consoles, folders }) => {
    test.setTimeout(300_000);
    await consoles.leaveHouse();
    const running = consoles.start();
    const page = await consoles.open(running);
    const { client, close } = await connect(folders.data);
    await signIn(client);
    await client.gateway.setPort({ port: await freePort() });
    await new SignInScreen(page).signIn();
    const shell = new Shell(page);
    const keyboard = new Keyboard(page);
    const inspector = new Inspector(page, 'usage', 'light');
    const { usage } = shell.texts;

    await test.step('nothing was asked yet', async () => {
      await shell.go('usage');
      await expect(page.getByText(usage.emptyTitle)).toBeVisible();
      await inspector.look('empty');
    });

    const file = join(folders.files, 'ward.gguf');
    await writeRandomModel(file, SMALL_RANDOM_MODEL);
    await deploy(client, await importModel(client, file, 'Ward'), 'ward');
    const { baseUrl } = await client.gateway.status({});
    const { secret } = await client.apiKeys.create({ name: 'Letter writer with a rather long name for a table', department: 'Internal medicine' });
    const ask = async (model: string, tokens: number): Promise<{ prompt_tokens: number; completion_tokens: number } | null> => {
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: tokens });
      const answer = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body });
      return answer.ok ? ((await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } }).usage : null;
    };
    const first = await ask('ward', 8);
    const second = await ask('ward', 4);
    expect(await ask('nobody', 4)).toBeNull();

    await test.step('what was asked is there, by key and by model, as the answers told it', async () => {
      await expect(page.getByText(usage.emptyTitle)).toBeHidden();
      const row = page.getByRole('row', { name: /Letter writer/ });
      await expect(row).toContainText('Internal medicine');
      const tokensOut = (first?.completion_tokens ?? 0) + (second?.completion_tokens ?? 0);
      await expect(row.getByRole('cell').nth(2), 'two answered, one refused').toHaveText('3');
      await expect(page.locator('dl')).toContainText(say(usage.totals.requestsNote, { refused: 1, troubled: 0 }));
      await expect(page.locator('dl').getByText(String(tokensOut), { exact: true })).toBeVisible();
      await keyboard.tabTo(page.getByRole('tab', { name: usage.tabs.key }));
      await keyboard.press('ArrowRight');
      await keyboard.press('ArrowRight');
      await expect(page.getByRole('row', { name: /ward/ })).toContainText(say(usage.version, { model: 'Ward', number: 1 }));
      await inspector.look('models');
      await keyboard.press('ArrowRight');
      await expect(page.getByRole('row').nth(1)).toContainText(usage.seals.open);
      await keyboard.press('ArrowRight');
      await expect(page.getByRole('row', { name: new RegExp(usage.outcomes.done) })).toHaveCount(2);
      await inspector.look('requests');
    });

    await test.step('how long requests are kept is changed', async () => {
      await keyboard.enter(shell.button(usage.retention.change));
      const days = page.getByRole('textbox', { name: usage.retention.days });
      await expect(days).toBeFocused();
      await days.fill('0');
      await expect(shell.button(usage.retention.verb)).toBeDisabled();
      await days.fill('30');
      await inspector.look('retention');
      await keyboard.press('Enter');
      await expect(page.getByText(say(usage.keptFor_other, { count: 30 }))).toBeVisible();
    });
    close();
    await page.close();
    await running.stop();

    await withTelemetry(folders.data, (db) => addPastUsage(db, 40));
    const again = consoles.start();
    const later = await consoles.open(again);
    await new SignInScreen(later).signIn();
    const weeks = new Shell(later);
    const look = new Inspector(later, 'usage-weeks', 'light');

    await test.step('weeks of it: charts, one key alone, the days sealed when the house was opened', async () => {
      await weeks.go('usage');
      await expect(later.getByRole('row', { name: /Discharge letters/ })).toBeVisible();
      await look.look('weeks');
      await later.getByRole('row', { name: /Ticket sorter/ }).getByRole('cell').nth(3).click();
      await expect(later.getByText(say(usage.onlyKey, { name: 'Ticket sorter' }))).toBeVisible();
      await expect(later.getByRole('row', { name: /help-desk/ })).toBeVisible();
      await look.look('one key');
      await weeks.button(usage.takeAway).click();
      await later.getByRole('tab', { name: usage.tabs.day }).click();
      await expect(later.getByRole('row', { name: new RegExp(usage.seals.sealed) }).first()).toBeVisible();
      await look.look('days');
    });

    await test.step('exported, and the seal leads to its event', async () => {
      const download = later.waitForEvent('download');
      await weeks.button(usage.exporting.verb).click();
      const text = readFileSync(await (await download).path(), 'utf8');
      expect(text.split('\r\n')[0]).toContain('day,key_id,key,department');
      expect(text).toContain('Ticket sorter,IT,help-desk');
      await later.getByRole('link', { name: usage.seals.sealed }).first().click();
      await expect(later.getByRole('dialog')).toContainText(weeks.texts.audit.types['usage.daySealed']);
      await later.keyboard.press('Escape');
      const contract = await connect(folders.data);
      await signIn(contract.client);
      expect((await auditTypes(contract.client)).filter((type) => type === 'usage.daySealed').length).toBeGreaterThanOrEqual(40);
      expect(await auditTypes(contract.client)).toContain('usage.exported');
      contract.close();
    });
    await later.close();
    await again.stop();

    await test.step('somebody changes a day: the screen says so, also in Chinese, dark, with large text', async () => {
      await withTelemetry(folders.data, (db) => void db.exec(`UPDATE usage_totals SET output_tokens = 1 WHERE key_id = 'key_coding' AND day = (SELECT max(day) FROM usage_seals)`));
      const last = await consoles.open(consoles.start());
      await new SignInScreen(last).signIn();
      await last.evaluate(() => {
        document.documentElement.style.fontSize = '125%';
      });
      const chinese = await new Shell(last).switchTo('zh-CN');
      const words = textsOf('zh-CN').usage;
      await expect(last.getByText(say(words.differs_other, { count: 1 })), 'Home says it first').toBeVisible();
      await chinese.go('usage');
      await expect(last.getByRole('row', { name: /Discharge letters/ })).toBeVisible();
      const dark = new Inspector(last, 'usage-zh', 'dark');
      await dark.look('weeks');
      await last.getByRole('tab', { name: words.tabs.day }).click();
      await expect(last.getByText(say(words.differs_other, { count: 1 }))).toBeVisible();
      await expect(last.getByRole('row', { name: new RegExp(words.seals.differs) })).toHaveCount(1);
      await dark.look('differs');
      await last.getByRole('tab', { name: words.tabs.requests }).click();
      await expect(last.getByRole('row').nth(1)).toBeVisible();
      await dark.look('requests');
    });
  });
});
