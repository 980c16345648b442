import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { VerifyStep } from '../contract/audit.contract.ts';
import { openDatabaseReadOnly } from '../kernel/database/open-database.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import { walkChain } from './walk-chain.ts';

const kills = Number(process.env['MODELWARD_KILL_COUNT'] ?? (process.env['MODELWARD_NIGHTLY'] === '1' ? 1000 : 12));
const longestMs = 60;

it(`loses no acknowledged event to ${kills} kills in the middle of writing, and the chain holds`, async () => {
  const house = temporaryHouse();
  house.db.close();
  let acknowledged = 0;
  try {
    for (let round = 0; round < kills; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'append-forever.ts'), house.layout.database, house.key.toString('hex')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      const writing = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          resolve();
        });
      });
      const gone = new Promise((resolve) => child.once('close', resolve));
      await writing;
      setTimeout(() => child.kill('SIGKILL'), Math.random() * longestMs);
      await gone;
      const whole = said.slice(0, said.lastIndexOf('\n')).split('\n');
      acknowledged = Math.max(acknowledged, Number(whole.at(-1)));

      const db = openDatabaseReadOnly({ path: house.layout.database, key: house.key, expectedSalt: null });
      let result: VerifyStep | undefined;
      walkChain(db, { stopped: () => false, report: (step) => void (result = step) });
      const counter = Number(db.prepare(`SELECT value FROM settings WHERE key = 'counter'`).pluck().get());
      const missed = db
        .prepare(
          `SELECT count(*) FROM audit_events e WHERE sequence <= (SELECT sequence FROM audit_objects_reach)
           AND NOT EXISTS (SELECT 1 FROM audit_objects o WHERE o.object_id = e.canon ->> '$.object.id' AND o.sequence = e.sequence)`,
        )
        .pluck()
        .get();
      db.close();
      if (result?.kind !== 'result') throw new Error('no result');
      expect(result.intact).toBe(true);
      expect(result.headSequence).toBeGreaterThanOrEqual(acknowledged);
      expect(missed).toBe(0);
      expect(counter).toBe(result.headSequence); // change and event: both or neither
    }
    expect(acknowledged).toBeGreaterThan(kills);
  } finally {
    house.remove();
  }
}, 3_600_000);
