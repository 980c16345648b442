import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditLog, createAuditService, createAuditStore } from '../audit/index.ts';
import type { AuditService } from '../audit/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { newInteraction } from '../kernel/interaction.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../kernel/testing/temporary-house.ts';
import { checkPassword, createAccountsService, createPersonsStore, createSessions, createSignInGuard } from './index.ts';
import type { AccountsService, Sessions } from './index.ts';

const password = 'a long sentence nobody says';
const minute = 60_000;
let house: TemporaryHouse;
let clock: Clock & { advanceMs(by: number): void };
let sessions: Sessions;
let accounts: AccountsService;
let audit: AuditService;
let timedOut: string[];

function steppedClock(): Clock & { advanceMs(by: number): void } {
  let nowMs = 1_800_000_000_000;
  return { bootId: 'boot', nowMs: () => nowMs, monotonicMs: () => nowMs - 1_800_000_000_000, advanceMs: (by) => void (nowMs += by) };
}
const stranger = () => newInteraction({ kind: 'unknown', id: '', name: '', role: '' }, { host: 'console', address: '127.0.0.1' });

beforeEach(async () => {
  house = temporaryHouse();
  clock = steppedClock();
  timedOut = [];
  const store = createAuditStore(house.db);
  const log = createAuditLog({ db: house.db, store, clock, events: createEventBus(() => undefined), appVersion: 'test' });
  audit = createAuditService({ store, log, databasePath: house.layout.database, key: house.key, resolveWorker: resolveWorkerSource });
  sessions = createSessions(clock, (clientId, _person, reason) => void timedOut.push(`${clientId} ${reason}`));
  const guard = createSignInGuard(house.layout.signInGuard, clock);
  accounts = createAccountsService({ db: house.db, store: createPersonsStore(house.db), audit: log, clock, guard, sessions });
  await accounts.createFirst(stranger(), 'first', { name: 'Ada', password, language: 'en' });
  sessions.end('first', 'signed-out');
});
afterEach(async () => {
  await audit.dispose();
  sessions.dispose();
  house.remove();
});

describe('signing in', () => {
  it('opens a session for the right password, whatever the case of the name, and records who', async () => {
    const view = await accounts.signIn(stranger(), 'window', { name: ' ADA ', password });
    expect(view).toMatchObject({ name: 'Ada', role: 'administrator', idleLimitMs: 5 * minute });
    expect(sessions.require('window').name).toBe('Ada');
    expect((await audit.list({ filter: { types: ['accounts.signedIn'] }, cursor: null, limit: 1 })).events[0]).toMatchObject({ actor: { kind: 'person', name: 'Ada' } });
  });

  it('needs no name where there is one person', async () => {
    await expect(accounts.signIn(stranger(), 'window', { password })).resolves.toMatchObject({ name: 'Ada' });
  });

  it('answers a wrong password and an unknown name alike', async () => {
    await expect(accounts.signIn(stranger(), 'w', { name: 'Ada', password: 'wrong' })).rejects.toMatchObject({ code: 'WRONG_PASSWORD', data: { attemptsLeft: 4 } });
    await expect(accounts.signIn(stranger(), 'w', { name: 'Eve', password: 'wrong' })).rejects.toMatchObject({ code: 'WRONG_PASSWORD', data: { attemptsLeft: 4 } });
  });

  it('locks after five failures, also for the right password and after a restart, and opens again after 15 minutes', async () => {
    for (let i = 0; i < 5; i++) await expect(accounts.signIn(stranger(), 'w', { name: 'Ada', password: 'wrong' })).rejects.toThrow();
    await expect(accounts.signIn(stranger(), 'w', { name: 'Ada', password })).rejects.toMatchObject({ code: 'LOCKED_OUT' });
    const restarted = createSignInGuard(house.layout.signInGuard, clock);
    expect(() => restarted.check('Ada', '127.0.0.1')).toThrow(expect.objectContaining({ code: 'LOCKED_OUT' }));
    expect(() => restarted.check('Ada', '10.0.0.9')).not.toThrow();
    clock.advanceMs(15 * minute + 1);
    await expect(accounts.signIn(stranger(), 'w', { name: 'Ada', password })).resolves.toMatchObject({ name: 'Ada' });
  });

  it('counts a burst of guesses started at once', async () => {
    const guesses = await Promise.allSettled(Array.from({ length: 9 }, () => accounts.signIn(stranger(), 'w', { name: 'Ada', password: 'wrong' })));
    const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : 'in'));
    // The fifth wrong one closes the door and says so.
    expect(codes.filter((code) => code === 'WRONG_PASSWORD')).toHaveLength(4);
    expect(codes.filter((code) => code === 'LOCKED_OUT')).toHaveLength(5);
  });
});

describe('sessions', () => {
  it('end after five idle minutes, not while there is activity, and say why', async () => {
    await accounts.signIn(stranger(), 'window', { name: 'Ada', password });
    const ended = sessions.endSignal('window');
    clock.advanceMs(4 * minute);
    sessions.touch('window');
    clock.advanceMs(4 * minute);
    expect(sessions.require('window').name).toBe('Ada');
    clock.advanceMs(2 * minute);
    expect(() => sessions.require('window')).toThrow(expect.objectContaining({ data: { reason: 'idle' } }));
    expect(ended.aborted).toBe(true);
    expect(timedOut).toEqual(['window idle']);
  });

  it('end after eight hours however busy', async () => {
    await accounts.signIn(stranger(), 'window', { name: 'Ada', password });
    for (let i = 0; i < 121; i++) {
      clock.advanceMs(4 * minute);
      sessions.touch('window');
    }
    expect(() => sessions.require('window')).toThrow(expect.objectContaining({ data: { reason: 'expired' } }));
  });

  it('are apart for each client', async () => {
    await accounts.signIn(stranger(), 'one', { name: 'Ada', password });
    expect(() => sessions.require('two')).toThrow(expect.objectContaining({ data: { reason: 'never' } }));
    sessions.end('one', 'signed-out');
    expect(() => sessions.require('one')).toThrow(expect.objectContaining({ data: { reason: 'signed-out' } }));
  });
});

describe('passwords', () => {
  it.each([
    ['short', 'PASSWORD_TOO_SHORT'],
    ['fourteen chars', 'PASSWORD_TOO_SHORT'],
    ['passwordpassword', 'PASSWORD_TOO_COMMON'],
    ['Password123456789', 'PASSWORD_TOO_COMMON'],
    ['aaaaaaaaaaaaaaaa', 'PASSWORD_TOO_COMMON'],
    ['abcdefghijklmnopq', 'PASSWORD_TOO_COMMON'],
    ['adaadaadaadaadaada', 'PASSWORD_TOO_COMMON'],
  ])('%s is refused', (candidate, code) => {
    expect(() => checkPassword(candidate, 'Ada')).toThrow(expect.objectContaining({ code }));
  });

  it.each(['correct horse battery staple', '这是一个没有人会说的很长的句子呢', 'xK9#mQ2$vL7!pR4'])('%s is taken', (candidate) => {
    expect(() => checkPassword(candidate, 'Ada')).not.toThrow();
  });
});

describe('preferences', () => {
  it('are kept, recorded with before and after, and seen by the open session', async () => {
    await accounts.signIn(stranger(), 'window', { name: 'Ada', password });
    const person = sessions.require('window');
    const acting = newInteraction({ kind: 'person', id: person.id, name: person.name, role: person.role }, { host: 'console', address: '' });
    expect(accounts.setPreferences(acting, 'window', { language: 'zh-CN' })).toMatchObject({ language: 'zh-CN', theme: 'system' });
    expect((await audit.list({ filter: { types: ['accounts.preferencesChanged'] }, cursor: null, limit: 1 })).events[0]).toMatchObject({
      before: { language: 'en' },
      after: { language: 'zh-CN' },
    });
  });
});
