import { copyFileSync, openSync, closeSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import { latestVersion } from '../../main/kernel/migrations/migrate.ts';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import { openDatabaseOf } from '../fixtures/database.ts';
import { auditTypes, ENGINE_WITHIN_MS, person, signIn, verifyAudit } from '../fixtures/prepare.ts';
import { enginesWithMark, processesWithMark } from '../fixtures/process-tree.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { english } from '../../renderer/i18n/catalogue.ts';
import { errorNotice } from '../pages/error.ts';
import type { Shell } from '../pages/shell.ts';
import { SignInScreen } from '../pages/start.ts';

const { common, errors, start } = textsOf('en');

test.describe('a start that cannot go well says why and what to do', { tag: '@console-only' }, () => {
  test('a damaged database is told, and opens again once the file has been put back', async ({ consoles, folders }) => {
    await consoles.leaveHouse();
    const { database } = layoutOf(folders.data);
    const saved = join(folders.files, 'saved.db');
    copyFileSync(database, saved);
    const descriptor = openSync(database, 'r+');
    writeSync(descriptor, Buffer.alloc(2048, 0x5a), 0, 2048, 64);
    closeSync(descriptor);

    const page = await consoles.open(consoles.start());
    const screen = new SignInScreen(page);
    await screen.open();
    await screen.send(person.password);
    await expect(errorNotice(page, 'DATABASE_DAMAGED')).toBeVisible();
    await expect(errorNotice(page, 'DATABASE_DAMAGED')).toContainText(database);

    copyFileSync(saved, database);
    await screen.button(common.retry).click();
    await screen.signIn();
  });

  test('a database of a newer version is not touched', async ({ consoles, folders }) => {
    await consoles.leaveHouse();
    const db = await openDatabaseOf(folders.data);
    db.pragma('user_version = 4711');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = readFileSync(layoutOf(folders.data).database);

    const page = await consoles.open(consoles.start());
    const screen = new SignInScreen(page);
    await screen.open();
    await screen.send(person.password);
    const notice = errorNotice(page, 'DATABASE_TOO_NEW');
    await expect(notice).toContainText(say(errors.codes.DATABASE_TOO_NEW.why, { foundVersion: '4,711', knownVersion: latestVersion }));
    expect(readFileSync(layoutOf(folders.data).database).equals(before)).toBe(true);
  });

  test('a damaged key file is told at once, and the way out works without a new start', async ({ consoles, folders }) => {
    await consoles.leaveHouse();
    const { keyFile } = layoutOf(folders.data);
    const whole = readFileSync(keyFile);
    writeFileSync(keyFile, whole.subarray(0, whole.length / 2));

    const page = await consoles.open(consoles.start());
    const screen = new SignInScreen(page);
    await expect(screen.title(start.broken.title)).toBeVisible();
    await expect(errorNotice(page, 'KEY_FILE_DAMAGED')).toContainText(keyFile);
    await screen.button(common.retry).click();
    // The notice stood there before: only the button, which waits while it is answered, tells that the host has looked
    // again. Were the file put back earlier, this look would find it whole, and the button be gone.
    await expect(screen.button(common.retry)).toBeEnabled();
    await expect(errorNotice(page, 'KEY_FILE_DAMAGED')).toBeVisible();

    writeFileSync(keyFile, whole);
    await screen.button(common.retry).click();
    await screen.signIn();
  });

  test('wrong passwords lock the door for a while, also after a restart', async ({ consoles }) => {
    await consoles.leaveHouse();
    const first = consoles.start();
    const screen = new SignInScreen(await consoles.open(first));
    await screen.open();
    for (const left of [4, 3, 2, 1]) {
      await screen.send('not the password at all');
      const sentence = left === 1 ? english.errors.attempts_one : english.errors.attempts_other;
      await expect(errorNotice(screen.page, 'WRONG_PASSWORD')).toContainText(say(sentence, { count: left }));
    }
    await screen.send('not the password at all');
    await expect(errorNotice(screen.page, 'LOCKED_OUT')).toBeVisible();
    await screen.send(person.password);
    await expect(screen.button(start.signIn.verb)).toBeDisabled();
    await expect(errorNotice(screen.page, 'LOCKED_OUT')).toBeVisible();
    await screen.page.close();
    await first.stop();

    const again = new SignInScreen(await consoles.open(consoles.start()));
    await again.open();
    await again.send(person.password);
    await expect(errorNotice(again.page, 'LOCKED_OUT')).toBeVisible();
  });

  test('a port somebody else holds is refused with a sentence and exit code 1', async ({ consoles }) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const ended = await consoles.start({ port }).ended;
    holder.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(say(errors.codes.PORT_TAKEN.what, { port }));
    expect(ended.stderr).toContain(errors.codes.PORT_TAKEN.next);
  });

  test('a second start on the same folder leads to the first', async ({ consoles }) => {
    await consoles.leaveHouse();
    const first = consoles.start();
    const firstUrl = new URL(await first.url);
    const second = consoles.start();
    const url = await second.url;
    expect(new URL(url).origin).toBe(firstUrl.origin);
    expect(url).not.toBe(firstUrl.href);
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' });
    const screen = new SignInScreen(await consoles.open(second));
    await screen.signIn();
  });

  test('a data folder that cannot be written is told on the screen', async ({ consoles, folders }) => {
    const file = join(folders.files, 'a-file');
    writeFileSync(file, '');
    const page = await consoles.open(consoles.start({ dataFolder: join(file, 'data') }));
    const screen = new SignInScreen(page);
    await expect(screen.title(start.broken.title)).toBeVisible();
    await expect(errorNotice(page, 'DATA_FOLDER_NOT_WRITABLE')).toContainText(file);
    // The look at the machine takes a second; what it finds must not move the button while somebody presses it.
    await page.evaluate(() => document.fonts.ready);
    const before = await screen.button(common.retry).boundingBox();
    await expect(page.getByText(start.broken.checks)).toBeVisible();
    await expect(page.locator('details li').first()).toBeAttached({ timeout: ENGINE_WITHIN_MS });
    expect(await screen.button(common.retry).boundingBox()).toEqual(before);
    await page.getByText(start.broken.checks).click();
    await expect(page.locator('details li').first()).toBeVisible();
  });

  test('a driver that does not answer keeps nothing of Home away', async ({ consoles }) => {
    await consoles.leaveHouse();
    const page = await consoles.open(consoles.start());
    // The host asks the drivers for the checks alone: their answer never comes.
    await page.routeWebSocket(/\/rpc$/, (line) => {
      const host = line.connectToServer();
      line.onMessage((message) => {
        if (!message.toString().includes('system/doctor')) host.send(message);
      });
    });
    await page.reload();
    const { texts } = await new SignInScreen(page).signIn();
    await expect(page.getByRole('heading', { name: texts.home.looking })).toBeVisible();
    await expect(page.getByRole('heading', { name: texts.home.fine })).toBeHidden();
    await expect(page.getByRole('heading', { name: texts.home.guide.title })).toBeVisible();
  });

  test('a model file that is missing fails its deployment with the next step, nothing else', async ({ consoles, folders }) => {
    await consoles.leaveHouse({ deployment: 'ward-3' });
    for (const entry of readdirSync(layoutOf(folders.data).models)) rmSync(join(layoutOf(folders.data).models, entry), { recursive: true });
    const page = await consoles.open(consoles.start());
    const shell = await new SignInScreen(page).signIn();
    await shell.go('deployments');
    const attention = page.getByRole('region', { name: shell.texts.deployments.attention });
    await expect(attention).toContainText(say(shell.texts.deployments.failedTitle, { name: 'ward-3' }), { timeout: ENGINE_WITHIN_MS });
    await expect(attention).toContainText(errors.codes.MODEL_FILE_CHANGED.next);
    await shell.go('home');
    await expect(page.getByText(say(shell.texts.home.deploymentFailed, { name: 'ward-3', what: errors.codes.MODEL_FILE_CHANGED.what }))).toBeVisible();
  });

  test('a host that is killed leaves no engine behind, and the next start carries on', async ({ consoles, folders }) => {
    await consoles.leaveHouse({ deployment: 'ward-3' });
    const first = consoles.start();
    await first.url;
    const before = await connect(folders.data);
    await signIn(before.client);
    await expect.poll(async () => (await before.client.deployments.list({}))[0]?.state, { timeout: ENGINE_WITHIN_MS }).toBe('ready');
    expect(enginesWithMark(first.mark)).not.toEqual([]);
    before.close();
    await first.kill();
    await expect.poll(() => processesWithMark(first.mark), { timeout: 5000 }).toEqual([]);

    const page = await consoles.open(consoles.start());
    const shell: Shell = await new SignInScreen(page).signIn();
    await shell.go('deployments');
    await expect(page.getByRole('row', { name: /ward-3/ })).toContainText(shell.texts.engine.states.ready, { timeout: ENGINE_WITHIN_MS });
    const after = await connect(folders.data);
    await signIn(after.client);
    expect(await verifyAudit(after.client)).toMatchObject({ intact: true });
    expect(await auditTypes(after.client)).toContain('deployments.created');
    after.close();
  });
});
