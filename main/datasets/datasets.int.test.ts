import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView } from '../contract/jobs.contract.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { openDataHouse, usualShares } from './testing/data-house.ts';
import type { DataHouse } from './testing/data-house.ts';

let data: DataHouse;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  data = openDataHouse();
  folder = temporaryFolder('data');
});
afterEach(async () => {
  await data.dispose();
  folder.remove();
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}
const asked = (question: string, answer: string): string => JSON.stringify({ prompt: question, completion: answer });
/** So many rows that storing them takes a while. */
const many = (count: number, mark = ''): string => Array.from({ length: count }, (_, index) => asked(`Ticket ${index}: ward ${index % 37}`, `Answer ${index}${mark}`)).join('\n');
const allRows = async (versionId: string) => {
  const found = [];
  for await (const rows of data.datasets.rowsOf(versionId)) found.push(...rows);
  return found;
};
/** Starts an import of many rows and waits until some are stored. */
async function halfway(): Promise<{ jobId: string; ended: Promise<JobView> }> {
  const path = file('many.jsonl', many(12_000));
  const { reading } = await data.inspect(path);
  const { jobId } = data.datasets.import(data.person(), { source: { kind: 'path', path }, reading, target: { kind: 'new-dataset', name: 'Many', shares: usualShares }, licence: '', notes: '' });
  while (data.counts().places === 0) await delay(5);
  return { jobId, ended: data.jobs.whenEnded(jobId) };
}

describe('an import', { timeout: 30_000 }, () => {
  it('keeps rows, problems, duplicates and where they came from, in order, and says so once', async () => {
    const path = file('tickets.jsonl', [asked('Q1', 'A1'), '{"prompt":', asked('Q1', 'A1'), asked('Q2', 'A2'), asked('Q3', 'A3'), ''].join('\n'));
    const dataset = await data.import(path, { name: 'Tickets' });
    expect(dataset.versions).toMatchObject([
      { number: 1, datasetName: 'Tickets', rowCount: 3, textBytes: 12, kinds: { text: 0, chat: 3 }, splits: { train: 1, validation: 1, test: 1 }, duplicateCount: 1, problemCount: 1, sourceName: 'tickets.jsonl', licence: 'CC0', createdBy: 'Ada' },
    ]);
    expect(dataset.versions[0]?.problems).toEqual([{ file: null, line: 2, problem: 'not-json', detail: '' }]);
    const versionId = dataset.versions[0]?.id ?? '';
    const rows = await allRows(versionId);
    expect(rows.map(({ row }) => row.kind === 'chat' && row.messages[0]?.content)).toEqual(['Q1', 'Q2', 'Q3']);
    expect(await data.datasets.hashesOf(versionId)).toEqual(new Set(rows.map(({ hash }) => hash)));
    expect(data.datasets.list()).toMatchObject([{ name: 'Tickets', versionCount: 1, rowCount: 3, trainedCount: 0, shares: usualShares }]);
    expect(data.audited().map(({ type, result }) => `${type} ${result}`)).toEqual(['datasets.importStarted done', 'datasets.imported done']);
    expect(JSON.stringify(data.audited())).not.toContain('Q1');
  });

  it('goes through its phases, and is the same version however it comes', async () => {
    const text = [asked('Q1', 'A1'), asked('Q2', 'A2')];
    const first = await data.importJob(file('a.jsonl', text.join('\n')), { name: 'A' });
    expect(first.phases.map(({ phase }) => phase)).toEqual(['read', 'store', 'register']);
    const again = await data.importJob(file('b.csv', 'question,answer\r\nQ1,A1\r\nQ2,A2\r\n'), { datasetId: first.result?.objectId ?? '' });
    expect(again.error).toMatchObject({ code: 'DATASET_UNCHANGED', data: { number: 1 } });
    const other = await data.import(file('c.jsonl', text.toReversed().join('\n')), { datasetId: first.result?.objectId ?? '' });
    expect(other.versions.map(({ number }) => number)).toEqual([2, 1]);
    expect(data.counts()).toEqual({ rows: 2, places: 4 });
  });

  it('refuses with the reason, stores nothing, and is audited', async () => {
    await expect(data.inspect(file('binary.txt', Buffer.from([71, 71, 0, 1])))).rejects.toMatchObject({ code: 'DATASET_REFUSED', data: { reason: 'not-text' } });
    await expect(data.inspect(join(folder.path, 'absent'))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await expect(data.inspect('/dev/null')).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' });
    const job = await data.importJob(file('a.csv', 'a,b\n,\n'), { name: 'A' });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'DATASET_REFUSED', data: { reason: 'no-usable-rows' } } });
    await data.import(file('b.csv', 'question,answer\nq,a\n'), { name: 'B' });
    await expect(data.importJob(join(folder.path, 'b.csv'), { name: ' b ' })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(data.counts()).toEqual({ rows: 1, places: 1 });
    expect(data.audited().filter(({ type }) => type === 'datasets.importFailed').map(({ result, reason }) => `${result} ${reason}`)).toEqual([
      'refused DATASET_REFUSED',
      'refused PATH_NOT_FOUND',
      'refused NOT_A_REGULAR_FILE',
      'failed DATASET_REFUSED',
    ]);
  });

  it('leaves nothing behind when it is cancelled in the middle', async () => {
    const { jobId, ended } = await halfway();
    await data.jobs.cancel(data.person(), jobId);
    expect((await ended).state).toBe('cancelled');
    expect(data.counts()).toEqual({ rows: 0, places: 0 });
    expect(data.audited().at(-1)).toMatchObject({ type: 'datasets.importCancelled' });
    expect([data.datasets.list(), data.bugs]).toEqual([[], []]);
  });

  it('leaves nothing behind when its process is killed', async () => {
    const { ended } = await halfway();
    process.kill(data.children.at(-1)?.processId ?? 0, 'SIGKILL');
    expect(await ended).toMatchObject({ state: 'failed', error: { code: 'BUG' } });
    expect(String(data.bugs[0])).toContain('modelward-data-import died');
    expect(data.counts()).toEqual({ rows: 0, places: 0 });
  });

  it('says why rows could not be stored, and leaves none', async () => {
    data.house.db.exec(`CREATE TRIGGER no_room BEFORE INSERT ON dataset_rows WHEN (SELECT count(*) FROM dataset_version_rows) > 700 BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    const job = await data.importJob(file('many.jsonl', many(2000)), { name: 'Many' });
    expect([job.state, job.error?.code, String(data.bugs[0])]).toEqual(['failed', 'BUG', 'SqliteError: no room']);
    expect(data.counts()).toEqual({ rows: 0, places: 0 });
  });

  it('sweeps up what a crash of the application left, and only that', async () => {
    const { versions } = await data.import(file('a.jsonl', [asked('Q1', 'A1'), asked('Q2', 'A2')].join('\n')), { name: 'A' });
    const { db } = data.house;
    db.exec(`INSERT INTO dataset_rows (hash, side_key, content) VALUES (x'01', x'02', '{"kind":"text","text":"left"}')`);
    db.exec(`INSERT INTO dataset_version_rows SELECT 'dsv_lost', row_number() OVER () - 1, row_id, 0 FROM dataset_rows`);
    expect(data.counts()).toEqual({ rows: 3, places: 5 });
    await data.datasets.sweep();
    expect(data.counts()).toEqual({ rows: 2, places: 2 });
    expect(await allRows(versions[0]?.id ?? '')).toHaveLength(2);
  });

  it('keeps the event loop free', async () => {
    const path = file('many.jsonl', many(10_000));
    let worstMs = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      worstMs = Math.max(worstMs, now - last);
      last = now;
    }, 5);
    await data.import(path, { name: 'Many' });
    clearInterval(timer);
    // Alone on the machine it is about 30 ms; a second would be one blocking insert of everything.
    expect(worstMs).toBeLessThan(500);
  });
});

describe('versions', { timeout: 30_000 }, () => {
  it('keep every row, and another answer to its question, on its side', async () => {
    const first = await data.import(file('a.jsonl', many(400)), { name: 'A' });
    const kept = Array.from({ length: 500 }, (_, index) => index).filter((index) => index % 3 !== 0);
    const text = kept.toReversed().map((index) => asked(`  TICKET ${index}:  ward ${index % 37}`, `Another answer ${index}`));
    const second = await data.import(file('b.jsonl', text.join('\n')), { datasetId: first.id });
    const sidesOf = async (versionId = '') =>
      new Map((await allRows(versionId)).map(({ row, split }) => [row.kind === 'chat' ? row.messages[0]?.content.replace(/\s+/g, ' ').trim().toLowerCase() : '', split]));
    const before = await sidesOf(first.versions[0]?.id);
    const after = await sidesOf(second.versions[0]?.id);
    const both = [...after].filter(([question]) => before.has(question));
    expect(both).toHaveLength(266);
    for (const [question, split] of both) expect(split).toBe(before.get(question));
    expect(new Set(after.values()).size).toBe(3);
  });

  it('tell what was added, removed, changed and kept', async () => {
    const first = await data.import(file('a.jsonl', [asked('Q1', 'A1'), asked('Q2', 'A2'), asked('Q3', 'A3'), asked('Q3', 'A3b')].join('\n')), { name: 'A' });
    const second = await data.import(file('b.jsonl', [asked('Q4', 'A4'), asked('Q3', 'new'), asked('Q1', 'A1'), asked('q2 ', 'A2!')].join('\n')), { datasetId: first.id });
    const [to, from] = second.versions;
    const diff = await data.datasets.diff({ fromVersionId: from?.id ?? '', toVersionId: to?.id ?? '' });
    expect(diff).toMatchObject({ fromNumber: 1, toNumber: 2, addedCount: 1, removedCount: 1, changedCount: 2, unchangedCount: 1 });
    const answers = (row: (typeof diff.added)[number]) => (row.row.kind === 'chat' ? row.row.messages.at(-1)?.content : '');
    expect([diff.added.map(answers), diff.removed.map(answers)]).toEqual([['A4'], ['A3b']]);
    expect(diff.changed.map((pair) => [answers(pair.from), answers(pair.to)])).toEqual([['A3', 'new'], ['A2', 'A2!']]);
    const back = await data.datasets.diff({ fromVersionId: to?.id ?? '', toVersionId: from?.id ?? '' });
    expect([back.addedCount, back.removedCount, back.changedCount, back.unchangedCount]).toEqual([1, 1, 2, 1]);
  });

  it('show their rows by page, side and words, wherever in a text those stand and nowhere else', async () => {
    const { versions } = await data.import(file('a.jsonl', `${many(300)}\n${asked('Say "hello"\nÄRGER', 'user content')}`), { name: 'A' });
    const versionId = versions[0]?.id ?? '';
    const look = (wanted: Partial<Parameters<typeof data.datasets.rows>[0]>) => data.datasets.rows({ versionId, split: null, search: '', offset: 0, limit: 50, ...wanted });
    const page = await look({ offset: 290, limit: 5 });
    expect([page.total, page.rows.map(({ position }) => position)]).toEqual([301, [290, 291, 292, 293, 294]]);
    const side = await look({ split: 'validation', offset: 2, limit: 3 });
    const validation = (await allRows(versionId)).flatMap(({ split }, position) => (split === 'validation' ? [position] : []));
    expect([side.total, side.rows.map(({ position }) => position)]).toEqual([validation.length, validation.slice(2, 5)]);
    expect((await look({ search: 'ticket 29' })).total).toBe(11);
    for (const [words, total] of [['"HELLO"', 1], ['"hello"\nä', 1], ['user', 1], ['role', 0], ['\\n', 0], ['%', 0]] as const) expect((await look({ search: words })).total, words).toBe(total);
    expect((await look({ search: 'ticket 29', offset: 10 })).rows.map(({ position }) => position)).toEqual([299]);
  });
});

describe('a data set', { timeout: 30_000 }, () => {
  it('is renamed and annotated, with what it was before in the audit log', async () => {
    const { id, versions } = await data.import(file('a.jsonl', asked('Q', 'A')), { name: 'A' });
    await data.import(file('b.jsonl', asked('Q', 'B')), { name: 'B' });
    expect(() => data.datasets.rename(data.person(), { datasetId: id, name: 'b' })).toThrow('NAME_TAKEN');
    data.datasets.rename(data.person(), { datasetId: id, name: 'C' });
    data.datasets.annotate(data.person(), { versionId: versions[0]?.id ?? '', licence: 'In-house', notes: 'From the ticket system.' });
    expect(data.datasets.get(id)).toMatchObject({ name: 'C', versions: [{ licence: 'In-house', notes: 'From the ticket system.', rowCount: 1 }] });
    const history = data.datasets.get(id).history.map(({ type, before }) => `${type} ${JSON.stringify(before)}`);
    expect(history).toEqual(expect.arrayContaining(['datasets.renamed {"name":"A"}', 'datasets.annotated {"licence":"CC0","notes":"","number":1}']));
  });

  it('is deleted with every row that no other one has, once its name is confirmed and nobody trains on it', async () => {
    const { id, versions } = await data.import(file('a.jsonl', many(700)), { name: 'A' });
    await data.import(file('b.jsonl', many(10)), { name: 'B' });
    const remove = (confirmName: string) => data.datasets.delete(data.person(), { datasetId: id, confirmName });
    await expect(remove('B')).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH', data: { expected: 'A' } });
    data.use.training = ['Qwen'];
    await expect(remove('A')).rejects.toMatchObject({ code: 'DATASET_IN_USE', data: { models: ['Qwen'] } });
    data.use.training = [];
    await remove('A');
    expect(data.counts()).toEqual({ rows: 10, places: 10 });
    expect(() => data.datasets.get(id)).toThrow('NOT_FOUND');
    expect(() => data.datasets.version(versions[0]?.id ?? '')).toThrow('NOT_FOUND');
    expect(data.audited().at(-1)).toMatchObject({ type: 'datasets.deleted', before: { versions: [{ number: 1, rowCount: 700 }] } });
  });

  it('tells which model versions were trained on it', async () => {
    const { id } = await data.import(file('a.jsonl', asked('Q', 'A')), { name: 'A' });
    data.use.trained = [{ modelId: 'mdl_1', modelName: 'Qwen', versionId: 'ver_1', versionNumber: 2 }];
    expect(data.datasets.get(id).versions[0]?.trained).toEqual(data.use.trained);
    expect(data.datasets.list()[0]?.trainedCount).toBe(1);
  });

  it('is found by browsing: folders and files of data', async () => {
    for (const name of ['a.jsonl', 'b.CSV', 'c.gguf', '.d.txt', 'e.md']) file(name, 'x');
    expect((await data.datasets.browse(folder.path)).entries.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['file a.jsonl', 'file b.CSV', 'file e.md']);
  });
});
