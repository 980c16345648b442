import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedError } from '../errors.ts';
import { temporaryFolder } from '../testing/temporary-house.ts';
import { lockDataFolder, readInstance } from './folder-lock.ts';
import { openJournal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { keychainSlot, newDataKey, passwordSlot, readKeyFile, unlockWithKeychain, unlockWithPassword, writeKeyFile } from './key-file.ts';
import type { Keychain } from './key-file.ts';
import { layoutOf } from './layout.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('folder');
});
afterEach(() => folder.remove());

describe('the key file', () => {
  const password = 'a long sentence nobody says';

  it('opens with the right name and password only, and holds neither key, name nor password', async () => {
    const path = join(folder.path, 'keys.json');
    const key = newDataKey();
    writeKeyFile(path, { databaseSalt: 'ab', slots: [await passwordSlot('Ada Löwe', password, key)] });
    const file = readKeyFile(path);
    expect(await unlockWithPassword(file, 'ada löwe', password)).toEqual(key);
    expect(await unlockWithPassword(file, 'Ada Löwe', `${password}.`)).toBeNull();
    expect(await unlockWithPassword(file, 'Eve', password)).toBeNull();
    const text = readFileSync(path, 'utf8');
    for (const secret of [key.toString('hex'), key.toString('base64'), password, 'Ada', 'ada']) expect(text).not.toContain(secret);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('opens without a name where there is one person, and not where there are two', async () => {
    const path = join(folder.path, 'keys.json');
    const key = newDataKey();
    const ada = await passwordSlot('Ada', password, key);
    writeKeyFile(path, { databaseSalt: 'ab', slots: [ada] });
    expect(await unlockWithPassword(readKeyFile(path), undefined, password)).toEqual(key);
    writeKeyFile(path, { databaseSalt: 'ab', slots: [ada, await passwordSlot('Eve', 'another long sentence', key)] });
    expect(await unlockWithPassword(readKeyFile(path), undefined, password)).toBeNull();
  });

  it('opens by the keychain that wrapped it, and not by another', () => {
    const pad = randomBytes(32);
    const xor = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => byte ^ (pad[index] ?? 0)));
    const own: Keychain = { wrap: xor, unwrap: xor };
    const foreign: Keychain = {
      wrap: xor,
      unwrap: () => {
        throw new Error('not my secret');
      },
    };
    const key = newDataKey();
    const file = { format: 1 as const, databaseSalt: 'ab', slots: [keychainSlot(own, key)] };
    expect(unlockWithKeychain(file, own)).toEqual(key);
    expect(unlockWithKeychain(file, foreign)).toBeNull();
  });

  it.each(['', '{', '{"format":2,"databaseSalt":"","slots":[]}', '{"format":1,"slots":[{"kind":"door"}]}'])('names a damaged file: %j', (content) => {
    const path = join(folder.path, 'keys.json');
    writeFileSync(path, content);
    expect(() => readKeyFile(path)).toThrow(expect.objectContaining({ code: 'KEY_FILE_DAMAGED' }));
  });
});

describe('the folder lock', () => {
  const tryFromAnotherProcess = (path: string): string => {
    const code = `
      import { lockDataFolder } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'folder-lock.ts')).href)};
      import { layoutOf } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'layout.ts')).href)};
      try { lockDataFolder(layoutOf(${JSON.stringify(path)})); console.log('taken'); process.kill(process.pid, 'SIGKILL'); }
      catch (error) { console.log(error.code); }`;
    return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' }).stdout.trim();
  };

  it('keeps a second process out, and lets it in once released', () => {
    const lock = lockDataFolder(layoutOf(folder.path));
    expect(tryFromAnotherProcess(folder.path)).toBe('DATA_FOLDER_IN_USE');
    lock.release();
    expect(tryFromAnotherProcess(folder.path)).toBe('taken');
  });

  it('is free again after its owner was killed', () => {
    expect(tryFromAnotherProcess(folder.path)).toBe('taken');
    lockDataFolder(layoutOf(folder.path)).release();
  });

  it('says when the folder cannot be made', () => {
    const path = join(folder.path, 'a-file');
    writeFileSync(path, '');
    expect(() => lockDataFolder(layoutOf(join(path, 'below')))).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_NOT_WRITABLE' }));
  });

  it('reads no instance from a missing or torn file', () => {
    const layout = layoutOf(folder.path);
    expect(readInstance(layout)).toBeNull();
    writeFileSync(layout.instanceFile, '{"processId": 1');
    expect(readInstance(layout)).toBeNull();
  });
});

describe('the journal', () => {
  it('gives back its lines in order and survives a torn one', () => {
    const journal = openJournal(join(folder.path, 'journal.jsonl'));
    const entry: JournalEntry = { timeMs: 1, type: 'accounts.signedIn', reason: 'WRONG_PASSWORD', actorName: '', host: 'console', address: '127.0.0.1' };
    journal.add(entry);
    appendFileSync(join(folder.path, 'journal.jsonl'), '{"timeMs":2,"ty\n');
    journal.add({ ...entry, timeMs: 3 });
    expect(journal.read().map((line) => line.timeMs)).toEqual([1, 3]);
    journal.clear();
    expect(journal.read()).toEqual([]);
  });
});

it('an expected error says its code and data', () => {
  expect(new ExpectedError('PORT_TAKEN', { port: 1 }).toValue()).toEqual({ code: 'PORT_TAKEN', data: { port: 1 } });
});
