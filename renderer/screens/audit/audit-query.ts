import type { AuditEvent, AuditFilter } from '../../../main/contract/audit.contract.ts';
import { AUDIT_TYPES } from '../../../main/contract/audit-types.ts';
import type { AuditType } from '../../../main/contract/audit-types.ts';

/** What the person has set in the filter row. Dates are days in the local calendar, "2026-11-21". */
export interface FilterEntries {
  text: string;
  /** A type, or `area.*` for all of an area. */
  type: string | null;
  result: AuditEvent['result'] | null;
  person: string;
  from: string;
  until: string;
  object: { id: string; name: string } | null;
}

export const noFilter: FilterEntries = { text: '', type: null, result: null, person: '', from: '', until: '', object: null };

export const AUDIT_AREAS = ['system', 'accounts', 'access', 'models', 'deployments', 'benchmarks', 'quantization', 'adapters', 'datasets', 'training', 'gateway', 'usage', 'jobs', 'audit'] as const;
export type AuditArea = (typeof AUDIT_AREAS)[number];

/** The types of one area, in the order of the contract. */
export function typesOfArea(area: string): AuditType[] {
  return AUDIT_TYPES.filter((type) => type.startsWith(`${area}.`));
}

/** Whether anything is narrowed. */
export function isFiltered(entries: FilterEntries): boolean {
  return Object.keys(filterOf(entries)).length > 0;
}

/** The filter as the main side takes it; entries that are empty or no date are left out. */
export function filterOf(entries: FilterEntries): AuditFilter {
  const fromMs = startOfDay(entries.from, 0);
  const untilMs = startOfDay(entries.until, 1);
  return {
    ...(entries.text.trim() === '' ? {} : { text: entries.text.trim() }),
    ...(entries.type === null ? {} : { types: typesOf(entries.type) }),
    ...(entries.result === null ? {} : { results: [entries.result] }),
    ...(entries.person.trim() === '' ? {} : { actorName: entries.person.trim() }),
    ...(entries.object === null ? {} : { objectId: entries.object.id }),
    ...(fromMs === null ? {} : { fromMs }),
    ...(untilMs === null ? {} : { untilMs }),
  };
}

function typesOf(choice: string): AuditType[] {
  if (choice.endsWith('.*')) return typesOfArea(choice.slice(0, -2));
  return AUDIT_TYPES.filter((type) => type === choice);
}

/** Midnight, by the local clock, `daysLater` days after a day; null for what is no day. */
function startOfDay(day: string, daysLater: number): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return null;
  const timeMs = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + daysLater).getTime();
  return Number.isNaN(timeMs) || timeMs < 0 ? null : timeMs;
}
