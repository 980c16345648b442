import { createEventBus } from '../../kernel/event-bus.ts';
import { openDatabase } from '../../kernel/database/open-database.ts';
import { systemClock } from '../../kernel/clock.ts';
import { newInteraction } from '../../kernel/interaction.ts';
import { createAuditLog, createAuditStore } from '../index.ts';

/**
 * A process to be killed in the middle of its writing: opens the database given first with the key given second, makes
 * audited changes without pause, and says each sequence only once its transaction has been committed.
 */
const [path = '', key = ''] = process.argv.slice(2);
const db = openDatabase({ path, key: Buffer.from(key, 'hex'), expectedSalt: null });
const store = createAuditStore(db);
const log = createAuditLog({ db, store, clock: systemClock(), events: createEventBus(() => undefined), appVersion: 'test' });
const interaction = newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '' });
const change = db.prepare(`INSERT INTO settings (key, value) VALUES ('counter', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
const audited = db.transaction((value: number) => {
  change.run(String(value));
  log.append(interaction, { type: 'models.renamed', object: { type: 'model', id: 'mdl_1', name: String(value) } });
});
for (;;) {
  const value = store.head().sequence + 1;
  audited.immediate(value);
  process.stdout.write(`${value}\n`);
  if (value % 50 === 0) await new Promise((resolve) => setImmediate(resolve)); // lets what was said get out
}
