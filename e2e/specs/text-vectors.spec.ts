import { join } from 'node:path';
import OpenAI from 'openai';
import { SMALL_RANDOM_ENCODER, writeRandomEncoder } from '../../main/engine/testing/random-encoder.ts';
import { freePort } from '../fixtures/free-port.ts';
import { expect, test } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { setUp } from '../fixtures/prepare.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { ModelsScreen } from '../pages/models.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SignInScreen } from '../pages/start.ts';

const cases = [
  { language: 'en', purpose: 'embedding', pooling: 'mean', theme: 'light' },
  { language: 'zh-CN', purpose: 'reranking', pooling: 'rank', theme: 'dark' },
] as const;

for (const { language, purpose, pooling, theme } of cases) {
  test(`import a model for ${purpose} from the screens, deploy it, ask it over HTTP, try it on its page (${language})`, { tag: '@console-only' }, async ({ host, contract, folders }) => {
    test.setTimeout(180_000);
    const { client } = contract;
    const { page } = host;
    const texts = textsOf(language);
    const { textVectors } = texts;
    const inspector = new Inspector(page, `vectors-${purpose}`, theme);
    await setUp(client, host.dataFolder, language);
    await page.reload();
    await new SignInScreen(page).signIn(language);
    const path = join(folders.files, 'search.gguf');
    await writeRandomEncoder(path, { ...SMALL_RANDOM_ENCODER, pooling, name: 'Search' });

    await test.step('import it: the wizard says what it is for', async () => {
      const importing = new ImportScreen(page, language);
      await importing.open();
      await importing.choosePath(path);
      await importing.goOnTo(texts.importing.look.question);
      await expect(page.getByText(textVectors.import[purpose])).toBeVisible();
      await inspector.look('import');
      await importing.goOnTo(texts.importing.name.question);
      await importing.button(texts.importing.verb).click();
      await expect(importing.doneTitle('Search')).toBeVisible();
      const models = new ModelsScreen(page, language);
      await models.go('models');
      await expect(models.row('Search')).toContainText(textVectors.kinds[purpose]);
      await inspector.look('models');
      await models.open('Search');
      // Nothing is offered that needs a model that writes.
      await expect(page.getByText(texts.adapters.title)).toHaveCount(0);
      await inspector.look('model');
      await models.button(texts.models.detail.deploy).click();
    });

    await test.step('deploy it after a trial of what it does', async () => {
      const deploying = new DeployScreen(page, language);
      const { wizard } = texts.deployments;
      await expect(deploying.start).toBeVisible();
      await inspector.look('choose');
      await deploying.goOnTo(wizard.hardware.question);
      await expect(page.getByRole('textbox', { name: textVectors.settings.longest })).toBeVisible();
      await expect(page.getByRole('textbox', { name: texts.deployments.settings.parallel })).toHaveCount(0);
      await inspector.look('hardware');
      await deploying.goOnTo(wizard.limits.question);
      await deploying.name.fill('search');
      await deploying.goOnTo(textVectors.trial.question);
      await deploying.tryIt();
      if (purpose === 'embedding') await expect(page.getByRole('region', { name: textVectors.trial.embedding })).toContainText(String(SMALL_RANDOM_ENCODER.embedding));
      else await expect(page.getByRole('list', { name: textVectors.trial.order }).getByRole('listitem')).toHaveCount(3);
      await inspector.look('trial');
      await deploying.goOnTo(wizard.summary.question);
      await inspector.look('summary');
      await deploying.button(wizard.verb).click();
      await deploying.expectReady('search');
    });

    await test.step('try it on its page', async () => {
      const deploying = new DeployScreen(page, language);
      await expect(deploying.button(texts.deployments.actions.try)).toHaveCount(0);
      if (purpose === 'embedding') {
        await page.getByRole('textbox', { name: textVectors.try.second }).fill(textVectors.try.sampleFirst);
        await deploying.button(textVectors.try.compare).click();
        await expect(page.getByRole('status').filter({ hasText: textVectors.try.similarity })).toContainText('1.000');
        await page.getByRole('textbox', { name: textVectors.try.second }).fill('Rain, sun and an invoice.');
        await deploying.button(textVectors.try.compare).click();
        await expect(page.getByRole('status').filter({ hasText: textVectors.try.similarity })).toContainText(/-?0\.\d{3}/);
      } else {
        await deploying.button(textVectors.try.rank).click();
        await expect(page.getByRole('list', { name: textVectors.trial.order }).getByRole('listitem')).toHaveCount(3);
      }
      await inspector.look('try');
      const playground = new PlaygroundScreen(page, language);
      await playground.go('playground');
      await expect(page.getByText(texts.playground.empty.title)).toBeVisible();
      await playground.go('deployments');
      await expect(page.getByRole('row', { name: /search/ })).toContainText(textVectors.kinds[purpose]);
      await inspector.look('deployments');
      await playground.go('gateway');
      await expect(page.getByText(say(textVectors.examples.noneOf, { purpose: textVectors.kinds['text-generation'] }))).toBeVisible();
    });

    await test.step('a program asks it over HTTP', async () => {
      await client.gateway.setPort({ port: await freePort() });
      const { secret } = await client.apiKeys.create({ name: 'Archive' });
      const { baseUrl } = await client.gateway.status({});
      const openai = new OpenAI({ apiKey: secret, baseURL: baseUrl, maxRetries: 0 });
      const messages = [{ role: 'user' as const, content: 'Hello' }];
      await expect(openai.chat.completions.create({ model: 'search', messages })).rejects.toMatchObject({ status: 400, code: 'model_not_suitable' });
      if (purpose === 'embedding') {
        const { data, usage } = await openai.embeddings.create({ model: 'search', input: ['pain', 'an invoice'] });
        expect(data.map(({ embedding }) => embedding.length)).toEqual([SMALL_RANDOM_ENCODER.embedding, SMALL_RANDOM_ENCODER.embedding]);
        expect(usage.total_tokens).toBe(8);
      } else {
        const ranked: { results: { index: number }[] } = await openai.post('/rerank', { body: { model: 'search', query: 'pain', documents: ['pain', 'an invoice'] } });
        expect(ranked.results.map(({ index }) => index).sort()).toEqual([0, 1]);
      }
      const [deployment] = await client.deployments.list({});
      expect(deployment).toMatchObject({ purpose, state: 'ready' });
    });
  });
}
