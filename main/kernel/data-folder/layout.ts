import { join } from 'node:path';

/** What lies where in a data folder. Absolute paths. */
export interface DataFolderLayout {
  root: string;
  database: string;
  /** What happened how often, where the audit log keeps what must be proved. */
  telemetry: string;
  keyFile: string;
  lockFile: string;
  /** Where a running instance can be reached; readable by this user only. */
  instanceFile: string;
  /** Events from before the database was open, taken into the audit log when it opens. */
  journal: string;
  signInGuard: string;
  models: string;
  quarantine: string;
  uploads: string;
  /** Importance matrices, one file each. */
  importanceMatrices: string;
  /** Checkpoints of training runs, one folder each. */
  training: string;
  /** LoRA files, named by their hash. */
  adapters: string;
  logs: string;
}

export function layoutOf(root: string): DataFolderLayout {
  return {
    root,
    database: join(root, 'modelward.db'),
    telemetry: join(root, 'telemetry.db'),
    keyFile: join(root, 'keys.json'),
    lockFile: join(root, 'instance.lock'),
    instanceFile: join(root, 'instance.json'),
    journal: join(root, 'journal.jsonl'),
    signInGuard: join(root, 'sign-in-guard.json'),
    models: join(root, 'models'),
    quarantine: join(root, 'quarantine'),
    uploads: join(root, 'uploads'),
    importanceMatrices: join(root, 'importance-matrices'),
    training: join(root, 'training'),
    adapters: join(root, 'adapters'),
    logs: join(root, 'logs'),
  };
}
