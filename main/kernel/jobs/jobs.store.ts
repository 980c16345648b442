import { z } from 'zod';
import { errorValueSchema } from '../../contract/errors.ts';
import type { ErrorValue } from '../../contract/errors.ts';
import { JOB_KINDS, JOB_STATES, jobViewSchema } from '../../contract/jobs.contract.ts';
import type { JobKind, JobView } from '../../contract/jobs.contract.ts';
import type { DatabaseHandle } from '../database/open-database.ts';

const rowSchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  title: z.string(),
  payload: z.string(),
  started_by: z.string(),
  created_at_ms: z.number(),
  started_at_ms: z.number().nullable(),
  ended_at_ms: z.number().nullable(),
  phases: z.string(),
  result: z.string().nullable(),
  error: z.string().nullable(),
});

export type JobState = (typeof JOB_STATES)[number];
export type JobResult = NonNullable<JobView['result']>;

export interface NewJob {
  id: string;
  kind: JobKind;
  title: string;
  payload: unknown;
  startedBy: string;
  createdAtMs: number;
}

/** The table `jobs`. A job is a row before it is anything else. */
export interface JobsStore {
  insert(job: NewJob): void;
  started(id: string, atMs: number): void;
  ended(id: string, end: { state: JobState; atMs: number; phases: JobView['phases']; result: JobResult | null; error: ErrorValue | null }): void;
  get(id: string): JobView | undefined;
  payload(id: string): unknown;
  /** Newest first. */
  list(limit: number): JobView[];
  inState(states: readonly JobState[]): JobView[];
}

export function createJobsStore(db: DatabaseHandle): JobsStore {
  const insert = db.prepare(
    `INSERT INTO jobs (id, kind, state, title, payload, started_by, created_at_ms) VALUES (?, ?, 'queued', ?, ?, ?, ?)`,
  );
  const started = db.prepare(`UPDATE jobs SET state = 'running', started_at_ms = ? WHERE id = ?`);
  const ended = db.prepare(`UPDATE jobs SET state = ?, ended_at_ms = ?, phases = ?, result = ?, error = ? WHERE id = ?`);
  const get = db.prepare<[string]>('SELECT * FROM jobs WHERE id = ?');
  const list = db.prepare<[number]>('SELECT * FROM jobs ORDER BY created_at_ms DESC, id DESC LIMIT ?');
  return {
    insert: (job) => void insert.run(job.id, job.kind, job.title, JSON.stringify(job.payload), job.startedBy, job.createdAtMs),
    started: (id, atMs) => void started.run(atMs, id),
    ended(id, { state, atMs, phases, result, error }) {
      ended.run(state, atMs, JSON.stringify(phases), result === null ? null : JSON.stringify(result), error === null ? null : JSON.stringify(error), id);
    },
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toView(row);
    },
    payload(id) {
      const row = get.get(id);
      return row === undefined ? undefined : (JSON.parse(rowSchema.parse(row).payload) as unknown);
    },
    list: (limit) => list.all(limit).map(toView),
    inState(states) {
      const marks = states.map(() => '?').join(', ');
      return db.prepare<string[]>(`SELECT * FROM jobs WHERE state IN (${marks}) ORDER BY created_at_ms, id`).all(...states).map(toView);
    },
  };
}

function toView(value: unknown): JobView {
  const row = rowSchema.parse(value);
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    title: row.title,
    startedBy: row.started_by,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    progress: null,
    phases: jobViewSchema.shape.phases.parse(JSON.parse(row.phases)),
    result: row.result === null ? null : jobViewSchema.shape.result.parse(JSON.parse(row.result)),
    error: row.error === null ? null : errorValueSchema.parse(JSON.parse(row.error)),
  };
}
