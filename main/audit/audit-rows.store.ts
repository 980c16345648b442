import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { StoredRow } from './audit-chain.ts';

/** All events in order, in one read transaction, without holding them in memory. */
export function readAllRows(db: DatabaseHandle): { total: number; rows: Iterable<StoredRow> } {
  const total = db.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM audit_events').get()?.rows ?? 0;
  const statement = db.prepare<[], [number, string, string]>(
    'SELECT sequence, lower(hex(leaf)), canon FROM audit_events ORDER BY sequence',
  );
  return { total, rows: inOrder(statement.raw().iterate() as IterableIterator<[number, string, string]>) };
}

function* inOrder(rows: Iterable<[number, string, string]>): Generator<StoredRow> {
  for (const [sequence, leaf, canon] of rows) yield { sequence, leaf, canon };
}
