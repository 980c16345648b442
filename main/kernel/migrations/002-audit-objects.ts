import type { Migration } from './migration.ts';

/** Events between two fillings of `audit_objects`. Part of the schema: another number needs another migration. */
const batch = 256;

/**
 * Which events are about which object, as a table filled in batches instead of an index kept by every commit: the index
 * cost each audited change one more page, encrypted and authenticated.
 *
 * Each event whose sequence is a multiple of 256 brings in, by a trigger and so in its own transaction, itself and the 255
 * before it. Sequences have no gaps, so how far the table reaches follows from the newest event alone
 * (`audit_objects_reach`): there is no mark that could disagree with the table, nothing to do after a crash or a rollback,
 * and never more than 255 events beyond it for a look-up to read one by one. A row that is no JSON is about no object.
 *
 * The rows there are come from the old index, in its order; dropping it reads all of it anyway. The generated columns go
 * too, which costs nothing, as they were never stored: SQLite computed each of them for every new event.
 */
export const auditObjects: Migration = {
  version: 2,
  sql: `
CREATE VIEW audit_objects_reach (sequence) AS
  SELECT coalesce(max(sequence), 0) / ${batch} * ${batch} FROM audit_events;

CREATE TABLE audit_objects (
  object_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  PRIMARY KEY (object_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_objects (object_id, sequence)
  SELECT object_id, sequence FROM audit_events INDEXED BY audit_events_by_object
  WHERE object_id IS NOT NULL AND sequence <= (SELECT sequence FROM audit_objects_reach)
  ORDER BY object_id, sequence;
CREATE TRIGGER audit_objects_no_update BEFORE UPDATE ON audit_objects
  BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_objects_no_delete BEFORE DELETE ON audit_objects
  BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;
CREATE TRIGGER audit_events_by_object_in_batches AFTER INSERT ON audit_events
  WHEN NEW.sequence % ${batch} = 0
  BEGIN
    INSERT OR IGNORE INTO audit_objects (object_id, sequence)
      SELECT canon ->> '$.object.id', sequence FROM audit_events
      WHERE sequence > NEW.sequence - ${batch} AND sequence <= NEW.sequence AND json_valid(canon)
      ORDER BY 1, 2;
  END;

DROP INDEX audit_events_by_object;
ALTER TABLE audit_events DROP COLUMN time_ms;
ALTER TABLE audit_events DROP COLUMN type;
ALTER TABLE audit_events DROP COLUMN result;
ALTER TABLE audit_events DROP COLUMN actor_name;
ALTER TABLE audit_events DROP COLUMN object_id;
`,
};
