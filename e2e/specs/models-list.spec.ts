import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { createModelsStore } from '../../main/models/index.ts';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import type { Consoles } from '../fixtures/consoles.ts';
import { openDatabaseOf } from '../fixtures/database.ts';
import { auditTypes, signIn } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { errorNotice } from '../pages/error.ts';
import { ModelsScreen } from '../pages/models.ts';
import { SignInScreen } from '../pages/start.ts';

const MANY = 5000;
const longName = 'Llama-3.1-Nemotron-70B-Instruct-HF-Medical-German-Radiology-Reports-Q4_K_M-imatrix-2026-11-revision-7-ward-3-approved';

/** Adds models to a house on which nothing runs: copies of the imported one under names and sizes of their own. */
async function fillHouse(dataFolder: string): Promise<void> {
  const db = await openDatabaseOf(dataFolder);
  const store = createModelsStore(db);
  const template = db.prepare<[], { id: string }>('SELECT id FROM models').get();
  const version = store.versionsOf(template?.id ?? '')[0];
  if (version === undefined) throw new Error('there is no model to copy');
  db.transaction(() => {
    for (let number = 1; number < MANY; number += 1) {
      const id = `m_many${String(number)}`;
      const name = number === 77 ? longName : `Model ${String(number).padStart(4, '0')}`;
      store.insertModel({ id, name, notes: '', createdAtMs: version.importedAtMs + number * 1000, retiredAtMs: null });
      const sizeBytes = number * 64 * 1024; // the first is smaller than any model there is
      store.insertVersion({ ...version, id: `v_many${String(number)}`, modelId: id, sha256: randomBytes(32).toString('hex'), sizeBytes });
    }
  })();
  db.close();
}

async function openModels(consoles: Consoles): Promise<{ page: Page; models: ModelsScreen }> {
  const page = await consoles.open(consoles.start());
  await new SignInScreen(page).signIn();
  const models = new ModelsScreen(page);
  await models.go('models');
  return { page, models };
}

test.describe('the list of models', { tag: '@console-only' }, () => {
  test('5,000 models scroll, sort and filter; the list keeps its place when one comes back', async ({ consoles, folders }) => {
    await consoles.leaveHouse({ model: true });
    await fillHouse(folders.data);
    const { page, models } = await openModels(consoles);
    await expect(models.table).toHaveAttribute('aria-rowcount', String(MANY + 1));
    await expect(page.getByText('5,000 rows')).toBeVisible();
    expect(await models.rows.count(), 'only what is seen is drawn').toBeLessThan(80);
    await expect(models.rows.first()).toContainText('Model 4999');

    await models.rows.first().focus();
    await page.keyboard.press('End');
    await expect(models.row('stories260K')).toBeFocused();
    await page.keyboard.press('Home');
    await expect(models.row('Model 4999')).toBeFocused();

    await models.sortBy(models.texts.models.table.size);
    await expect(models.rows.first()).toContainText('Model 4999');
    await models.sortBy(models.texts.models.table.size);
    await expect(models.rows.first()).toContainText('Model 0001');

    await models.filter.fill('radiology');
    await expect(models.rows).toHaveCount(1);
    await expect(page.getByText(say(models.texts.common.shownOfAll, { shown: 1, total: '5,000' }))).toBeVisible();
    await models.rows.first().getByRole('link').click();
    await expect(models.title(longName)).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'a long name does not widen the page').toBe(true);
    await page.goBack();
    await expect(models.filter).toHaveValue('radiology');
    await models.filter.fill('no such model');
    await expect(page.getByText(models.texts.common.nothingMatches)).toBeVisible();
  });

  test('a model is renamed, annotated, retired and brought back; deleting one in use is refused and says where', async ({ consoles, folders }) => {
    await consoles.leaveHouse({ deployment: 'ward-3' });
    const { page, models } = await openModels(consoles);
    await models.open('stories260K');
    const { detail } = models.texts.models;

    await models.rename('Stories for ward 3');
    await expect(models.title('Stories for ward 3')).toBeVisible();
    await models.undo();
    await expect(models.title('stories260K')).toBeVisible();

    await models.writeNotes('From the USB stick of Dr. Wang.');
    await expect(page.getByText('From the USB stick of Dr. Wang.')).toBeVisible();

    await models.choose(detail.delete);
    await models.confirmDelete('stories260K');
    await expect(errorNotice(page, 'MODEL_IN_USE')).toContainText('ward-3');
    await models.button(models.texts.common.cancel).click();

    await models.choose(detail.retire);
    await expect(errorNotice(page, 'MODEL_IN_USE')).toBeVisible();

    const contract = await connect(folders.data);
    await signIn(contract.client);
    const deployments = await contract.client.deployments.list({});
    await contract.client.deployments.remove({ deploymentId: deployments[0]?.id ?? '' });
    await models.choose(detail.retire);
    await expect(page.getByText(detail.retiredNotice)).toBeVisible();
    await models.undo();
    await expect(page.getByText(detail.retiredNotice)).toBeHidden();

    await models.choose(detail.delete);
    await models.confirmDelete('stories260K');
    await expect(models.title(models.texts.models.title)).toBeVisible();
    await expect(page.getByRole('heading', { name: models.texts.models.empty.title })).toBeVisible();
    expect(await contract.client.models.list({})).toEqual([]);
    expect((await auditTypes(contract.client)).filter((type) => type.startsWith('models.'))).toEqual([
      'models.importStarted',
      'models.imported',
      'models.renamed',
      'models.renamed',
      'models.annotated',
      'models.deleted',
      'models.retired',
      'models.retired',
      'models.restored',
      'models.deleted',
    ]);
    contract.close();
  });
});
