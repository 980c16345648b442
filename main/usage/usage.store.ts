import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { CountedRequest, Period, UsageDay, UsageGroup, UsageOutcome, UsageRequest, UsageSubject } from '../contract/usage.contract.ts';
import { classOf } from './span-classes.ts';

export type Counts = Pick<UsageDay, 'requests' | 'refused' | 'failed' | 'cancelled' | 'promptTokens' | 'cachedTokens' | 'outputTokens'>;
export type DayTotal = UsageSubject & Counts;
/** A summed row: counts, the classes of each measure, and what its group tells of its subject. */
export interface SummedRow extends Counts, UsageSubject {
  id: string;
  day: string;
  spans: readonly [queue: Map<number, number>, firstToken: Map<number, number>, duration: Map<number, number>];
}

export interface UsageFilter {
  keyId: string | null;
  deployment: string | null;
}

/** `telemetry.db`: totals of days, single requests, seals. */
export interface UsageStore {
  /** Adds requests to a day, and refusals that leave no record of their own; all or nothing. */
  add(day: string, requests: readonly CountedRequest[], refusals: readonly { subject: UsageSubject; count: number }[]): void;
  summed(period: Period, by: UsageGroup | 'nothing', filter: UsageFilter): SummedRow[];
  /** Newest first, of ids from one up to below another: looking for what is rare must not read everything at once. */
  requests(filter: UsageFilter & { outcome: UsageOutcome | null }, ids: { from: number; below: number }, limit: number): UsageRequest[];
  /** 0 where there is none. */
  newestRequestId(): number;
  /** Sums of days with anything in them, in order. */
  days(period: Period): (Counts & { day: string })[];
  /** The totals of one day, in the order in which they are sealed. */
  totalsOf(day: string): DayTotal[];
  firstDay(): string | null;
  /** Days before one that have totals and no seal, in order. */
  unsealedBefore(day: string): string[];
  lastSealedDay(): string | null;
  seal(day: string, auditSequence: number): void;
  /** Deletes records of requests that ended before, at most so many; how many it were. */
  forgetBefore(timeMs: number, most: number): number;
}

const SUBJECT = `key_id AS keyId, key_name AS keyName, department, deployment, version_id AS versionId, model_name AS modelName, version_number AS versionNumber`;
const SUMS = `sum(requests) AS requests, sum(refused) AS refused, sum(failed) AS failed, sum(cancelled) AS cancelled,
  sum(prompt_tokens) AS promptTokens, sum(cached_tokens) AS cachedTokens, sum(output_tokens) AS outputTokens`;

/** What rows of one group share, as SQL. */
const GROUP: Readonly<Record<UsageGroup | 'nothing', string>> = {
  key: 'key_id',
  department: 'department',
  model: `deployment || ' ' || version_id`,
  day: 'day',
  nothing: `''`,
};

export function createUsageStore(db: DatabaseHandle): UsageStore {
  const addTotal = db.prepare<(string | number | null)[], { id: number }>(`
    INSERT INTO usage_totals (day, key_id, key_name, department, deployment, version_id, model_name, version_number,
      requests, refused, failed, cancelled, prompt_tokens, cached_tokens, output_tokens)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (day, key_id, department, deployment, version_id) DO UPDATE SET
      key_name = excluded.key_name, model_name = excluded.model_name, version_number = excluded.version_number,
      requests = requests + excluded.requests, refused = refused + excluded.refused, failed = failed + excluded.failed, cancelled = cancelled + excluded.cancelled,
      prompt_tokens = prompt_tokens + excluded.prompt_tokens, cached_tokens = cached_tokens + excluded.cached_tokens, output_tokens = output_tokens + excluded.output_tokens
    RETURNING id`);
  const addSpan = db.prepare('INSERT INTO usage_spans (total_id, measure, class, count) VALUES (?, ?, ?, 1) ON CONFLICT (total_id, measure, class) DO UPDATE SET count = count + 1');
  const addRequest = db.prepare(`
    INSERT INTO usage_requests (total_id, ended_at_ms, endpoint, stream, outcome, status, reason, prompt_tokens, cached_tokens, output_tokens, queue_ms, first_token_ms, duration_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const count = (day: string, subject: UsageSubject, counts: Counts): number => {
    const { keyId, keyName, department, deployment, versionId, modelName, versionNumber } = subject;
    const row = addTotal.get(
      day, keyId, keyName, department, deployment, versionId, modelName, versionNumber,
      counts.requests, counts.refused, counts.failed, counts.cancelled, counts.promptTokens, counts.cachedTokens, counts.outputTokens,
    );
    if (row === undefined) throw new Error('a total that was added has no id');
    return row.id;
  };
  const add = db.transaction((day: string, requests: readonly CountedRequest[], refusals: readonly { subject: UsageSubject; count: number }[]) => {
    for (const request of requests) {
      const { outcome, promptTokens, cachedTokens, outputTokens, queueMs, firstTokenMs, durationMs } = request;
      const counts = { requests: 1, refused: Number(outcome === 'refused'), failed: Number(outcome === 'failed'), cancelled: Number(outcome === 'cancelled'), promptTokens, cachedTokens, outputTokens };
      const totalId = count(day, request, counts);
      // How soon nothing was answered would make a full queue look like a fast model.
      if (outcome !== 'refused') for (const [measure, spanMs] of [queueMs, firstTokenMs, durationMs].entries()) if (spanMs !== null) addSpan.run(totalId, measure, classOf(spanMs));
      addRequest.run(totalId, request.endedAtMs, request.endpoint, Number(request.stream), outcome, request.status, request.reason, promptTokens, cachedTokens, outputTokens, queueMs, firstTokenMs, durationMs);
    }
    for (const { subject, count: refused } of refusals) count(day, subject, { requests: refused, refused, failed: 0, cancelled: 0, promptTokens: 0, cachedTokens: 0, outputTokens: 0 });
  });

  const sqlOf = ({ keyId, deployment }: UsageFilter): { sql: string; values: string[] } => ({
    sql: `${keyId === null ? '' : ' AND key_id = ?'}${deployment === null ? '' : ' AND deployment = ?'}`,
    values: [...(keyId === null ? [] : [keyId]), ...(deployment === null ? [] : [deployment])],
  });
  const days = db.prepare<[string, string], Counts & { day: string }>(`SELECT day, ${SUMS} FROM usage_totals WHERE day BETWEEN ? AND ? GROUP BY day ORDER BY day`);
  // The order of SQLite's own comparison of texts, byte by byte: the same everywhere.
  const totalsOf = db.prepare<[string], DayTotal>(`
    SELECT ${SUBJECT}, requests, refused, failed, cancelled, prompt_tokens AS promptTokens, cached_tokens AS cachedTokens, output_tokens AS outputTokens
    FROM usage_totals WHERE day = ? ORDER BY key_id, department, deployment, version_id`);
  const firstDay = db.prepare<[], { day: string | null }>('SELECT min(day) AS day FROM usage_totals');
  const unsealed = db.prepare<[string], { day: string }>('SELECT DISTINCT day FROM usage_totals WHERE day < ? AND day NOT IN (SELECT day FROM usage_seals) ORDER BY day');
  const lastSealed = db.prepare<[], { day: string | null }>('SELECT max(day) AS day FROM usage_seals');
  const seal = db.prepare('INSERT INTO usage_seals (day, audit_sequence) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET audit_sequence = excluded.audit_sequence');
  const newestRequest = db.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM usage_requests');
  const forget = db.prepare('DELETE FROM usage_requests WHERE id IN (SELECT id FROM usage_requests WHERE ended_at_ms < ? ORDER BY id LIMIT ?)');

  return {
    add: (day, requests, refusals) => void add.immediate(day, requests, refusals),
    summed({ from, to }, by, filter) {
      const more = sqlOf(filter);
      const group = GROUP[by];
      const where = `WHERE day BETWEEN ? AND ?${more.sql}`;
      // Beside max() SQLite takes the other columns from the same row: the newest names.
      const rows = db
        .prepare<string[], Omit<SummedRow, 'spans'>>(`SELECT ${group} AS id, max(id), day, ${SUBJECT}, ${SUMS} FROM usage_totals ${where} GROUP BY 1`)
        .all(from, to, ...more.values);
      const counts = db
        .prepare<string[], { id: string; measure: number; class: number; count: number }>(
          `SELECT ${group} AS id, measure, class, sum(count) AS count FROM usage_totals JOIN usage_spans ON total_id = usage_totals.id ${where} GROUP BY 1, measure, class`,
        )
        .all(from, to, ...more.values);
      const spans = new Map(rows.map(({ id }) => [id, [new Map(), new Map(), new Map()] as SummedRow['spans']]));
      for (const each of counts) spans.get(each.id)?.[each.measure]?.set(each.class, each.count);
      return rows.map((row) => ({ ...row, spans: spans.get(row.id) ?? [new Map(), new Map(), new Map()] }));
    },
    newestRequestId: () => newestRequest.get()?.id ?? 0,
    requests({ outcome, ...filter }, { from, below }, limit) {
      const more = sqlOf(filter);
      const rows = db
        .prepare<(string | number)[], Omit<UsageRequest, 'stream'> & { stream: number }>(
          `SELECT usage_requests.id AS id, ended_at_ms AS endedAtMs, day, ${SUBJECT}, endpoint, stream, outcome, status, reason,
            usage_requests.prompt_tokens AS promptTokens, usage_requests.cached_tokens AS cachedTokens, usage_requests.output_tokens AS outputTokens,
            queue_ms AS queueMs, first_token_ms AS firstTokenMs, duration_ms AS durationMs
          FROM usage_requests JOIN usage_totals ON usage_totals.id = total_id
          WHERE usage_requests.id >= ? AND usage_requests.id < ?${more.sql}${outcome === null ? '' : ' AND outcome = ?'} ORDER BY usage_requests.id DESC LIMIT ?`,
        )
        .all(from, below, ...more.values, ...(outcome === null ? [] : [outcome]), limit);
      return rows.map((row) => ({ ...row, stream: row.stream === 1 }));
    },
    days: ({ from, to }) => days.all(from, to),
    totalsOf: (day) => totalsOf.all(day),
    firstDay: () => firstDay.get()?.day ?? null,
    unsealedBefore: (day) => unsealed.all(day).map((row) => row.day),
    lastSealedDay: () => lastSealed.get()?.day ?? null,
    seal: (day, auditSequence) => void seal.run(day, auditSequence),
    forgetBefore: (timeMs, most) => forget.run(timeMs, most).changes,
  };
}
