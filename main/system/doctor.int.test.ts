import { utimesSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { checkSentence } from '../../renderer/i18n/check-sentence.ts';
import type { DoctorCheck } from '../contract/system.contract.ts';
import { layoutOf } from '../kernel/data-folder/layout.ts';
import { startTestApplication, testPassword } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const dayMs = 24 * 3600 * 1000;
let app: TestApplication;
beforeEach(async () => {
  app = await startTestApplication();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await app.dispose();
});

async function check(name: DoctorCheck['check']): Promise<DoctorCheck | undefined> {
  return (await app.client.system.doctor({})).find((one) => one.check === name);
}
/** From now on this machine's clock shows another time. */
function moveClock(byMs: number): void {
  const right = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => right() + byMs);
}

it('finds nothing wrong with a clock that is right, before and after the database is open', async () => {
  expect(await check('clock')).toMatchObject({ state: 'fine' });
  await app.restart();
  expect(await check('clock')).toMatchObject({ state: 'fine' });
});

it('tells a clock that was set back, first by the file of the database, then by the newest events', async () => {
  const newest = (await app.client.audit.list({ filter: {}, cursor: null, limit: 1 })).events[0]?.timeMs ?? 0;
  await app.application.dispose();
  moveClock(-dayMs);
  await app.restart();
  expect(await check('clock')).toMatchObject({ state: 'look', data: { reason: 'database' } });
  // Opening appends an event, with the wrong time: it must not hide the ones before.
  await app.client.accounts.signIn({ password: testPassword });
  const told = await check('clock');
  expect(told).toMatchObject({ state: 'look', data: { reason: 'event' } });
  expect(Number(told?.data['latestMs'])).toBeGreaterThanOrEqual(newest);
  expect(checkSentence(told ?? { check: 'clock', state: 'look', data: {} }, 'en').sentence).toMatch(/^It says \d+ \w+ \d{4}, \d\d:\d\d, but the audit log already has an event of \d+ \w+ \d{4}/);
});

it('tells it while the application runs, too', async () => {
  moveClock(-dayMs);
  expect(await check('clock')).toMatchObject({ state: 'look', data: { reason: 'event' } });
});

it('is content again once the clock is right, though the file is from the future no more', async () => {
  await app.application.dispose();
  const { database } = layoutOf(app.dataFolder);
  const tomorrow = (Date.now() + dayMs) / 1000;
  await app.restart();
  utimesSync(database, tomorrow, tomorrow);
  expect(await check('clock')).toMatchObject({ state: 'look', data: { reason: 'database' } });
  await app.client.accounts.signIn({ password: testPassword });
  expect(await check('clock'), 'its events are from before').toMatchObject({ state: 'fine' });
});

it('asks after the desktop window only where one is expected, and never as something to act on', async () => {
  vi.stubEnv('MODELWARD_HOST', 'console');
  expect(await check('desktop-runtime')).toBeUndefined();
  vi.stubEnv('MODELWARD_HOST', '');
  vi.stubEnv('DISPLAY', ':0');
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', app.dataFolder);
  const told = await check('desktop-runtime');
  expect(told).toMatchObject({ state: 'look', data: { reason: 'missing', folder: app.dataFolder } });
  expect(checkSentence(told ?? { check: 'desktop-runtime', state: 'look', data: {} }, 'en').sentence).toContain(`unpack it into ${app.dataFolder}`);
  vi.unstubAllEnvs();
});
