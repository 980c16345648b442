import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditLog, AuditService } from '../audit/index.ts';
import { daysFrom, daysOf } from '../contract/calendar-days.ts';
import { USUAL_RECORD_DAYS, usageStateSchema } from '../contract/usage.contract.ts';
import type { CountedRequest, Period, UsageDay, UsageGroup, UsageOutcome, UsageRequest, UsageRow, UsageSpan, UsageState, UsageSubject, UsageTotal } from '../contract/usage.contract.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { SaveFile } from '../kernel/files.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import { dayOf } from './days.ts';
import { exportTotals } from './export-totals.ts';
import { percentileOf } from './span-classes.ts';
import type { Counts, DayTotal, SummedRow, UsageFilter, UsageStore } from './usage.store.ts';

/** A file for a person. */
export interface UsageFile {
  fileName: string;
  mediaType: string;
  text: string;
}

/** What was asked of the endpoint: counted, summed up, and its days sealed into the audit log. Never any text. */
export interface UsageService {
  /** Takes in one request. Never throws: an answer must not fail because it could not be counted. */
  record(request: CountedRequest): void;
  /** Counts a request that was refused at the door; it leaves no record of its own. */
  refused(subject: UsageSubject): void;
  state(): UsageState;
  summary(input: Period & UsageFilter & { by: UsageGroup }): { rows: UsageRow[]; total: UsageTotal };
  requests(input: UsageFilter & { outcome: UsageOutcome | null; cursor: number | null; limit: number }): Promise<{ requests: UsageRequest[]; nextCursor: number | null }>;
  days(period: Period): UsageDay[];
  export(interaction: Interaction, period: Period): UsageFile;
  /** Raises CANCELLED when the person chose nowhere. */
  saveExport(interaction: Interaction, period: Period, save: SaveFile): Promise<{ path: string }>;
  setRetention(interaction: Interaction, recordDays: number): void;
  /** Writes what was counted, seals the days that are over, forgets old records. Runs by itself while the house is open. */
  settle(): void;
  dispose(): void;
}

export interface UsageDependencies {
  store: UsageStore;
  /** Of `modelward.db`, where the audit log and the settings are. */
  db: DatabaseHandle;
  audit: AuditLog;
  auditLog: Pick<AuditService, 'ofObject'>;
  settings: SettingsStore;
  clock: Clock;
  systemInteraction: () => Interaction;
  reportBug: (error: unknown, where: string) => string;
  /** Written so often; the audit log has every request at once. */
  flushMs?: number;
}

const RETENTION = 'usage.recordDays';
const FLUSH_MS = 1000;
const FORGET_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Held in memory while the disk is full; what comes beyond is counted as lost, and the seal of the day says so. */
const MOST_HELD = 20_000;
/** Deleted at once: a few milliseconds. */
const FORGOTTEN_AT_ONCE = 2000;
/** Looked through at once for a page of records. */
const LOOKED_AT_ONCE = 20_000;
/** The last days of a period without totals are looked up in the audit log too, so many: a deleted day must not simply be missing. */
const MOST_DAYS_LOOKED_AT = 400;
/** Named one by one in the event of a day. */
const NAMED_IN_SEAL = 50;

export function createUsageService({ store, db, audit, auditLog, settings, clock, systemInteraction, reportBug, flushMs = FLUSH_MS }: UsageDependencies): UsageService {
  let held: CountedRequest[] = [];
  let refusals = new Map<string, { subject: UsageSubject; count: number }>();
  let lost = 0;
  let toldOfFailure = false;
  let forgotAtMs = Number.NEGATIVE_INFINITY;

  /** Nothing is added to a day that was sealed, also when the clock is set back. */
  const currentDay = (): string => {
    const today = dayOf(clock.nowMs());
    const sealed = store.lastSealedDay();
    return sealed !== null && sealed >= today ? daysFrom(sealed, 1) : today;
  };
  /** The day all that is held belongs to. Written before the day changes or at the first look after it: a second late at most. */
  const flush = (): void => {
    if (held.length === 0 && refusals.size === 0) return;
    try {
      store.add(currentDay(), held, [...refusals.values()]);
      held = [];
      refusals = new Map();
      toldOfFailure = false;
    } catch (error) {
      if (!toldOfFailure) reportBug(error, 'usage'); // held, and tried again
      toldOfFailure = true;
    }
  };
  const hold = (add: () => void): void => {
    if (held.length + refusals.size >= MOST_HELD) lost += 1;
    else add();
  };

  const seal = (): void => {
    for (const day of store.unsealedBefore(currentDay())) {
      // A day is sealed once, whatever telemetry.db says of it: sealed anew, it would bear out what somebody changed.
      if (eventOf(auditLog, day) === null) {
        const totals = store.totalsOf(day);
        const after = { ...sumOf(totals), lines: totals.length, sha256: fingerprintOf(totals), notCounted: lost, byKey: namedBy(totals, 'keyId', 'keyName'), byDeployment: namedBy(totals, 'deployment', 'deployment') };
        audit.appendAlone(systemInteraction(), { type: 'usage.daySealed', object: { type: 'usage-day', id: day, name: day }, after });
        lost = 0;
      }
      store.seal(day, eventOf(auditLog, day)?.sequence ?? 0);
    }
  };
  const recordDays = (): number => settings.get(RETENTION, usageStateSchema.shape.recordDays) ?? USUAL_RECORD_DAYS;
  const settle = (): void => {
    try {
      flush();
      seal();
      const nowMs = clock.monotonicMs();
      if (nowMs - forgotAtMs < FORGET_EVERY_MS) return;
      // A full portion says that there may be more.
      if (store.forgetBefore(clock.nowMs() - recordDays() * DAY_MS, FORGOTTEN_AT_ONCE) < FORGOTTEN_AT_ONCE) forgotAtMs = nowMs;
    } catch (error) {
      reportBug(error, 'usage settle');
    }
  };
  const timer = setInterval(settle, flushMs);
  timer.unref();
  settle();

  const makeExport = (period: Period): UsageFile => {
    flush();
    const days = store.days(period).map(({ day }) => day);
    return exportTotals(period, days.map((day) => ({ day, totals: store.totalsOf(day) })));
  };
  const exported = (interaction: Interaction, { fileName }: UsageFile, what: Period & { path?: string }): void =>
    audit.appendAlone(interaction, { type: 'usage.exported', object: { type: 'file', id: '', name: fileName }, after: { ...what } });

  return {
    record: (request) => hold(() => held.push(request)),
    refused: (subject) =>
      hold(() => {
        const id = `${subject.keyId} ${subject.deployment} ${subject.versionId}`;
        const known = refusals.get(id);
        refusals.set(id, { subject, count: (known?.count ?? 0) + 1 });
      }),
    state() {
      flush();
      return { today: currentDay(), firstDay: store.firstDay(), recordDays: recordDays() };
    },
    summary({ by, keyId, deployment, ...period }) {
      flush();
      const filter = { keyId, deployment };
      const rows = store.summed(period, by, filter).map((row) => rowOf(row, by));
      const [total] = store.summed(period, 'nothing', filter);
      rows.sort(by === 'day' ? (a, b) => (a.id < b.id ? -1 : 1) : (a, b) => b.requests - a.requests || (a.id < b.id ? -1 : 1));
      return { rows, total: total === undefined ? nothing : measuredOf(total) };
    },
    async requests({ cursor, limit, ...filter }) {
      flush();
      const found: UsageRequest[] = [];
      let below = cursor ?? store.newestRequestId() + 1;
      while (found.length <= limit && below > 1) {
        const from = Math.max(1, below - LOOKED_AT_ONCE);
        found.push(...store.requests(filter, { from, below }, limit + 1 - found.length));
        if (found.length > limit) break;
        below = from;
        await nextTurn();
      }
      const requests = found.slice(0, limit);
      return { requests, nextCursor: found.length > limit ? (requests.at(-1)?.id ?? null) : null };
    },
    days(period) {
      flush();
      const today = currentDay();
      const counted = new Map(store.days(period).map((counts) => [counts.day, counts]));
      const gone = daysOf(period, MOST_DAYS_LOOKED_AT).filter((day) => day < today && !counted.has(day) && eventOf(auditLog, day) !== null);
      const all = [...counted.values(), ...gone.map((day) => ({ day, ...noCounts }))].toSorted((a, b) => (a.day < b.day ? -1 : 1));
      return all.map((counts) => {
        const { day } = counts;
        const event = eventOf(auditLog, day);
        const seal = event === null ? (day >= today ? 'open' : 'unsealed') : event.sha256 === fingerprintOf(store.totalsOf(day)) ? 'sealed' : 'differs';
        return { ...counts, seal, sealedAtMs: event?.timeMs ?? null, auditSequence: event?.sequence ?? null };
      });
    },
    export(interaction, period) {
      const file = makeExport(period);
      exported(interaction, file, period);
      return file;
    },
    async saveExport(interaction, period, save) {
      const file = makeExport(period);
      const path = await save(file);
      if (path === null) throw new ExpectedError('CANCELLED', {});
      exported(interaction, file, { ...period, path });
      return { path };
    },
    setRetention(interaction, wanted) {
      const before = recordDays();
      db.transaction(() => {
        settings.set(RETENTION, wanted);
        audit.append(interaction, { type: 'usage.retentionChanged', object: { type: 'usage', id: 'usage', name: '' }, before: { recordDays: before }, after: { recordDays: wanted } });
      }).immediate();
      forgotAtMs = Number.NEGATIVE_INFINITY;
    },
    settle,
    dispose() {
      clearInterval(timer);
      settle();
    },
  };
}

/** SHA-256 of the canonical JSON (RFC 8785) of a day's totals, in hex: what the audit log keeps of them. */
function fingerprintOf(totals: readonly DayTotal[]): string {
  return createHash('sha256').update(canonicalJson(totals)).digest('hex');
}

/** The event that sealed a day; the first, should there be more. */
function eventOf(auditLog: UsageDependencies['auditLog'], day: string): { sequence: number; timeMs: number; sha256: unknown } | null {
  const event = auditLog.ofObject(day, 8).findLast(({ type, object }) => type === 'usage.daySealed' && object.type === 'usage-day');
  if (event === undefined) return null;
  const sha256 = typeof event.after === 'object' && event.after !== null && !Array.isArray(event.after) ? event.after['sha256'] : null;
  return { sequence: event.sequence, timeMs: event.timeMs, sha256 };
}

const noCounts: Counts = { requests: 0, refused: 0, failed: 0, cancelled: 0, promptTokens: 0, cachedTokens: 0, outputTokens: 0 };
const nothing: UsageTotal = { ...noCounts, queue: null, firstToken: null, duration: null };

function sumOf(totals: readonly Counts[]): Counts {
  const sum = { ...noCounts };
  for (const total of totals) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += total[name];
  return sum;
}

/** Sums by one member, most requests first, as far as an event names them. */
function namedBy(totals: readonly DayTotal[], member: 'keyId' | 'deployment', nameMember: 'keyName' | 'deployment') {
  const groups = Map.groupBy(totals, (total) => total[member]);
  const sums = [...groups].map(([id, list]) => {
    const { requests, promptTokens, outputTokens } = sumOf(list);
    return { id, name: list[0]?.[nameMember] ?? '', requests, promptTokens, outputTokens };
  });
  return sums.toSorted((a, b) => b.requests - a.requests || (a.id < b.id ? -1 : 1)).slice(0, NAMED_IN_SEAL);
}

function measuredOf({ requests, refused, failed, cancelled, promptTokens, cachedTokens, outputTokens, spans }: SummedRow): UsageTotal {
  const [queue, firstToken, duration] = spans.map(spanOf) as [UsageSpan | null, UsageSpan | null, UsageSpan | null];
  return { requests, refused, failed, cancelled, promptTokens, cachedTokens, outputTokens, queue, firstToken, duration };
}

function spanOf(classes: ReadonlyMap<number, number>): UsageSpan | null {
  const p50Ms = percentileOf(classes, 0.5);
  const p95Ms = percentileOf(classes, 0.95);
  if (p50Ms === null || p95Ms === null) return null;
  return { count: [...classes.values()].reduce((sum, count) => sum + count, 0), p50Ms, p95Ms };
}

/** Only what all of a group share; the rest of the row the sum was taken from would be one of many. */
function rowOf(row: SummedRow, by: UsageGroup): UsageRow {
  const { id, day, keyId, keyName, department, deployment, versionId, modelName, versionNumber } = row;
  const blank = { id, day: null, keyId: '', keyName: '', department: '', deployment: '', versionId: '', modelName: '', versionNumber: null, ...measuredOf(row) };
  switch (by) {
    case 'key':
      return { ...blank, keyId, keyName, department };
    case 'department':
      return { ...blank, department };
    case 'model':
      return { ...blank, deployment, versionId, modelName, versionNumber };
    case 'day':
      return { ...blank, day };
  }
}
