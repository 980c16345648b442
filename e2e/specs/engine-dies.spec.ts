import { expect, test } from '../fixtures/host.ts';
import type { Folders, Host } from '../fixtures/host.ts';
import type { ContractClient } from '../fixtures/contract-client.ts';
import { auditTypes, copyOfRealModel, deploy, ENGINE_WITHIN_MS, importModel, setUp } from '../fixtures/prepare.ts';
import { patternWithin, say, textsOf } from '../fixtures/texts.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SignInScreen } from '../pages/start.ts';

const { engine, playground: texts } = textsOf('en');

/** Long enough that something can happen in the middle of it. */
const LONG_ANSWER_TOKENS = 1500;

/** The playground, open on a deployment that is ready. */
async function openPlayground({ host, contract: { client }, folders }: { host: Host; contract: ContractClient; folders: Folders }) {
  await setUp(client, host.dataFolder);
  const deploymentId = await deploy(client, await importModel(client, await copyOfRealModel(folders.files)), 'ward-3');
  await host.page.reload();
  const shell = await new SignInScreen(host.page).signIn();
  await shell.go('playground');
  const playground = new PlaygroundScreen(host.page);
  await playground.setLongestAnswer(LONG_ANSWER_TOKENS);
  return { playground, deploymentId };
}

test('the engine dies in the middle of an answer: a clean sentence, the beginning stays, the deployment is back and answers @desktop @smoke', async ({ host, contract, folders }) => {
  const { playground, deploymentId } = await openPlayground({ host, contract, folders });
  const { client } = contract;
  const before = await client.deployments.get({ deploymentId });
  await playground.ask('Once upon a time');
  await playground.expectWriting();
  process.kill(before.processId ?? 0, 'SIGKILL');
  const diedAtMs = Date.now();

  await expect(playground.turns.last().getByRole('alert')).toContainText(engine.failed.crashed.what);
  await expect(playground.turns.last()).toContainText(engine.failed.crashed.next);
  await expect(playground.turns.last()).toContainText('Once upon a time');
  await expect.poll(async () => (await client.deployments.get({ deploymentId })).state, { timeout: ENGINE_WITHIN_MS, intervals: [50] }).toBe('ready');
  test.info().annotations.push({ type: 'back after', description: `${String(Date.now() - diedAtMs)} ms` });
  const after = await client.deployments.get({ deploymentId });
  expect(after.processId).not.toBe(before.processId);
  expect(after.restarts).toBe(1);

  await playground.setLongestAnswer(16);
  await playground.button(texts.again).click();
  await playground.expectEnded();
  await expect(playground.turns).toHaveCount(1);
  expect(await auditTypes(client)).toEqual(expect.arrayContaining(['deployments.engineFailed', 'deployments.engineRecovered']));
});

test('a question longer than the context is refused with the numbers, and the next one is answered', async ({ host, contract, folders }) => {
  const { playground } = await openPlayground({ host, contract, folders });
  await playground.ask('night '.repeat(4000));
  await expect(playground.fullContext).toContainText(texts.full.titleAlone);
  await expect(playground.fullContext).toContainText(patternWithin(texts.full.alone));
  // Asking the same again would only fail again; nothing older can be left out.
  await expect(playground.button(texts.again)).toHaveCount(0);
  await expect(playground.button(texts.full.withoutOldest)).toHaveCount(0);
  await playground.button(texts.full.shorten).click();
  await expect(playground.message).toHaveValue(/^night night/);
  await playground.setLongestAnswer(16);
  await playground.ask('Good night');
  await playground.expectEnded();
  await expect(playground.turns).toHaveCount(1);
});

test('a conversation that has filled the context says so and goes on without its oldest turns, or anew', async ({ host, contract, folders }) => {
  const { playground } = await openPlayground({ host, contract, folders });
  await playground.setLongestAnswer(16);
  const story = 'Once upon a time there was a little girl who liked to play in the park. '.repeat(12);
  const fill = async (): Promise<void> => {
    for (let times = 0; times < 10 && !(await playground.fullContext.isVisible()); times += 1) {
      const before = await playground.turns.count();
      await playground.ask(story);
      await expect(playground.turns).toHaveCount(before + 1);
      await expect(host.page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: ENGINE_WITHIN_MS });
    }
  };
  await fill();
  await expect(playground.fullContext).toContainText(patternWithin(texts.full.question));
  const asked = await playground.turns.count();
  await playground.button(texts.full.withoutOldest).click();
  await playground.expectEnded();
  await expect(playground.turns).toHaveCount(asked);
  await expect(playground.fullContext).toHaveCount(0);
  await expect(host.page.getByText(patternWithin(texts.left_other))).toBeVisible();
  await fill();
  await playground.button(texts.full.new).click();
  await expect(playground.turns).toHaveCount(0);
  await expect(playground.message).toHaveValue(story);
  await playground.send.click();
  await playground.expectEnded();
});

test('a deployment that is removed during an answer: the answer ends with a sentence, the screen says what to do', async ({ host, contract, folders }) => {
  const { playground, deploymentId } = await openPlayground({ host, contract, folders });
  await playground.ask('Once upon a time');
  await playground.expectWriting();
  await contract.client.deployments.remove({ deploymentId });
  await expect(host.page.getByRole('heading', { name: texts.empty.title })).toBeVisible();
  await expect(playground.button(texts.empty.deploy)).toBeVisible();
});

test('a deployment that is stopped while its playground is open keeps the conversation and takes questions again once it runs', async ({ host, contract, folders }) => {
  const { playground, deploymentId } = await openPlayground({ host, contract, folders });
  await playground.setLongestAnswer(16);
  await playground.ask('Once upon a time');
  await playground.expectEnded();
  await contract.client.deployments.stop({ deploymentId });
  await expect(host.page.getByText(say(texts.gone, { state: engine.states.stopped }))).toBeVisible();
  await expect(playground.turns).toHaveCount(1);
  await playground.message.fill('And then?');
  await expect(playground.send).toBeDisabled();
  await contract.client.deployments.start({ deploymentId });
  await expect(playground.send).toBeEnabled({ timeout: ENGINE_WITHIN_MS });
  await playground.send.click();
  await playground.expectEnded();
  await expect(playground.turns).toHaveCount(2);
});
