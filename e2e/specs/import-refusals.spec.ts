import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../main/engine/testing/random-model.ts';
import type { ErrorCode } from '../../main/contract/errors.ts';
import { expect, test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import { auditTypes, copyOfRealModel, ENGINE_WITHIN_MS, importModel, setUp } from '../fixtures/prepare.ts';
import { textsOf } from '../fixtures/texts.ts';
import type { Language } from '../fixtures/texts.ts';
import { ImportScreen } from '../pages/import.ts';
import { errorNotice } from '../pages/error.ts';
import { SignInScreen } from '../pages/start.ts';

/** Opens the import wizard of a house that has been set up in that language. */
async function openImport(host: Host, language: Language = 'en'): Promise<ImportScreen> {
  await host.page.reload();
  const shell = await new SignInScreen(host.page).signIn(language);
  await expect(host.page.locator('html')).toHaveAttribute('lang', language);
  const importing = new ImportScreen(shell.page, language);
  await importing.open();
  return importing;
}

/** What, why and next stand there, each with something in it, and nothing is left of a placeholder. */
async function expectWholeSentence(page: Page, code: ErrorCode, language: Language): Promise<void> {
  const notice = errorNotice(page, code, language);
  await expect(notice).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  const paragraphs = await notice.getByRole('paragraph').allInnerTexts();
  expect(paragraphs.length, paragraphs.join(' | ')).toBe(3);
  for (const text of paragraphs) {
    expect(text).not.toMatch(/\{\{|undefined|null|NaN/);
    expect(text.length).toBeGreaterThan(6);
    if (language === 'zh-CN') expect(text).toMatch(/\p{Script=Han}/u);
  }
}

/** Nothing is kept: no file, no row, no upload. */
function expectNothingKept(dataFolder: string): void {
  const layout = layoutOf(dataFolder);
  for (const folder of [layout.models, layout.quarantine, layout.uploads]) {
    expect(existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, String(name))).isFile()) : []).toEqual([]);
  }
}

/** Files that must be refused, made from the real model. */
const badFiles: { name: string; code: ErrorCode; make: (path: string, real: Buffer) => void }[] = [
  { name: 'a text that is not a model', code: 'GGUF_REFUSED', make: (path) => writeFileSync(path, 'Dear colleague, here is the model.\n'.repeat(40)) },
  {
    name: 'a download that broke off',
    code: 'GGUF_REFUSED',
    make: (path, real) => {
      writeFileSync(path, real);
      truncateSync(path, Math.floor(real.length / 2));
    },
  },
  {
    name: 'a header made to attack: a key of 3 GiB',
    code: 'GGUF_REFUSED',
    make: (path, real) => {
      const hostile = Buffer.from(real);
      hostile.writeBigUInt64LE(3n * 2n ** 30n, 24); // the length of the first key
      writeFileSync(path, hostile);
    },
  },
];

for (const language of ['en', 'zh-CN'] as const) {
  // The sentences are the same on every host: one language is enough on the second.
  const hosts = language === 'en' ? ' @desktop' : '';
  test(`files that cannot be models are refused with what, why and what to do, and leave nothing (${language})${hosts}`, async ({ host, contract, folders }) => {
    await setUp(contract.client, host.dataFolder, language);
    const importing = await openImport(host, language);
    const real = readFileSync(await copyOfRealModel(folders.files));
    for (const [index, { name, code, make }] of badFiles.entries()) {
      await test.step(name, async () => {
        const path = join(folders.files, `bad-${String(index)}.gguf`);
        make(path, real);
        await importing.choosePath(path);
        await importing.next.click();
        await expectWholeSentence(host.page, code, language);
        await expect(importing.question(textsOf(language).importing.file.question), 'one stays at the question').toBeVisible();
      });
    }
    await test.step('nothing there', async () => {
      await importing.choosePath(join(folders.files, 'not-here.gguf'));
      await importing.next.click();
      await expectWholeSentence(host.page, 'PATH_NOT_FOUND', language);
    });
    await test.step('a folder called .gguf', async () => {
      await importing.choosePath(`${folders.files}.gguf`);
      await importing.next.click();
      await expectWholeSentence(host.page, 'PATH_NOT_FOUND', language);
    });
    await test.step('an architecture the engine does not know', async () => {
      const other = Buffer.from(real);
      other.write('zlama', other.indexOf('llama', other.indexOf('general.architecture')));
      writeFileSync(join(folders.files, 'other.gguf'), other);
      await importing.choosePath(join(folders.files, 'other.gguf'));
      await importing.next.click();
      await expectWholeSentence(host.page, 'GGUF_REFUSED', language);
      await expect(errorNotice(host.page, 'GGUF_REFUSED', language)).toContainText('zlama');
    });
    expect(await contract.client.jobs.list({}), 'no import was even begun').toEqual([]);
    expect(await auditTypes(contract.client), 'and yet the refusals are in the log').toContain('models.importFailed');
    expectNothingKept(host.dataFolder);
    expect(await contract.client.models.list({})).toEqual([]);
  });

  test(`the same bytes are not stored twice; the screen leads to the model that has them (${language})${hosts}`, async ({ host, contract, folders }) => {
    await setUp(contract.client, host.dataFolder, language);
    await importModel(contract.client, await copyOfRealModel(folders.files), 'The first');
    const importing = await openImport(host, language);
    await importing.choosePath(await copyOfRealModel(folders.files, 'another-name.gguf'));
    const { texts } = importing;
    await importing.goOnTo(texts.importing.look.question);
    await importing.goOnTo(texts.importing.name.question);
    await importing.name.fill('The second');
    await importing.button(texts.importing.verb).click();
    await expectWholeSentence(host.page, 'MODEL_ALREADY_IMPORTED', language);
    const notice = errorNotice(host.page, 'MODEL_ALREADY_IMPORTED', language);
    await expect(notice).toContainText('The first');
    await notice.getByRole('button', { name: texts.importing.job.open }).click();
    await expect(importing.title('The first')).toBeVisible();
    expect(await contract.client.models.list({})).toHaveLength(1);
    expect(await auditTypes(contract.client)).toContain('models.importFailed');
  });
}

test('an import is cancelled in the middle: said as an outcome, nothing kept, and it can be run again @desktop', async ({ host, contract, folders }) => {
  const path = join(folders.files, 'large.gguf');
  // Large enough that hashing and the trial load take a while.
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, layers: 8, embedding: 1024, feedForward: 2816, heads: 16, headsKv: 4, tensorType: 'Q8_0', name: 'Large' });
  await setUp(contract.client, host.dataFolder);
  const importing = await openImport(host);
  const { texts } = importing;
  await importing.choosePath(path);
  await importing.goOnTo(texts.importing.look.question);
  await importing.goOnTo(texts.importing.name.question);
  await importing.button(texts.importing.verb).click();
  await importing.cancel.click();
  await expect(host.page.getByText(texts.importing.job.cancelled)).toBeVisible();
  await expect(host.page.getByRole('alert')).toHaveCount(0);
  expectNothingKept(host.dataFolder);
  expect(await auditTypes(contract.client)).toEqual(expect.arrayContaining(['models.importStarted', 'models.importCancelled']));
  expect(existsSync(path), 'the original is not touched').toBe(true);
  await importing.button(texts.importing.job.again).click();
  await expect(importing.doneTitle('Large')).toBeVisible({ timeout: ENGINE_WITHIN_MS });
});

test.describe('in a browser', { tag: '@console-only' }, () => {
  test('a file is dropped on the page, sent, checked and imported; what is no model is refused before it is sent', async ({ host, contract, folders }) => {
    await setUp(contract.client, host.dataFolder);
    const importing = await openImport(host);
    const { texts } = importing;
    await drop(importing, 'letter.docx', Buffer.from('no model'));
    await expect(host.page.getByText(texts.importing.file.notGguf.replace('{{name}}', 'letter.docx'))).toBeVisible();
    const bytes = readFileSync(await copyOfRealModel(folders.files));
    await drop(importing, 'dropped.gguf', bytes);
    await expect(importing.chosen('dropped.gguf')).toBeVisible();
    await importing.goOnTo(texts.importing.look.question);
    await importing.goOnTo(texts.importing.name.question);
    const name = await importing.name.inputValue();
    await importing.button(texts.importing.verb).click();
    await expect(importing.doneTitle(name)).toBeVisible({ timeout: ENGINE_WITHIN_MS });
    expect(await contract.client.models.list({})).toMatchObject([{ name, sizeBytes: bytes.length }]);
    const { uploads } = layoutOf(host.dataFolder);
    expect(existsSync(uploads) ? readdirSync(uploads) : []).toEqual([]);
  });

  test('a dropped file that turns out not to be a model is refused, and what was sent is thrown away on leaving', async ({ host, contract }) => {
    await setUp(contract.client, host.dataFolder);
    const importing = await openImport(host);
    await drop(importing, 'fake.gguf', Buffer.from('GGUF but not really'.repeat(100)));
    await expect(importing.chosen('fake.gguf')).toBeVisible();
    await importing.next.click();
    await expectWholeSentence(host.page, 'GGUF_REFUSED', 'en');
    await importing.cancel.click();
    await importing.button(importing.texts.common.discardVerb, importing.leaveDialog).click();
    await expect(importing.title(importing.texts.models.title)).toBeVisible();
    await expect.poll(() => readdirSync(layoutOf(host.dataFolder).uploads)).toEqual([]);
  });
});

/** Drops a file on the place for it, as the file manager would. */
async function drop(importing: ImportScreen, name: string, bytes: Buffer): Promise<void> {
  const dataTransfer = await importing.page.evaluateHandle(
    ({ fileName, base64 }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], fileName));
      return transfer;
    },
    { fileName: name, base64: bytes.toString('base64') },
  );
  await importing.page.getByText(importing.texts.importing.file.drop).dispatchEvent('drop', { dataTransfer });
}
