import Database from 'better-sqlite3-multiple-ciphers';
import { expect, it } from 'vitest';
import { keySettingsSchema, UNLIMITED } from '../../contract/api-keys.contract.ts';
import { migrate } from './migrate.ts';

it('keeps the keys there are: their secrets stay valid, nothing limits them, and what was revoked stays so', () => {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 4);
  const insert = db.prepare(
    `INSERT INTO api_keys (id, name, prefix, key_sha256, created_by, created_at_ms, last_used_at_ms, revoked_at_ms, request_count) VALUES (?, ?, ?, ?, 'Ada', ?, ?, ?, ?)`,
  );
  insert.run('key_one', 'Ward 3', 'mw_aaaaaa', 'hash-1', 10, 20, null, 7);
  insert.run('key_two', 'Laboratory', 'mw_bbbbbb', 'hash-2', 11, null, 30, 0);
  migrate(db);

  expect(db.prepare('SELECT id, name, created_by, created_at_ms, last_used_at_ms, revoked_at_ms, request_count, token_count FROM api_keys ORDER BY id').all()).toEqual([
    { id: 'key_one', name: 'Ward 3', created_by: 'Ada', created_at_ms: 10, last_used_at_ms: 20, revoked_at_ms: null, request_count: 7, token_count: 0 },
    { id: 'key_two', name: 'Laboratory', created_by: 'Ada', created_at_ms: 11, last_used_at_ms: null, revoked_at_ms: 30, request_count: 0, token_count: 0 },
  ]);
  for (const row of db.prepare<[], { name: string; department: string; purpose: string; limits: string; expires_at_ms: null; serves_public: number }>('SELECT * FROM api_keys').all()) {
    const settings = keySettingsSchema.parse({
      name: row.name,
      department: row.department,
      purpose: row.purpose,
      ...(JSON.parse(row.limits) as object),
      expiresAtMs: row.expires_at_ms,
      servesPublic: row.serves_public === 1,
    });
    expect(settings).toEqual({ ...UNLIMITED, name: row.name });
  }
  expect(db.prepare('SELECT * FROM api_key_secrets ORDER BY id').all()).toEqual([
    { id: 'sec_one', key_id: 'key_one', sha256: 'hash-1', prefix: 'mw_aaaaaa', created_at_ms: 10, valid_until_ms: null, last_used_at_ms: 20 },
    { id: 'sec_two', key_id: 'key_two', sha256: 'hash-2', prefix: 'mw_bbbbbb', created_at_ms: 11, valid_until_ms: null, last_used_at_ms: null },
  ]);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  // The reference follows the table to its final name.
  db.exec("DELETE FROM api_keys WHERE id = 'key_two'");
  expect(db.prepare('SELECT id FROM api_key_secrets').all()).toEqual([{ id: 'sec_one' }]);
});
