import type { AuditFault, VerifyStep } from '../contract/audit.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { createChainWalker } from './audit-chain.ts';
import { readAllRows } from './audit-rows.store.ts';

export interface WalkPorts {
  stopped(): boolean;
  report(step: VerifyStep): void;
}

const reportEveryMs = 250;
const lookUpEvery = 2048;

/**
 * Walks every event from the first to the last and reports progress at most four times a second, then the result. The
 * rows are those of one moment: events appended meanwhile are left for the next walk. Cannot see the removal of the
 * newest events: nothing inside the database remembers them (SECURITY §1.5).
 */
export function walkChain(db: DatabaseHandle, { stopped, report }: WalkPorts): void {
  const start = performance.now();
  let lastReport = start;
  const walker = createChainWalker();
  const { total, rows } = readAllRows(db);
  let checked = 0;
  let firstFault: AuditFault | null = null;
  for (const row of rows) {
    firstFault = walker.next(row);
    if (firstFault !== null) break;
    checked += 1;
    if (checked % lookUpEvery === 0) {
      if (stopped()) return;
      const now = performance.now();
      if (now - lastReport >= reportEveryMs) {
        lastReport = now;
        report({ kind: 'progress', done: checked, total, rowsPerSecond: Math.round((checked / (now - start)) * 1000) });
      }
    }
  }
  const head = walker.head();
  report({
    kind: 'result',
    intact: firstFault === null,
    checked,
    durationMs: Math.round(performance.now() - start),
    headSequence: head.sequence,
    headLeaf: head.leaf,
    firstFault,
  });
}
