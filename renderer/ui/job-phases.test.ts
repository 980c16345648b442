import { expect, it } from 'vitest';
import type { JobProgress, JobView } from '../../main/contract/jobs.contract.ts';
import { shownPhases } from './job-phases.ts';

const order = ['space', 'structure', 'store', 'hash', 'trial-load'];
const progress = (phase: string) => ({ phase }) as JobProgress;
const job = (state: JobView['state'], ran: string[], now?: string) =>
  ({ state, phases: ran.map((phase) => ({ phase, durationMs: 5, detail: '' })), progress: now === undefined ? null : progress(now) }) as JobView;
const read = (of: JobView, newest: JobProgress | null) => shownPhases(of, newest, order).map(({ id, state }) => `${id} ${state}`);

it('lists what ran, what runs and what is to come', () => {
  expect(read(job('queued', []), null)).toEqual(order.map((id) => `${id} waiting`));
  expect(read(job('running', ['space'], 'structure'), progress('structure'))).toEqual([
    'space done',
    'structure running',
    'store waiting',
    'hash waiting',
    'trial-load waiting',
  ]);
});

it('leaves out a phase the job has left out', () => {
  expect(read(job('running', ['space', 'structure'], 'hash'), progress('hash'))).toEqual([
    'space done',
    'structure done',
    'hash running',
    'trial-load waiting',
  ]);
  expect(read(job('running', ['space', 'structure', 'hash'], 'store'), progress('store')).slice(2)).toEqual([
    'hash done',
    'store running',
    'trial-load waiting',
  ]);
});

it('does not jump while the row is behind the events', () => {
  expect(read(job('running', [], 'space'), progress('store'))).toEqual([
    'space done',
    'structure done',
    'store running',
    'hash waiting',
    'trial-load waiting',
  ]);
});

it('says where a job ended that did not succeed', () => {
  expect(read(job('succeeded', ['space', 'hash']), null)).toEqual(['space done', 'hash done']);
  expect(read(job('failed', ['space', 'hash']), null)).toEqual(['space done', 'hash failed']);
  expect(read(job('cancelled', ['space']), null)).toEqual(['space stopped']);
  expect(read(job('interrupted', []), null)).toEqual([]);
});
