import type { Migration } from './migration.ts';

/**
 * Which events are about which object, as a table filled in batches instead of an index kept by every commit: the index
 * cost each audited change one more page, encrypted and authenticated.
 *
 * `audit_objects_reach` says how far the table reaches, and moving it is what fills the table: one statement, by a trigger,
 * so the two cannot disagree whatever is rolled back or killed. A look-up reads the events above it one by one. Whoever
 * appends without ever moving it makes look-ups slow, not wrong. A row that is no JSON is about no object.
 *
 * A trigger on `audit_events` itself would need no one to move anything, but costs every event 2 µs more than its batch:
 * SQLite then keeps a copy of each page for the statement. The rows there are come from the old index, in its order;
 * dropping it reads all of it anyway. The generated columns go too, which costs nothing, as they were never stored: SQLite
 * computed each of them for every new event.
 */
export const auditObjects: Migration = {
  version: 2,
  sql: `
CREATE TABLE audit_objects (
  object_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  PRIMARY KEY (object_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_objects (object_id, sequence)
  SELECT object_id, sequence FROM audit_events INDEXED BY audit_events_by_object
  WHERE object_id IS NOT NULL
  ORDER BY object_id, sequence;
CREATE TRIGGER audit_objects_no_update BEFORE UPDATE ON audit_objects
  BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_objects_no_delete BEFORE DELETE ON audit_objects
  BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;

CREATE TABLE audit_objects_reach (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  sequence INTEGER NOT NULL
) STRICT;
INSERT INTO audit_objects_reach SELECT 1, coalesce(max(sequence), 0) FROM audit_events;
CREATE TRIGGER audit_objects_reach_forward BEFORE UPDATE ON audit_objects_reach
  WHEN NEW.sequence < OLD.sequence OR NEW.sequence > (SELECT coalesce(max(sequence), 0) FROM audit_events)
  BEGIN SELECT RAISE(ABORT, 'the reach only moves forward, to an event there is'); END;
CREATE TRIGGER audit_objects_reach_fills AFTER UPDATE ON audit_objects_reach
  BEGIN
    INSERT OR IGNORE INTO audit_objects (object_id, sequence)
      SELECT canon ->> '$.object.id', sequence FROM audit_events
      WHERE sequence > OLD.sequence AND sequence <= NEW.sequence AND json_valid(canon)
      ORDER BY 1, 2;
  END;
CREATE TRIGGER audit_objects_reach_no_delete BEFORE DELETE ON audit_objects_reach
  BEGIN SELECT RAISE(ABORT, 'the reach is never deleted'); END;

DROP INDEX audit_events_by_object;
ALTER TABLE audit_events DROP COLUMN time_ms;
ALTER TABLE audit_events DROP COLUMN type;
ALTER TABLE audit_events DROP COLUMN result;
ALTER TABLE audit_events DROP COLUMN actor_name;
ALTER TABLE audit_events DROP COLUMN object_id;
`,
};
