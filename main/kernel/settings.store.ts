import type { z } from 'zod';
import type { DatabaseHandle } from './database/open-database.ts';

/** Small named values that must survive a restart. Values are JSON; whoever reads one gives the schema it must have. */
export interface SettingsStore {
  /** Undefined when never set, or when the stored value no longer fits the schema. */
  get<Value>(key: string, schema: z.ZodType<Value>): Value | undefined;
  /** To be called inside the transaction that also writes the audit event. */
  set(key: string, value: unknown): void;
}

export function createSettingsStore(db: DatabaseHandle): SettingsStore {
  const read = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE key = ?');
  const write = db.prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  return {
    get(key, schema) {
      const row = read.get(key);
      if (row === undefined) return undefined;
      const parsed = schema.safeParse(JSON.parse(row.value));
      return parsed.success ? parsed.data : undefined;
    },
    set(key, value) {
      write.run(key, JSON.stringify(value));
    },
  };
}
