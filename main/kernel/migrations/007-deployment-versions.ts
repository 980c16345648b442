import type { Migration } from './migration.ts';

/**
 * How long a deployment stays loaded, and what it has served with. `record` of a step holds a value of
 * main/deployments/deployment-versions.store.ts. What is deployed already becomes the first step of its history; who deployed it is
 * in the audit log.
 */
export const deploymentVersions: Migration = {
  version: 7,
  sql: `
ALTER TABLE deployments ADD COLUMN lifecycle TEXT NOT NULL DEFAULT '{"kind":"pinned"}';

CREATE TABLE deployment_versions (
  deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL,
  version_id    TEXT REFERENCES model_versions (id) ON DELETE SET NULL,
  -- The step a roll-back from here goes to.
  earlier_step  INTEGER,
  at_ms         INTEGER NOT NULL,
  record        TEXT NOT NULL,
  PRIMARY KEY (deployment_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX deployment_versions_by_version ON deployment_versions (version_id);

INSERT INTO deployment_versions (deployment_id, step, version_id, earlier_step, at_ms, record)
SELECT deployments.id, 1, deployments.version_id, NULL, deployments.created_at_ms, json_object(
  'modelName', models.name,
  'versionNumber', model_versions.number,
  'quantization', coalesce(model_versions.quantization, ''),
  'settings', json(deployments.settings),
  'limits', json(deployments.limits),
  'adapters', json('[]'),
  'how', 'created',
  'byName', '')
FROM deployments
JOIN model_versions ON model_versions.id = deployments.version_id
JOIN models ON models.id = model_versions.model_id;
`,
};
