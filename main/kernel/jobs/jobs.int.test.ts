import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AppEvent } from '../../contract/events.contract.ts';
import type { JobState } from './jobs.store.ts';
import { systemClock } from '../clock.ts';
import { ExpectedError } from '../errors.ts';
import { createEventBus } from '../event-bus.ts';
import { newInteraction, systemInteraction } from '../interaction.ts';
import { temporaryHouse } from '../testing/temporary-house.ts';
import type { TemporaryHouse } from '../testing/temporary-house.ts';
import { createJobsService } from './jobs.service.ts';
import type { AppendAudit, JobContext, JobsService } from './jobs.service.ts';
import { createJobsStore } from './jobs.store.ts';

type Payload = { what: string };
let house: TemporaryHouse;
let jobs: JobsService;
let recorded: string[];
let bugs: unknown[];
let heard: AppEvent[];
let swept: string[];
let work: (job: JobContext<Payload>) => Promise<void>;
const person = () => newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '' });

function open(): JobsService {
  const events = createEventBus((error) => {
    throw error;
  });
  events.subscribe((event) => heard.push(event));
  const append: AppendAudit = (_interaction, entry) => {
    if (!house.db.inTransaction) throw new Error('outside a transaction');
    recorded.push(`${entry.type} ${entry.result ?? 'done'} ${entry.reason ?? ''}`.trim());
  };
  const service = createJobsService({
    db: house.db,
    store: createJobsStore(house.db),
    clock: systemClock(),
    events,
    append,
    reportBug: (error) => {
      bugs.push(error);
      return 'ref';
    },
  });
  service.register<Payload>({
    kind: 'models.import',
    payloadSchema: z.object({ what: z.string() }),
    failedEvent: 'models.importFailed',
    cancelledEvent: 'models.importCancelled',
    run: (job) => work(job),
    sweep: (jobId) => {
      swept.push(jobId);
      return Promise.resolve();
    },
  });
  return service;
}
beforeEach(() => {
  house = temporaryHouse();
  recorded = [];
  bugs = [];
  heard = [];
  swept = [];
  jobs = open();
});
afterEach(async () => {
  await jobs.dispose();
  house.remove();
});

function begin(payload: unknown = { what: 'x' }): string {
  const jobId = jobs.enqueue(person(), { kind: 'models.import', title: 'file.gguf', payload });
  jobs.kick();
  return jobId;
}
const succeed = (job: JobContext<Payload>): void => house.db.transaction(() => job.succeed({ objectType: 'model', objectId: 'mdl_1' }))();

describe('a job', () => {
  it('is a row that goes from queued to succeeded, with phases and durations', async () => {
    work = (job) => {
      job.phase('one');
      job.report({ done: 5, total: 10, unit: 'bytes' });
      job.phase('two', 'found 5');
      succeed(job);
      return Promise.resolve();
    };
    const view = await jobs.whenEnded(begin());
    expect(view).toMatchObject({ state: 'succeeded', startedBy: 'Ada', result: { objectId: 'mdl_1' }, error: null });
    expect(view.phases.map(({ phase, detail }) => [phase, detail])).toEqual([
      ['one', 'found 5'],
      ['two', ''],
    ]);
    const states = heard.flatMap((event) => (event.type === 'jobs.changed' ? [event.state] : []));
    expect(states.at(-1)).toBe('succeeded');
    expect(heard.some((event) => event.type === 'jobs.progressed' && event.progress.done === 5)).toBe(false); // within 250 ms of the phase
  });

  it.each([
    ['an expected error', () => new ExpectedError('PATH_NOT_FOUND', { path: 'x' }), 'PATH_NOT_FOUND', 0],
    ['a bug', () => new TypeError('oops'), 'BUG', 1],
    ['a full disk under the database', () => Object.assign(new Error('full'), { code: 'SQLITE_FULL' }), 'DISK_FULL', 0],
  ] as const)('that fails by %s says so in its row and in the log', async (_what, make, code, bugCount) => {
    work = () => Promise.reject(make());
    const view = await jobs.whenEnded(begin());
    expect(view).toMatchObject({ state: 'failed', error: { code } });
    expect(recorded).toEqual([`models.importFailed failed ${code}`]);
    expect(bugs).toHaveLength(bugCount);
  });

  it('that returns without a result is a bug, not a success', async () => {
    work = () => Promise.resolve();
    expect(await jobs.whenEnded(begin())).toMatchObject({ state: 'failed', error: { code: 'BUG' } });
  });

  it('with a stored payload of the wrong shape does not run', async () => {
    work = succeedAsync;
    expect(await jobs.whenEnded(begin({ what: 7 }))).toMatchObject({ state: 'failed' });
  });
  const succeedAsync = (job: JobContext<Payload>): Promise<void> => {
    succeed(job);
    return Promise.resolve();
  };

  it('waits for the one before it', async () => {
    let release: () => void = () => undefined;
    work = async (job) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      succeed(job);
    };
    const first = begin();
    const second = begin();
    const statesNow = (): JobState[] => [first, second].map((id) => jobs.get(id).state);
    expect(statesNow()).toEqual(['running', 'queued']);
    release();
    await jobs.whenEnded(first);
    expect(statesNow()).toEqual(['succeeded', 'running']);
    release();
    await jobs.whenEnded(second);
  });

  it('is cancelled while it runs and while it waits; a second cancel is refused', async () => {
    work = (job) => new Promise((_resolve, reject) => job.signal.addEventListener('abort', () => reject(new ExpectedError('CANCELLED', {}))));
    const first = begin();
    const second = begin();
    expect((await jobs.cancel(person(), second)).state).toBe('cancelled');
    expect((await jobs.cancel(person(), first)).state).toBe('cancelled');
    expect(recorded).toEqual(['jobs.cancelled done', 'jobs.cancelled done', 'models.importCancelled cancelled CANCELLED']);
    await expect(jobs.cancel(person(), first)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' });
  });

  it('that a crash left unfinished is called interrupted, swept up after, and can be tried again', async () => {
    work = () => new Promise(() => undefined);
    const jobId = begin();
    const next = open(); // as after a crash: the row says running, nobody runs it
    await next.recover(systemInteraction('console'));
    expect(next.get(jobId).state).toBe('interrupted');
    expect(swept).toEqual([jobId]);
    expect(recorded).toEqual(['jobs.interrupted failed']);
    work = succeedAsync;
    const again = next.retry(person(), jobId);
    expect((await next.whenEnded(again.id)).state).toBe('succeeded');
    await expect(Promise.resolve().then(() => next.retry(person(), again.id))).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
    jobs = next;
  });
});
