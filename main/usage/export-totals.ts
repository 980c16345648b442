import type { Period } from '../contract/usage.contract.ts';
import { csvLine } from '../kernel/csv.ts';
import type { DayTotal } from './usage.store.ts';

const HEADER = ['day', 'key_id', 'key', 'department', 'deployment', 'version_id', 'model', 'version', 'requests', 'refused', 'failed', 'cancelled', 'prompt_tokens', 'cached_tokens', 'output_tokens'];

/** Totals as CSV (RFC 4180): a line for each day, key, deployment and version. */
export function exportTotals({ from, to }: Period, days: readonly { day: string; totals: readonly DayTotal[] }[]): { fileName: string; mediaType: string; text: string } {
  const lines = days.flatMap(({ day, totals }) =>
    totals.map((total) =>
      csvLine([
        day, total.keyId, total.keyName, total.department, total.deployment, total.versionId, total.modelName, total.versionNumber,
        total.requests, total.refused, total.failed, total.cancelled, total.promptTokens, total.cachedTokens, total.outputTokens,
      ]),
    ),
  );
  return { fileName: `usage-${from}-${to}.csv`, mediaType: 'text/csv', text: `${[csvLine(HEADER), ...lines].join('\r\n')}\r\n` };
}
