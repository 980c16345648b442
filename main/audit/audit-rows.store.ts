import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { StoredRow } from './audit-chain.ts';

/**
 * All events in order, in one read transaction, without holding them in memory. The total is the newest sequence, which is
 * their number as long as none is missing: counting them would decrypt every page twice.
 */
export function readAllRows(db: DatabaseHandle): { total: number; rows: Iterable<StoredRow> } {
  const total = db.prepare<[], { newest: number | null }>('SELECT max(sequence) AS newest FROM audit_events').get()?.newest ?? 0;
  const statement = db.prepare<[], [number, string, string]>(
    'SELECT sequence, lower(hex(leaf)), canon FROM audit_events ORDER BY sequence',
  );
  return { total, rows: inOrder(statement.raw().iterate() as IterableIterator<[number, string, string]>) };
}

function* inOrder(rows: Iterable<[number, string, string]>): Generator<StoredRow> {
  for (const [sequence, leaf, canon] of rows) yield { sequence, leaf, canon };
}
