import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView } from '../contract/jobs.contract.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { realModelPath, STORIES_260K_SHA256 } from '../engine/testing/real-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

let app: TestApplication;
let source: ReturnType<typeof temporaryFolder>;
let model: string;
beforeEach(async () => {
  app = await startTestApplication();
  source = temporaryFolder('source');
  model = join(source.path, 'small.gguf');
  await writeRandomModel(model, SMALL_RANDOM_MODEL);
});
afterEach(async () => {
  await app.dispose();
  source.remove();
});

async function run(path: string, name = 'A model'): Promise<JobView> {
  const { jobId } = await app.client.models.import({ source: { kind: 'path', path }, target: { kind: 'new-model', name }, notes: '' });
  return ended(jobId);
}
function ended(jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  });
}
/** Everything an import could leave on the disk. */
function traces(): string[] {
  const list = (folder: string): string[] => (existsSync(join(app.dataFolder, folder)) ? readdirSync(join(app.dataFolder, folder)) : []);
  return [...list('quarantine'), ...list('models'), ...list('uploads')];
}
async function auditTypes(): Promise<string[]> {
  const { events } = await app.client.audit.list({ filter: {}, cursor: null, limit: 50 });
  return events.map((event) => event.type);
}

describe('importing', () => {
  it('takes a real model in: right hash, facts in words, trial load, one event', async () => {
    const { path, isTrained } = await realModelPath();
    const modelId = await importModel(app.client, path, 'Stories');
    const detail = await app.client.models.get({ modelId });
    const version = detail.versions[0];
    if (isTrained) {
      expect(version?.sha256).toBe(STORIES_260K_SHA256);
      expect(version?.facts).toMatchObject({ architecture: 'llama', quantization: 'F32', vocabularySize: 512, layerCount: 5 });
    }
    expect(version?.trial?.loadMs).toBeGreaterThan(0);
    expect(version?.trial?.peakRssBytes).toBeGreaterThan(10_000_000);
    expect(detail.history.map((event) => event.type)).toEqual(['models.imported']);
    const stored = join(app.dataFolder, 'models', version?.sha256 ?? '', 'model.gguf');
    expect(readFileSync(stored).equals(readFileSync(path))).toBe(true);
  });

  it('shares the bytes on the same volume and never touches the original', async () => {
    const before = statSync(model);
    const bytes = readFileSync(model);
    const job = await run(model);
    expect(job.state).toBe('succeeded');
    const detail = await app.client.models.get({ modelId: job.result?.objectId ?? '' });
    expect(['hard-link', 'reflink']).toContain(detail.versions[0]?.storageMethod);
    const after = statSync(model);
    expect([after.mode, after.mtimeMs, after.size]).toEqual([before.mode, before.mtimeMs, before.size]);
    await app.client.models.delete({ modelId: detail.id, confirmName: 'A model' });
    expect(readFileSync(model).equals(bytes)).toBe(true);
    expect(traces()).toEqual([]);
  });

  it('goes through every phase in order', async () => {
    const job = await run(model);
    expect(job.phases.map((phase) => phase.phase)).toEqual(['space', 'structure', 'architecture', 'chat-template', 'hash', 'trial-load', 'register']);
  });

  it('takes a split model as one, from any of its parts', async () => {
    const { paths } = await writeRandomModel(join(source.path, 'big.gguf'), { ...SMALL_RANDOM_MODEL, seed: 9, splitInto: 3 });
    const job = await run(paths[1] ?? '');
    expect(job.error).toBeNull();
    const version = (await app.client.models.get({ modelId: job.result?.objectId ?? '' })).versions[0];
    expect(version?.partCount).toBe(3);
    expect(readdirSync(join(app.dataFolder, 'models', version?.sha256 ?? '')).sort()).toEqual([1, 2, 3].map((part) => `model-0000${part}-of-00003.gguf`));
  });

  it('follows a symbolic link to a regular file', async () => {
    symlinkSync(model, join(source.path, 'link.gguf'));
    expect((await run(join(source.path, 'link.gguf'))).state).toBe('succeeded');
  });

  it('says so when the same bytes are there already and stores nothing twice', async () => {
    const first = await run(model, 'First');
    copyFileSync(model, join(source.path, 'same.gguf'));
    const second = await run(join(source.path, 'same.gguf'), 'Second');
    expect(second.error).toMatchObject({ code: 'MODEL_ALREADY_IMPORTED', data: { modelId: first.result?.objectId, name: 'First' } });
    expect(traces()).toHaveLength(1);
    expect(await app.client.models.list({})).toHaveLength(1);
  });

  it('adds a further version to a model', async () => {
    const first = await run(model, 'Growing');
    const other = join(source.path, 'other.gguf');
    await writeRandomModel(other, { ...SMALL_RANDOM_MODEL, seed: 2 });
    const { jobId } = await app.client.models.import({
      source: { kind: 'path', path: other },
      target: { kind: 'new-version', modelId: first.result?.objectId ?? '' },
      notes: '',
    });
    expect((await ended(jobId)).state).toBe('succeeded');
    const detail = await app.client.models.get({ modelId: first.result?.objectId ?? '' });
    expect(detail.versions.map((version) => version.number)).toEqual([2, 1]);
  });
});

describe('what is refused leaves no trace but the audit events', () => {
  const cases: [string, (folder: string, good: string) => string, string, Record<string, unknown>][] = [
    ['not a GGUF', (folder) => write(folder, 'Plainly a text file, and long enough to have a header.'), 'GGUF_REFUSED', { rule: 'not-gguf' }],
    ['an empty file', (folder) => write(folder, ''), 'GGUF_REFUSED', {}],
    [
      'a truncated file',
      (folder, good) => {
        const path = join(folder, 'cut.gguf');
        copyFileSync(good, path);
        truncateSync(path, Math.floor(statSync(good).size * 0.7));
        return path;
      },
      'GGUF_REFUSED',
      {},
    ],
    ['a folder', (folder) => folder, 'NOT_A_REGULAR_FILE', {}],
    ['a path that is not there', (folder) => join(folder, 'nothing.gguf'), 'PATH_NOT_FOUND', {}],
    [
      'a split model without its middle',
      (folder, good) => {
        for (const part of ['00001', '00003']) linkSync(good, join(folder, `part-${part}-of-00003.gguf`));
        return join(folder, 'part-00001-of-00003.gguf');
      },
      'GGUF_REFUSED',
      { rule: 'split-incomplete' },
    ],
  ];
  function write(folder: string, text: string): string {
    writeFileSync(join(folder, 'bad.gguf'), text);
    return join(folder, 'bad.gguf');
  }

  it.each(cases)('%s', async (_what, make, code, data) => {
    const job = await run(make(source.path, model));
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({ code, data });
    expect(traces()).toEqual([]);
    expect(await app.client.models.list({})).toEqual([]);
    expect((await auditTypes()).slice(0, 2)).toEqual(['models.importFailed', 'models.importStarted']);
  });

  it('a hostile header neither hangs nor brings the application down', async () => {
    const hostile = Buffer.alloc(64);
    hostile.write('GGUF', 0);
    hostile.writeUInt32LE(3, 4);
    hostile.writeBigUInt64LE(1n, 8);
    hostile.writeBigUInt64LE(2n ** 40n, 16);
    hostile.writeBigUInt64LE(3n * 2n ** 30n, 24);
    const path = join(source.path, 'hostile.gguf');
    writeFileSync(path, hostile);
    expect((await run(path)).error?.code).toBe('GGUF_REFUSED');
    expect((await app.client.system.status({})).state).toBe('ready');
  });

  it('an architecture the engine does not know', async () => {
    const path = join(source.path, 'unknown.gguf');
    const bytes = readFileSync(model);
    const at = bytes.indexOf('llama', bytes.indexOf('general.architecture'));
    bytes.write('lLaMa', at);
    writeFileSync(path, bytes);
    const refusal = { code: 'GGUF_REFUSED', data: { rule: 'architecture-unknown' } };
    expect((await run(path)).error).toMatchObject(refusal);
    await expect(app.client.models.inspect({ source: { kind: 'path', path } })).rejects.toMatchObject(refusal);
    const { events } = await app.client.audit.list({ filter: { types: ['models.importFailed'] }, cursor: null, limit: 5 });
    expect(events.map((event) => [event.result, event.reason, event.object.name])).toEqual([
      ['refused', 'GGUF_REFUSED', 'unknown.gguf'],
      ['failed', 'GGUF_REFUSED', 'unknown.gguf'],
    ]);
  });

  it.each([
    ['that never ends', '{% for a in range(900) %}{% for b in range(900) %}{% for c in range(900) %}{% for d in range(900) %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}', 'too-slow'],
    ['that eats memory, which may end its whole process', '{% for a in range(9999999) %}{% for b in range(9999999) %}{{ messages[0].content }}{% endfor %}{% endfor %}', 'too-much-memory'],
  ])('a chat template %s', async (_, template, reason) => {
    const path = join(source.path, 'loop.gguf');
    await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, chatTemplate: template });
    expect((await run(path)).error).toMatchObject({ code: 'CHAT_TEMPLATE_REFUSED', data: { reason } });
    expect(traces()).toEqual([]);
  });

  it('accepts a chat template that works and says which family it is', async () => {
    const job = await run(model);
    expect(job.phases.find((phase) => phase.phase === 'chat-template')?.detail).toBe('works');
  });

  it('a name that is taken, before anything is read', async () => {
    await run(model, 'Taken');
    await expect(app.client.models.import({ source: { kind: 'path', path: model }, target: { kind: 'new-model', name: ' taken ' }, notes: '' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
  });
});

describe('an import that does not come to its end', () => {
  let large: string;
  beforeEach(async () => {
    large = join(source.path, 'large.gguf');
    await writeRandomModel(large, { ...SMALL_RANDOM_MODEL, embedding: 1024, feedForward: 4096, heads: 16, headsKv: 8, layers: 4, vocabulary: 8000, tensorType: 'F32' });
  });

  it('is cancelled at once and leaves nothing', async () => {
    const { jobId } = await app.client.models.import({ source: { kind: 'path', path: large }, target: { kind: 'new-model', name: 'Large' }, notes: '' });
    await until(async () => (await app.client.jobs.get({ jobId })).progress?.phase === 'hash');
    expect((await app.client.jobs.cancel({ jobId })).state).toBe('cancelled');
    expect(traces()).toEqual([]);
    expect((await auditTypes()).slice(0, 3)).toEqual(['models.importCancelled', 'jobs.cancelled', 'models.importStarted']);
  });

  it('is called interrupted after the application was killed, leaves nothing, and can be tried again', async () => {
    const { application } = app;
    await application.dispose();
    const script = join(import.meta.dirname, '..', 'testing', 'import-and-wait.ts');
    const child = spawn(process.execPath, [script, app.dataFolder, large], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('hash')) resolve();
      });
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await app.restart();
    await app.client.accounts.signIn({ password: 'a long sentence nobody says' });
    const [job] = await app.client.jobs.list({});
    expect(job?.state).toBe('interrupted');
    expect(traces()).toEqual([]);
    expect(await auditTypes()).toContain('jobs.interrupted');
    const again = await app.client.jobs.retry({ jobId: job?.id ?? '' });
    expect((await ended(again.id)).state).toBe('succeeded');
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('meets a full disk with a sentence and leaves nothing (needs Linux and root for a small volume)', async () => {
    const small = temporaryFolder('small-volume');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small.path]);
    expect(mounted.status).toBe(0);
    const tight = await startTestApplication({ dataFolder: small.path });
    try {
      const { jobId } = await tight.client.models.import({ source: { kind: 'path', path: large }, target: { kind: 'new-model', name: 'Large' }, notes: '' });
      const job = await until(async () => {
        const view = await tight.client.jobs.get({ jobId });
        return view.state === 'failed' ? view : null;
      });
      expect(job.error).toMatchObject({ code: 'DISK_FULL' });
      expect(job.error?.data['neededBytes']).toBeGreaterThan(job.error?.data['freeBytes'] as number);
      expect(existsSync(join(small.path, 'quarantine')) ? readdirSync(join(small.path, 'quarantine')) : []).toEqual([]);
    } finally {
      await tight.dispose();
      spawnSync('umount', [small.path]);
      small.remove();
    }
  });
});

describe('looking after models', () => {
  it('renames, annotates, retires and restores, each with its event', async () => {
    const modelId = await importModel(app.client, model, 'First name');
    await app.client.models.rename({ modelId, name: 'Second name' });
    await app.client.models.annotate({ modelId, notes: 'For the laboratory.' });
    await app.client.models.retire({ modelId });
    expect(await app.client.models.get({ modelId })).toMatchObject({ name: 'Second name', notes: 'For the laboratory.', retired: true });
    await app.client.models.restore({ modelId });
    const { history } = await app.client.models.get({ modelId });
    expect(history.map((event) => event.type)).toEqual(['models.restored', 'models.retired', 'models.annotated', 'models.renamed', 'models.imported']);
    expect(history[3]).toMatchObject({ before: { name: 'First name' }, after: { name: 'Second name' } });
  });

  it('deletes only when its name is given', async () => {
    const modelId = await importModel(app.client, model, 'Precious');
    await expect(app.client.models.delete({ modelId, confirmName: 'precios' })).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    await app.client.models.delete({ modelId, confirmName: 'Precious' });
    expect(await app.client.models.list({})).toEqual([]);
    expect(traces()).toEqual([]);
  });

  it('notices a stored file that changed', async () => {
    const modelId = await importModel(app.client, model, 'Changed');
    const version = (await app.client.models.get({ modelId })).versions[0];
    // A hard link shares its bytes with the original: who edits that, edits ours.
    const bytes = readFileSync(model);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(model, bytes);
    const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 256, parallelSequences: 1, threads: 1 };
    const limits = { maxOutputTokens: 16, queueLimit: 1, memoryLimitBytes: 2 ** 31 };
    const create = app.client.deployments.create({ name: 'changed', versionId: version?.id ?? '', settings, limits, trialId: null });
    await expect(create).rejects.toMatchObject({ code: 'MODEL_FILE_CHANGED' });
  });

  it('lists a folder with split models as one entry and says how a file would be stored', async () => {
    await writeRandomModel(join(source.path, 'big.gguf'), { ...SMALL_RANDOM_MODEL, seed: 9, splitInto: 3 });
    mkdirSync(join(source.path, 'more'));
    writeFileSync(join(source.path, 'notes.txt'), '');
    const listing = await app.client.models.browse({ path: source.path });
    expect(listing.entries.map((entry) => [entry.kind, entry.name, entry.partCount])).toEqual([
      ['folder', 'more', null],
      ['model', 'big-00001-of-00003.gguf', 3],
      ['model', 'small.gguf', 1],
    ]);
    const inspection = await app.client.models.inspect({ source: { kind: 'path', path: model } });
    expect(inspection).toMatchObject({ partCount: 1, neededBytes: 0, suggestedName: expect.any(String) as string });
    expect(traces()).toEqual([]);
  });
});
