import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { freePort } from './testing/scripted-gateway.ts';
import type { SoakCount, SoakOrder } from './testing/soak-clients.ts';

const seconds = Number(process.env['MODELWARD_SOAK_SECONDS'] ?? 600);
const warmUpSeconds = Math.max(10, seconds / 10);
/** 200 streams, shared out as unevenly as a house does. */
const streams = { letters: 110, coding: 60, tickets: 20, research: 10 };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let app: TestApplication;
const folder = temporaryFolder('soak');
beforeAll(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: await freePort() });
});
afterAll(async () => {
  await app.dispose();
  folder.remove();
});

it(`${Object.values(streams).reduce((sum, count) => sum + count, 0)} streams for ${seconds} s: nothing but whole answers, 429 and 503; fair to every key; memory stays flat`, { timeout: (seconds + 180) * 1000 }, async () => {
  const path = join(folder.path, 'model.gguf');
  await writeRandomModel(path, SMALL_RANDOM_MODEL);
  const modelId = await importModel(app.client, path, 'soak');
  const versionId = (await app.client.models.get({ modelId })).versions[0]?.id ?? '';
  const { recommended, limits } = await app.client.deployments.fit({ versionId });
  const settings = { ...recommended.settings, parallelSequences: 8, contextSize: 256 };
  const { id: deploymentId } = await app.client.deployments.create({ name: 'soak', versionId, settings, limits: { ...limits, queueLimit: 64 }, trialId: null });
  const { processId } = await until(async () => {
    const view = await app.client.deployments.get({ deploymentId });
    return view.state === 'ready' ? view : null;
  });
  const { baseUrl } = await app.client.gateway.status({});
  const keys: SoakOrder['keys'][number][] = [];
  for (const [name, count] of Object.entries(streams)) keys.push({ name, streams: count, secret: (await app.client.apiKeys.create({ name })).secret });

  const clients = fork(join(import.meta.dirname, 'testing', 'soak-clients.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const look = async (): Promise<SoakCount> => {
    clients.send('look');
    const [counts] = (await once(clients, 'message')) as [SoakCount];
    return counts;
  };
  const samples: { engineMb: number; mainMb: number }[] = [];
  try {
    clients.send({ baseUrl, model: 'soak', keys, maxTokens: 24 } satisfies SoakOrder);
    await delay(warmUpSeconds * 1000);
    const before = await look();
    for (let sample = 0; sample < 20; sample += 1) {
      await delay(((seconds - warmUpSeconds) * 1000) / 20);
      collectGarbage();
      samples.push({ engineMb: residentMb(processId), mainMb: process.memoryUsage().heapUsed / 2 ** 20 });
    }
    const after = await look();
    const given = keys.map(({ name }) => (after.tokens[name] ?? 0) - (before.tokens[name] ?? 0));
    const total = given.reduce((sum, tokens) => sum + tokens, 0);
    const shares = given.map((tokens) => tokens / total);
    const summary = { statuses: after.statuses, tokens: total, shares: shares.map((share) => share.toFixed(4)), memory: samples.map(({ engineMb, mainMb }) => `${engineMb.toFixed(0)}+${mainMb.toFixed(0)}`).join(' ') };
    console.log(JSON.stringify(summary));
    expect(after.faults).toEqual([]);
    expect(after.statuses['200']).toBeGreaterThan(200);
    for (const share of shares) expect(Math.abs(share * keys.length - 1), `a fair share is ${1 / keys.length}, within a tenth`).toBeLessThan(0.1);
    for (const member of ['engineMb', 'mainMb'] as const) {
      const third = (from: number): number => Math.min(...samples.slice(from, from + 6).map((sample) => sample[member]));
      expect(third(14), `${member} at the end, over the beginning`).toBeLessThan(third(0) * 1.05 + 8);
    }
    expect((await app.client.deployments.get({ deploymentId })).restarts).toBe(0);
  } finally {
    clients.send('end');
    const gone = once(clients, 'exit');
    clients.disconnect();
    await gone;
  }
});

/** Resident memory of a process in MB; of Linux alone. */
function residentMb(processId: number | null): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(processId)}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
