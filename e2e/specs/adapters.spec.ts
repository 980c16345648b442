import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeRandomAdapter } from '../../main/engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../main/engine/testing/random-model.ts';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import type { Client } from '../../main/transport/instance-client.ts';
import { expect, test } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { auditTypes, deploy, importModel, setUp } from '../fixtures/prepare.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { AdaptersScreen } from '../pages/adapters.ts';
import { errorNotice } from '../pages/error.ts';
import { SignInScreen } from '../pages/start.ts';

const greedy = { temperature: 0, maxOutputTokens: 24 };

async function ask(client: Client, deploymentId: string): Promise<string> {
  let answer = '';
  for await (const event of await client.deployments.chat({ deploymentId, messages: [{ role: 'user', content: 'Hello' }], sampling: greedy })) if (event.kind === 'text') answer += event.text;
  return answer;
}

test('import an adapter, attach it to a running deployment, compare side by side, take it off, delete it', async ({ host, contract, folders }) => {
  const { client } = contract;
  const { page } = host;
  const { adapters: texts, errors, common } = textsOf('en');
  await setUp(client, host.dataFolder);
  const basePath = join(folders.files, 'ward.gguf');
  await writeRandomModel(basePath, SMALL_RANDOM_MODEL);
  await writeRandomAdapter(join(folders.files, 'letters.gguf'), basePath, { rank: 4, alpha: 8, name: 'Ward letters' });
  await writeRandomAdapter(join(folders.files, 'half.gguf'), basePath, { tensors: (tensors) => tensors.slice(1) });
  const deploymentId = await deploy(client, await importModel(client, basePath, 'Ward'), 'ward');
  const plain = await ask(client, deploymentId);
  const { processId } = await client.deployments.get({ deploymentId });
  await page.reload();
  await new SignInScreen(page).signIn();

  const adapters = new AdaptersScreen(page);
  const inspector = new Inspector(page, 'adapters', 'light');
  await adapters.open();
  await expect(page.getByRole('heading', { name: texts.empty.title })).toBeVisible();
  await adapters.startImport();
  await adapters.choosePath(join(folders.files, 'half.gguf'));
  await adapters.next.click();
  await expect(errorNotice(page, 'ADAPTER_REFUSED')).toContainText(`${errors.training.adapterReasons.incomplete} blk.0.attn_q.weight.lora_a`);
  await adapters.choosePath(join(folders.files, 'letters.gguf'));
  await adapters.finishImport('Ward letters');
  await adapters.button(texts.job.all).click();
  await expect(adapters.row('Ward letters')).toBeVisible();

  await adapters.go('deployments');
  await page.getByRole('link', { name: 'ward', exact: true }).click();
  await expect(adapters.panel).toContainText(texts.panel.none);
  await adapters.attach('Ward letters');
  await adapters.weightOf('Ward letters').fill('0.5');
  await inspector.look('adapters of a deployment');
  await adapters.apply.dblclick();
  await expect(adapters.toasts.filter({ hasText: say(texts.panel.applied, { name: 'ward' }) })).toBeVisible();
  await expect(adapters.apply).toBeHidden();
  expect(await client.deployments.get({ deploymentId })).toMatchObject({ processId, state: 'ready', adapters: [{ name: 'Ward letters', weight: 0.5 }] });
  expect(await ask(client, deploymentId)).not.toBe(plain);

  await adapters.button(texts.panel.compare, adapters.panel).click();
  await page.getByRole('textbox', { name: texts.compare.question }).fill('Hello');
  await page.getByRole('textbox', { name: texts.compare.maxTokens }).fill('24');
  await adapters.button(texts.compare.add).click();
  await adapters.button(texts.compare.ask).click();
  await expect(adapters.answer(3).getByRole('contentinfo').or(adapters.answer(3).locator('footer'))).toBeVisible({ timeout: 20_000 });
  await expect(adapters.answer(1).getByRole('paragraph').first()).toBeVisible();
  await inspector.look('answers side by side');
  const texts1 = await adapters.answer(1).getByRole('paragraph').first().innerText();
  const texts2 = await adapters.answer(2).getByRole('paragraph').first().innerText();
  expect(texts1).not.toBe(texts2);
  expect((await client.deployments.get({ deploymentId })).adapters).toMatchObject([{ weight: 0.5 }]);

  await page.getByRole('link', { name: 'ward', exact: true }).first().click();
  await adapters.button(say(texts.panel.takeOff, { name: 'Ward letters' }), adapters.panel).click();
  await adapters.apply.click();
  await expect(adapters.panel).toContainText(texts.panel.none);
  await expect.poll(async () => (await client.deployments.get({ deploymentId })).adapters).toEqual([]);
  expect(await ask(client, deploymentId)).toBe(plain);

  await adapters.open();
  await adapters.row('Ward letters').click();
  const drawer = adapters.drawer('Ward letters');
  await inspector.look('one adapter');
  await adapters.button(texts.drawer.delete, drawer).click();
  const dialog = page.getByRole('dialog', { name: say(texts.drawer.deleteTitle, { name: 'Ward letters' }) });
  await expect(dialog).toContainText(common.cannotBeUndone);
  await adapters.button(texts.drawer.delete, dialog).click();
  await expect(page.getByRole('heading', { name: texts.empty.title })).toBeVisible();
  const folder = layoutOf(host.dataFolder).adapters;
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  expect(await auditTypes(client)).toEqual(expect.arrayContaining(['adapters.importFailed', 'adapters.importStarted', 'adapters.imported', 'deployments.adaptersChanged', 'deployments.questionAsked', 'adapters.deleted']));
});
