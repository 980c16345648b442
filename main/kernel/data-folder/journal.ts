import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { AUDIT_TYPES } from '../../contract/audit-types.ts';
import { systemCodeOf } from '../errors.ts';

/**
 * What happened while the database was closed and could not be written: refused starts, wrong passwords. Kept as plain
 * lines beside it and taken into the audit log as soon as it opens. The lines themselves are not tamper-evident, and the
 * events made from them say so by carrying `fromJournal`.
 */
const entrySchema = z.object({
  timeMs: z.number(),
  type: z.enum(AUDIT_TYPES),
  reason: z.string(),
  actorName: z.string(),
  host: z.string(),
  address: z.string(),
});
export type JournalEntry = z.infer<typeof entrySchema>;

export interface Journal {
  add(entry: JournalEntry): void;
  /** Reads all lines; half a line at the end (power cut) is left out. */
  read(): JournalEntry[];
  clear(): void;
}

export function openJournal(path: string): Journal {
  return {
    add(entry) {
      appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    },
    read() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT') return [];
        throw error;
      }
      const entries: JournalEntry[] = [];
      for (const line of text.split('\n')) {
        if (line === '') continue;
        try {
          entries.push(entrySchema.parse(JSON.parse(line)));
        } catch {
          continue; // a torn line says nothing that could be kept
        }
      }
      return entries;
    },
    clear: () => rmSync(path, { force: true }),
  };
}
