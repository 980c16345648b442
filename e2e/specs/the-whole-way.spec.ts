import OpenAI from 'openai';
import type { Client } from '../../main/transport/instance-client.ts';
import { connect } from '../fixtures/contract-client.ts';
import { freePort } from '../fixtures/free-port.ts';
import { expect, test } from '../fixtures/host.ts';
import { auditTypes, copyOfRealModel, person, signIn, verifyAudit } from '../fixtures/prepare.ts';
import type { Language } from '../fixtures/texts.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { AuditScreen } from '../pages/audit.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { ImportScreen } from '../pages/import.ts';
import { MonitoringScreen } from '../pages/monitoring.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

/** What the visit below must have left in the audit log, oldest first. Other events may lie between. */
const deedsOfTheVisit = [
  'system.setUp',
  'models.importStarted',
  'models.imported',
  'deployments.tried',
  'deployments.created',
  'deployments.questionAsked',
  'deployments.questionAsked',
  'gateway.settingsChanged',
  'gateway.keyCreated',
  'gateway.requestServed',
  'gateway.requestServed',
  'audit.verified',
  'accounts.signedOut',
  'accounts.signedIn',
];

for (const language of ['en', 'zh-CN'] as const) {
  test(`the whole way: set up, import, deploy, ask, give a program a key, watch, read who did what (${language}) @desktop${language === 'en' ? ' @smoke' : ''}`, async ({ host, folders }) => {
    test.setTimeout(240_000);
    const texts = textsOf(language);
    const { page } = host;

    await test.step('first run', async () => {
      const first = new SetUpScreen(page);
      const chosen = language === 'en' ? first : await first.chooseLanguage(language);
      await chosen.complete();
      await expect(page.locator('html')).toHaveAttribute('lang', language);
    });

    const name = await test.step('import a model by its path', async () => {
      const importing = new ImportScreen(page, language);
      await importing.open();
      return importing.importPath(await copyOfRealModel(folders.files));
    });

    await test.step('deploy it, trial included', async () => {
      await new ImportScreen(page, language).button(texts.importing.job.deploy).click();
      const deploying = new DeployScreen(page, language);
      await deploying.deployAs('ward-3');
      await expect(page.getByText(say(texts.deployments.modelVersion, { model: name, version: 1 })).first()).toBeVisible();
    });

    await test.step('ask it, and stop an answer', async () => {
      const playground = new PlaygroundScreen(page, language);
      await playground.button(texts.deployments.actions.try).click();
      // A small model rambles on: without a limit the first answer would fill the whole context.
      await playground.setLongestAnswer(32);
      await playground.ask('Once upon a time');
      await playground.expectEnded();
      await expect(playground.turns).toHaveCount(1);
      await playground.setLongestAnswer(1800);
      await playground.ask('There was a little girl');
      await playground.expectWriting();
      await playground.stop.click();
      await playground.expectEnded('cancelled');
      await expect(playground.turns).toHaveCount(2);
    });

    const gateway = new GatewayScreen(page, language);
    await test.step('move the endpoint to a port of its own', async () => {
      await gateway.go('gateway');
      await gateway.changePort(await freePort());
    });
    await test.step('give a program a key; the official client gets answers with it', async () => {
      const apiKey = await gateway.createKey('letter writer');
      await expect(page.getByText(apiKey)).toHaveCount(0);
      const baseURL = await gateway.baseUrl.inputValue();
      await expectAnswers(new OpenAI({ apiKey, baseURL, maxRetries: 0 }));
      await expect(page.getByRole('row', { name: /letter writer/ })).toContainText(texts.apiKeys.states.valid);
    });

    await test.step('watch it', async () => {
      const monitoring = new MonitoringScreen(page, language);
      await monitoring.go('monitoring');
      await monitoring.expectSamples();
      await expect(page.getByText('ward-3').first()).toBeVisible();
    });

    const audit = new AuditScreen(page, language);
    await test.step('read who did what, and verify that nobody changed it', async () => {
      await audit.go('audit');
      for (const type of ['system.setUp', 'models.imported', 'deployments.created', 'gateway.keyCreated', 'gateway.requestServed'] as const) {
        await expect(audit.event(type).first(), type).toBeVisible();
      }
      await expect(audit.event('models.imported')).toContainText(person.name);
      await audit.verifyIntact();
    });

    await test.step('sign out and in', async () => {
      await gateway.signOut();
      await new SignInScreen(page, language).signIn();
    });

    await test.step('what really happened', async () => {
      const contract = await connect(host.dataFolder);
      await expectRecord(contract.client, language);
      contract.close();
    });
  });
}

async function expectAnswers(openai: OpenAI): Promise<void> {
  const models = await openai.models.list();
  expect(models.data.map(({ id }) => id)).toEqual(['ward-3']);
  const question = { model: 'ward-3', max_tokens: 16, messages: [{ role: 'user' as const, content: 'Once upon a time' }] };
  const whole = await openai.chat.completions.create(question);
  expect(whole.choices[0]?.message.content).toBeTruthy();
  expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
  let streamed = '';
  for await (const chunk of await openai.chat.completions.create({ ...question, stream: true })) streamed += chunk.choices[0]?.delta.content ?? '';
  expect(streamed).not.toBe('');
}

/** The database, asked through the contract: the model, the deployment, the key, and the deeds in their order. */
async function expectRecord(client: Client, language: Language): Promise<void> {
  await signIn(client);
  expect((await client.models.list({})).map(({ deploymentCount }) => deploymentCount)).toEqual([1]);
  const [deployment] = await client.deployments.list({});
  expect(deployment).toMatchObject({ name: 'ward-3', state: 'ready', errorCount: 0 });
  const [key] = await client.apiKeys.list({});
  expect(key).toMatchObject({ name: 'letter writer', requestCount: 3, revokedAtMs: null });
  expect((await client.system.status({})).session?.language).toBe(language);
  const types = await auditTypes(client);
  let from = 0;
  for (const deed of deedsOfTheVisit) {
    const at = types.indexOf(deed, from);
    expect(at, `${deed} after ${String(from)} in ${types.join(' ')}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
  expect(await verifyAudit(client)).toMatchObject({ intact: true });
}
