import { auditEventSchema } from '../contract/audit.contract.ts';
import type { AuditEvent, AuditFilter } from '../contract/audit.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { StoredRow } from './audit-chain.ts';
import { genesis } from './audit-chain.ts';

interface Row {
  sequence: number;
  leaf: Buffer;
  canon: string;
}

const columns = 'sequence, leaf, canon';

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

export function createAuditStore(db: DatabaseHandle): AuditStore {
  const head = db.prepare<[], { sequence: number; leaf: Buffer }>('SELECT sequence, leaf FROM audit_events ORDER BY sequence DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO audit_events (sequence, leaf, canon) VALUES (?, ?, ?)');
  const get = db.prepare<[number], Row>(`SELECT ${columns} FROM audit_events WHERE sequence = ?`);
  const ofObject = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM audit_events WHERE object_id = ? ORDER BY sequence DESC LIMIT ?`,
  );
  return {
    head() {
      const row = head.get();
      return row === undefined ? { sequence: 0, leaf: genesis } : { sequence: row.sequence, leaf: row.leaf.toString('hex') };
    },
    insert(row) {
      insert.run(row.sequence, Buffer.from(row.leaf, 'hex'), row.canon);
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
    ofObject: (objectId, limit) => ofObject.all(objectId, limit).map(toEvent),
  };
}

function toEvent(row: Row): AuditEvent {
  return auditEventSchema.parse({ ...(JSON.parse(row.canon) as object), leaf: row.leaf.toString('hex') });
}

function whereOf(filter: AuditFilter) {
  const clauses: string[] = [];
  const values: (string | number)[] = [];
  const among = (column: string, list: readonly string[] | undefined): void => {
    if (list === undefined || list.length === 0) return;
    clauses.push(`${column} IN (${list.map(() => '?').join(', ')})`);
    values.push(...list);
  };
  among('type', filter.types);
  among('result', filter.results);
  if (filter.actorName !== undefined && filter.actorName !== '') {
    clauses.push('actor_name = ?');
    values.push(filter.actorName);
  }
  if (filter.objectId !== undefined && filter.objectId !== '') {
    clauses.push('object_id = ?');
    values.push(filter.objectId);
  }
  if (filter.fromMs !== undefined) {
    clauses.push('time_ms >= ?');
    values.push(filter.fromMs);
  }
  if (filter.untilMs !== undefined) {
    clauses.push('time_ms < ?');
    values.push(filter.untilMs);
  }
  if (filter.text !== undefined && filter.text.trim() !== '') {
    clauses.push(`canon LIKE ? ESCAPE '\\'`);
    values.push(`%${filter.text.trim().replace(/[\\%_]/g, '\\$&')}%`);
  }
  return { clauses, values, sql: () => (clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`) };
}
