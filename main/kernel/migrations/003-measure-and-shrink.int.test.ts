import Database from 'better-sqlite3-multiple-ciphers';
import { expect, it } from 'vitest';
import { migrate } from './migrate.ts';

/** A database as version 2 left it, with one model of two versions. */
function fromBefore(): Database.Database {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 2);
  db.exec(`INSERT INTO models (id, name, name_key, notes, created_at_ms) VALUES ('mdl', 'Ward', 'ward', '', 1)`);
  const insert = db.prepare(
    `INSERT INTO model_versions (id, model_id, number, sha256, files, size_bytes, storage_method, source_name, imported_by, imported_at_ms, facts)
     VALUES (?, 'mdl', ?, ?, '[]', 7, 'copy', 'ward.gguf', 'Ada', 2, '{"architecture":"llama"}')`,
  );
  insert.run('ver1', 1, 'a');
  insert.run('ver2', 2, 'b');
  return db;
}

it('keeps the versions there are, as imported and not approved', () => {
  const db = fromBefore();
  const before = db.prepare('SELECT id, number, sha256, architecture FROM model_versions ORDER BY number').all();
  migrate(db);
  expect(db.prepare('SELECT id, number, sha256, architecture FROM model_versions ORDER BY number').all()).toEqual(before);
  expect(db.prepare('SELECT parent_version_id, derivation, approval FROM model_versions').all()).toEqual(Array.from({ length: 2 }, () => ({ parent_version_id: null, derivation: null, approval: null })));
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

it('takes what belongs to a version away with it, and keeps its benchmarks', () => {
  const db = fromBefore();
  migrate(db);
  db.exec(`
    INSERT INTO benchmarks VALUES ('bmk', 3, 'ver2', '{}');
    INSERT INTO tunings VALUES ('tun', 3, 'ver2', 'machine', '0.4.0', 'cpu', '{}');
    INSERT INTO importance_matrices VALUES ('mat', 3, 'ver2', '{}');
    INSERT INTO layer_reports VALUES ('lay', 3, 'ver2', '{}');
    INSERT INTO evaluations VALUES ('evl', 3, 'ver2', 'ver1', '{}');
    DELETE FROM model_versions WHERE id = 'ver2';
  `);
  for (const table of ['tunings', 'importance_matrices', 'layer_reports', 'evaluations']) expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  expect(db.prepare('SELECT version_id FROM benchmarks').all()).toEqual([{ version_id: null }]);
});
