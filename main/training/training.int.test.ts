import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { startTestApplication } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { importRandomModel, importTickets, QUICK_SETTINGS, ticketLines, train } from './testing/training-fixture.ts';

let app: TestApplication;
const source = temporaryFolder('source');
let base = { modelId: '', versionId: '' };
let tickets = { datasetId: '', versionId: '' };
beforeAll(async () => {
  app = await startTestApplication();
  base = await importRandomModel(app.client, source.path, 'Desk');
  tickets = await importTickets(app.client, source.path, { name: 'Tickets', lines: ticketLines(60) });
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});
const leftovers = (): string[] => (existsSync(join(app.dataFolder, 'training')) ? readdirSync(join(app.dataFolder, 'training')) : []);

describe('a training', () => {
  it('learns, and becomes a version with its lineage, its curve and its event', async () => {
    const order = { versionId: base.versionId, datasetVersionId: tickets.versionId };
    const plan = await app.client.training.plan({ ...order, mode: { kind: 'new' }, settings: QUICK_SETTINGS });
    expect(plan).toMatchObject({ problem: null, speed: { from: 'rule' } });
    const { run, job } = await train(app.client, order);
    expect(job.error).toBeNull();
    expect(job.phases.map(({ phase }) => phase)).toEqual(['prepare', 'tokenize', 'before', 'train', 'save', 'hash', 'trial-load', 'register']);
    expect(job.result).toEqual({ objectType: 'training-run', objectId: run.id });
    console.log(run, plan, await app.client.training.curve({ runId: run.id, afterStep: -1 }), job.phases);
    expect(leftovers()).toEqual([]);
  }, 60_000);
});
