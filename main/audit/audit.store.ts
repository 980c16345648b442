import { auditEventSchema } from '../contract/audit.contract.ts';
import type { AuditEvent, AuditFilter } from '../contract/audit.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { nameKeyOf } from '../kernel/names.ts';
import type { StoredRow } from './audit-chain.ts';
import { genesis } from './audit-chain.ts';

interface Row {
  sequence: number;
  leaf: Buffer;
  canon: string;
}

const columns = 'sequence, leaf, canon';

/** The event's members that are searched, read from its text when a search needs them: nothing kept beside could disagree. */
const member = {
  type: `canon ->> '$.type'`,
  result: `canon ->> '$.result'`,
  timeMs: `canon ->> '$.timeMs'`,
  actorName: `canon ->> '$.actor.name'`,
  objectId: `canon ->> '$.object.id'`,
} as const;

/**
 * Sequences of the events about one object (bound twice): those the table `audit_objects` reaches, and the few newer ones
 * by looking at each (migration 002). One statement, so both halves are of the same moment on every connection.
 */
const aboutObject = `
  SELECT sequence FROM audit_objects WHERE object_id = ? AND sequence <= (SELECT sequence FROM audit_objects_reach)
  UNION ALL
  SELECT sequence FROM audit_events WHERE sequence > (SELECT sequence FROM audit_objects_reach) AND ${member.objectId} = ?`;

/** The table `audit_events`: appended to, read, never changed. */
export interface AuditStore {
  /** Sequence and leaf (hex) of the newest event; 0 and the genesis value when there is none. */
  head(): { sequence: number; leaf: string };
  insert(row: StoredRow): void;
  get(sequence: number): AuditEvent | undefined;
  /** Newest first, below `cursor` where one is given. */
  list(filter: AuditFilter, cursor: number | null, limit: number): AuditEvent[];
  /** How many events a filter finds among those above one sequence and up to another. */
  count(filter: AuditFilter, range: { above: number; upTo: number }): number;
  /** Events about one object, newest first. */
  ofObject(objectId: string, limit: number): AuditEvent[];
}

/** Events between two fillings of `audit_objects`, and so the most that a look-up reads one by one. */
const batch = 256;

export function createAuditStore(db: DatabaseHandle): AuditStore {
  // SQLite's own LIKE knows the case of ASCII letters only.
  db.function('name_holds', { deterministic: true, directOnly: true }, (name, partKey) => (holds(name, partKey) ? 1 : 0));
  const head = db.prepare<[], { sequence: number; leaf: Buffer }>('SELECT sequence, leaf FROM audit_events ORDER BY sequence DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO audit_events (sequence, leaf, canon) VALUES (?, ?, ?)');
  // Already there only after somebody took the newest events away: then it waits until the log has grown past it.
  const moveReach = db.prepare('UPDATE audit_objects_reach SET sequence = ? WHERE sequence < ?');
  const get = db.prepare<[number], Row>(`SELECT ${columns} FROM audit_events WHERE sequence = ?`);
  // The limit inside lets the newest be found without looking at all of them.
  const ofObject = db.prepare<[string, string, number], Row>(
    `SELECT ${columns} FROM audit_events WHERE sequence IN (${aboutObject} ORDER BY sequence DESC LIMIT ?) ORDER BY sequence DESC`,
  );
  return {
    head() {
      const row = head.get();
      return row === undefined ? { sequence: 0, leaf: genesis } : { sequence: row.sequence, leaf: row.leaf.toString('hex') };
    },
    insert(row) {
      insert.run(row.sequence, Buffer.from(row.leaf, 'hex'), row.canon);
      if (row.sequence % batch === 0) moveReach.run(row.sequence, row.sequence);
    },
    get(sequence) {
      const row = get.get(sequence);
      return row === undefined ? undefined : toEvent(row);
    },
    list(filter, cursor, limit) {
      const where = whereOf(filter);
      if (cursor !== null) {
        where.clauses.push('sequence < ?');
        where.values.push(cursor);
      }
      const sql = `SELECT ${columns} FROM audit_events ${where.sql()} ORDER BY sequence DESC LIMIT ?`;
      return db.prepare<(string | number)[], Row>(sql).all(...where.values, limit).map(toEvent);
    },
    count(filter, { above, upTo }) {
      const where = whereOf(filter);
      where.clauses.push('sequence > ?', 'sequence <= ?');
      where.values.push(above, upTo);
      const sql = `SELECT count(*) AS rows FROM audit_events ${where.sql()}`;
      return db.prepare<(string | number)[], { rows: number }>(sql).get(...where.values)?.rows ?? 0;
    },
    ofObject: (objectId, limit) => ofObject.all(objectId, objectId, limit).map(toEvent),
  };
}

function toEvent(row: Row): AuditEvent {
  return auditEventSchema.parse({ ...(JSON.parse(row.canon) as object), leaf: row.leaf.toString('hex') });
}

function holds(name: unknown, partKey: unknown): boolean {
  return typeof name === 'string' && typeof partKey === 'string' && nameKeyOf(name).includes(partKey);
}

function whereOf(filter: AuditFilter) {
  const clauses: string[] = [];
  const values: (string | number)[] = [];
  const among = (what: string, list: readonly string[] | undefined): void => {
    if (list === undefined || list.length === 0) return;
    clauses.push(`${what} IN (${list.map(() => '?').join(', ')})`);
    values.push(...list);
  };
  among(member.type, filter.types);
  among(member.result, filter.results);
  if (filter.actorName !== undefined && filter.actorName.trim() !== '') {
    clauses.push(`name_holds(${member.actorName}, ?)`);
    values.push(nameKeyOf(filter.actorName));
  }
  if (filter.objectId !== undefined && filter.objectId !== '') {
    clauses.push(`sequence IN (${aboutObject})`);
    values.push(filter.objectId, filter.objectId);
  }
  if (filter.fromMs !== undefined) {
    clauses.push(`${member.timeMs} >= ?`);
    values.push(filter.fromMs);
  }
  if (filter.untilMs !== undefined) {
    clauses.push(`${member.timeMs} < ?`);
    values.push(filter.untilMs);
  }
  if (filter.text !== undefined && filter.text.trim() !== '') {
    clauses.push(`canon LIKE ? ESCAPE '\\'`);
    values.push(`%${filter.text.trim().replace(/[\\%_]/g, '\\$&')}%`);
  }
  return { clauses, values, sql: () => (clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`) };
}
