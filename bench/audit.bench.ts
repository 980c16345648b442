import { createAuditLog, createAuditStore } from '../main/audit/index.ts';
import { walkChain } from '../main/audit/walk-chain.ts';
import { systemClock } from '../main/kernel/clock.ts';
import { openDatabaseReadOnly } from '../main/kernel/database/open-database.ts';
import { createEventBus } from '../main/kernel/event-bus.ts';
import { newInteraction } from '../main/kernel/interaction.ts';
import { temporaryHouse } from '../main/kernel/testing/temporary-house.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 5;
const changesPerRound = 2000;
const rowsToVerify = 200_000;

/**
 * Audited changes a second: each a transaction of its own with an update and its event, synchronous=FULL, encrypted; and
 * rows a second of the chain walk. A bare commit of the same update without event is measured in turn for comparison.
 */
export function benchAudit(): Figure[] {
  const house = temporaryHouse();
  try {
    const { db } = house;
    const store = createAuditStore(db);
    const log = createAuditLog({ db, store, clock: systemClock(), events: createEventBus(() => undefined), appVersion: 'bench' });
    const interaction = newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' });
    const entry = { type: 'models.renamed' as const, object: { type: 'model', id: 'mdl_1', name: 'b' }, before: { name: 'a' }, after: { name: 'b' } };
    const change = db.prepare(`INSERT INTO settings (key, value) VALUES ('bench', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
    const bare = db.transaction((value: number) => change.run(String(value)));
    const audited = db.transaction((value: number) => {
      change.run(String(value));
      log.append(interaction, entry);
    });
    const perSecond = (work: (value: number) => unknown): number => {
      const start = performance.now();
      for (let i = 0; i < changesPerRound; i++) work(i);
      return (changesPerRound / (performance.now() - start)) * 1000;
    };
    perSecond(bare.immediate);
    perSecond(audited.immediate);
    const auditedRuns: number[] = [];
    const bareRuns: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bareRuns.push(perSecond(bare.immediate));
      auditedRuns.push(perSecond(audited.immediate));
    }

    const fill = db.transaction((count: number) => {
      for (let i = 0; i < count; i++) log.append(interaction, entry);
    });
    while (store.head().sequence < rowsToVerify) fill.immediate(Math.min(10_000, rowsToVerify - store.head().sequence));
    db.pragma('wal_checkpoint(TRUNCATE)');
    const verifyRuns: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const reader = openDatabaseReadOnly({ path: house.layout.database, key: house.key, expectedSalt: null });
      const start = performance.now();
      walkChain(reader, {
        stopped: () => false,
        report(step) {
          if (step.kind === 'result' && !step.intact) throw new Error('the chain is broken');
        },
      });
      verifyRuns.push((store.head().sequence / (performance.now() - start)) * 1000);
      reader.close();
    }
    return [
      figure({ name: 'audited changes (update + event, one commit each)', unit: '/s', runs: auditedRuns, aim: { words: '≥ 5,000/s', met: (median) => median >= 5000 } }),
      figure({ name: 'the same update without event, for comparison', unit: '/s', runs: bareRuns }),
      figure({ name: `audit chain verification (${rowsToVerify.toLocaleString('en')} rows)`, unit: 'rows/s', runs: verifyRuns, aim: { words: '≥ 150,000 rows/s', met: (median) => median >= 150_000 } }),
    ];
  } finally {
    house.remove();
  }
}
