import { closeSync, copyFileSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isContractProcedure } from '@orpc/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { contract } from './contract/contract.ts';
import type { ProcedureMeta } from './contract/procedure.ts';
import type { Keychain } from './kernel/data-folder/key-file.ts';
import { openDatabase } from './kernel/database/open-database.ts';
import { startTestApplication, testPassword } from './testing/test-application.ts';
import type { TestApplication } from './testing/test-application.ts';

let app: TestApplication | null = null;
afterEach(async () => {
  await app?.dispose();
  app = null;
});

const signIn = (): Promise<unknown> => (app as TestApplication).client.accounts.signIn({ name: 'Ada', password: testPassword });

describe('first run', () => {
  it('makes folder, key file, database and the first person, who is signed in; a second is refused', async () => {
    app = await startTestApplication({ setUp: false });
    expect((await app.client.system.status({})).state).toBe('not-set-up');
    const session = await app.client.system.setUp({ language: 'zh-CN', dataFolder: app.dataFolder, name: 'Ada', password: testPassword });
    expect(session).toMatchObject({ name: 'Ada', role: 'administrator', language: 'zh-CN' });
    expect((await app.client.system.status({})).state).toBe('ready');
    await expect(app.client.system.setUp({ language: 'en', dataFolder: app.dataFolder, name: 'Eve', password: testPassword })).rejects.toMatchObject({ code: 'ALREADY_SET_UP' });
  });

  it.each([
    ['short', 'PASSWORD_TOO_SHORT'],
    ['passwordpassword', 'PASSWORD_TOO_COMMON'],
  ])('refuses the password %s and remembers that it did', async (password, code) => {
    app = await startTestApplication({ setUp: false });
    await expect(app.client.system.setUp({ language: 'en', dataFolder: app.dataFolder, name: 'Ada', password })).rejects.toMatchObject({ code });
    expect(existsSync(join(app.dataFolder, 'modelward.db'))).toBe(false);
    await app.client.system.setUp({ language: 'en', dataFolder: app.dataFolder, name: 'Ada', password: testPassword });
    const { events } = await app.client.audit.list({ filter: { types: ['system.setUp'] }, cursor: null, limit: 10 });
    expect(events.map((event) => [event.result, event.reason])).toEqual([
      ['done', ''],
      ['refused', code],
    ]);
  });

  it('begins again when it did not come to its end', async () => {
    app = await startTestApplication();
    await app.application.dispose();
    const path = join(app.dataFolder, 'keys.json');
    const unfinished = readFileSync(path, 'utf8').replace(/"databaseSalt": "[0-9a-f]+"/, '"databaseSalt": ""');
    const file = openSync(path, 'w');
    writeSync(file, unfinished);
    closeSync(file);
    await app.restart();
    expect((await app.client.system.status({})).state).toBe('not-set-up');
    await app.client.system.setUp({ language: 'en', dataFolder: app.dataFolder, name: 'Eve', password: testPassword });
    await expect(app.clientNamed('other').accounts.signIn({ name: 'Ada', password: testPassword })).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
  });
});

describe('opening again', () => {
  it('waits for the password, records wrong ones from before it was open, and then knows everything', async () => {
    app = await startTestApplication();
    await app.restart();
    expect((await app.client.system.status({})).state).toBe('locked');
    await expect(app.client.models.list({})).rejects.toMatchObject({ code: 'LOCKED' });
    await expect(app.client.accounts.signIn({ name: 'Ada', password: 'not that one' })).rejects.toMatchObject({ code: 'WRONG_PASSWORD', data: { attemptsLeft: 4 } });
    await signIn();
    const { events } = await app.client.audit.list({ filter: { types: ['accounts.signedIn'], results: ['refused'] }, cursor: null, limit: 10 });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ reason: 'WRONG_PASSWORD', after: { fromJournal: true } });
  });

  it('locks out after five wrong passwords although the database is closed', async () => {
    app = await startTestApplication();
    await app.restart();
    for (let i = 0; i < 5; i++) await expect(app.client.accounts.signIn({ name: 'Ada', password: `wrong ${i}` })).rejects.toThrow();
    await expect(signIn()).rejects.toMatchObject({ code: 'LOCKED_OUT' });
  });

  it('opens by itself where the keychain has the key, and by password where the keychain lost it', async () => {
    const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
    const keychain: Keychain = { wrap: flip, unwrap: flip };
    app = await startTestApplication({ keychain });
    await app.restart();
    expect((await app.client.system.status({})).state).toBe('ready');
    await app.restart({ keychain: { wrap: flip, unwrap: (bytes) => bytes } });
    expect((await app.client.system.status({})).state).toBe('locked');
    await signIn();
    expect(await app.client.models.list({})).toEqual([]);
    await app.restart({ keychain: null });
    await signIn();
    expect(await app.client.models.list({})).toEqual([]);
  });
});

describe('what keeps the house shut', () => {
  const breakBy = async (damage: (folder: string) => void): Promise<TestApplication> => {
    app = await startTestApplication();
    await app.application.dispose();
    damage(app.dataFolder);
    await app.restart();
    return app;
  };
  const problemAfterSignIn = async (): Promise<string | undefined> => {
    await signIn().catch(() => undefined);
    return (await (app as TestApplication).client.system.status({})).problem?.code;
  };

  it('a damaged database is named, opens again once mended, and the refusal is in the log', async () => {
    let kept = '';
    await breakBy((folder) => {
      const database = join(folder, 'modelward.db');
      kept = join(folder, 'kept');
      copyFileSync(database, kept);
      const file = openSync(database, 'r+');
      writeSync(file, Buffer.alloc(4096, 7), 0, 4096, 64);
      closeSync(file);
    });
    expect(await problemAfterSignIn()).toBe('DATABASE_DAMAGED');
    copyFileSync(kept, join((app as TestApplication).dataFolder, 'modelward.db'));
    expect((await (app as TestApplication).client.system.retryOpen({})).state).toBe('locked');
    await signIn();
  });

  it('a newer database is refused', async () => {
    app = await startTestApplication();
    await app.application.dispose();
    const { readKeyFile, unlockWithPassword } = await import('./kernel/data-folder/key-file.ts');
    const key = await unlockWithPassword(readKeyFile(join(app.dataFolder, 'keys.json')), 'Ada', testPassword);
    const db = openDatabase({ path: join(app.dataFolder, 'modelward.db'), key: key as Buffer, expectedSalt: null });
    db.pragma('user_version = 999');
    db.close();
    await app.restart();
    expect(await problemAfterSignIn()).toBe('DATABASE_TOO_NEW');
  });

  it('a missing database and a missing key file are told apart', async () => {
    await breakBy((folder) => rmSync(join(folder, 'modelward.db')));
    expect((await (app as TestApplication).client.system.status({})).problem?.code).toBe('DATABASE_DAMAGED');
    await (app as TestApplication).dispose();
    await breakBy((folder) => rmSync(join(folder, 'keys.json')));
    expect((await (app as TestApplication).client.system.status({})).problem?.code).toBe('KEY_FILE_DAMAGED');
  });

  it('a second instance on the same folder is refused and the first goes on', async () => {
    app = await startTestApplication();
    const second = await startTestApplication({ setUp: false, dataFolder: app.dataFolder });
    expect((await second.client.system.status({})).problem?.code).toBe('DATA_FOLDER_IN_USE');
    await second.dispose();
    expect(await app.client.models.list({})).toEqual([]);
  });
});

describe('every procedure', () => {
  const procedures = (function walk(node: unknown, path: string[]): { path: string[]; meta: Partial<ProcedureMeta> }[] {
    if (isContractProcedure(node)) return [{ path, meta: node['~orpc'].meta as Partial<ProcedureMeta> }];
    return Object.entries(node as Record<string, unknown>).flatMap(([key, child]) => walk(child, [...path, key]));
  })(contract, []);
  const call = (client: unknown, path: string[], input: unknown): Promise<unknown> => {
    let node = client as Record<string, unknown>;
    for (const part of path.slice(0, -1)) node = node[part] as Record<string, unknown>;
    return (node[path.at(-1) ?? ''] as (input: unknown) => Promise<unknown>)(input);
  };
  const closed = procedures.filter(({ meta }) => meta.permission !== 'public');

  it('is refused without a session, and the refusal of a change is recorded', async () => {
    app = await startTestApplication();
    const stranger = app.clientNamed('stranger');
    for (const { path } of closed) await expect(call(stranger, path, {}), path.join('.')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    const changing = closed.filter(({ meta }) => meta.audit !== 'none');
    const { total } = await app.client.audit.list({ filter: { types: ['access.denied'] }, cursor: null, limit: 1 });
    expect(total).toBe(changing.length);
  });

  it('refuses malformed input without falling over', async () => {
    app = await startTestApplication();
    const wrong = [null, 7, 'x', [], { unknown: 1 }, { __proto__: { admin: true }, modelId: { $ne: 1 } }];
    for (const { path } of closed) {
      for (const input of wrong) {
        const outcome = await call(app.client, path, input).then(
          () => 'answered',
          (error: { code?: string }) => error.code,
        );
        expect(['WRONG_INPUT', 'answered'], `${path.join('.')} ${JSON.stringify(input)}`).toContain(outcome);
      }
    }
  });

  it('is refused to a role without its permission', async () => {
    app = await startTestApplication();
    await app.application.dispose();
    const { readKeyFile, unlockWithPassword } = await import('./kernel/data-folder/key-file.ts');
    const key = await unlockWithPassword(readKeyFile(join(app.dataFolder, 'keys.json')), 'Ada', testPassword);
    const db = openDatabase({ path: join(app.dataFolder, 'modelward.db'), key: key as Buffer, expectedSalt: null });
    db.exec(`UPDATE persons SET role = 'viewer'`);
    db.close();
    await app.restart();
    await signIn();
    const { roleMay } = await import('./contract/permissions.ts');
    const forbidden = closed.filter(({ meta }) => meta.permission !== undefined && !roleMay('viewer', meta.permission));
    expect(forbidden.length).toBeGreaterThan(15);
    for (const { path } of forbidden) await expect(call(app.client, path, {}), path.join('.')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
