import Database from 'better-sqlite3-multiple-ciphers';
import { expect, it } from 'vitest';
import { migrate } from '../kernel/migrations/migrate.ts';
import { createDeploymentVersionsStore } from './deployment-versions.store.ts';
import { createDeploymentsStore } from './deployments.store.ts';

const settings = { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 2, threads: 1 };
const limits = { maxOutputTokens: 400, queueLimit: 4, memoryLimitBytes: 2 ** 31 };

/** A database as version 6 left it, with a deployment of the second of two versions. */
function fromBefore(): Database.Database {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 6);
  db.exec(`INSERT INTO models (id, name, name_key, notes, created_at_ms) VALUES ('mdl', 'Ward', 'ward', '', 1)`);
  const insert = db.prepare(
    `INSERT INTO model_versions (id, model_id, number, sha256, files, size_bytes, storage_method, source_name, imported_by, imported_at_ms, facts)
     VALUES (?, 'mdl', ?, ?, '[]', 7, 'copy', 'ward.gguf', 'Ada', 2, '{"quantization":"Q8_0"}')`,
  );
  insert.run('ver1', 1, 'a');
  insert.run('ver2', 2, 'b');
  db.prepare(`INSERT INTO deployments (id, name, version_id, settings, limits, desired, created_at_ms) VALUES ('dep', 'ward', 'ver2', ?, ?, 'running', 5)`).run(JSON.stringify(settings), JSON.stringify(limits));
  return db;
}

it('what is deployed stays loaded always, and is the first step of its history', () => {
  const db = fromBefore();
  migrate(db);
  expect(createDeploymentsStore(db).get('dep')).toMatchObject({ versionId: 'ver2', settings, limits, lifecycle: { kind: 'pinned' }, desired: 'running' });
  const steps = createDeploymentVersionsStore(db);
  expect(steps.list('dep')).toEqual([{ step: 1, versionId: 'ver2', earlierStep: null, atMs: 5, modelName: 'Ward', versionNumber: 2, quantization: 'Q8_0', settings, limits, adapters: [], how: 'created', byName: '' }]);
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

it('a step outlives the version it names, and goes with its deployment', () => {
  const db = fromBefore();
  migrate(db);
  const steps = createDeploymentVersionsStore(db);
  const [first] = steps.list('dep');
  if (first === undefined) throw new Error('no step');
  createDeploymentsStore(db).setVersion('dep', { versionId: 'ver1', settings: first.settings, limits: first.limits, adapters: [] });
  steps.append('dep', { ...first, versionId: 'ver1', versionNumber: 1, earlierStep: 1, how: 'switched', byName: 'Ada' });
  db.exec(`DELETE FROM model_versions WHERE id = 'ver2'`);
  expect(steps.list('dep').map(({ step, versionId, modelName }) => [step, versionId, modelName])).toEqual([
    [2, 'ver1', 'Ward'],
    [1, null, 'Ward'],
  ]);
  createDeploymentsStore(db).delete('dep');
  expect(steps.list('dep')).toEqual([]);
});
