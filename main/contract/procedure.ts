import { oc } from '@orpc/contract';
import { z } from './zod.ts';
import type { AuditType } from './audit-types.ts';
import { errorCatalogue } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Permission } from './permissions.ts';

/**
 * What every procedure declares where it is defined. `audit` names the event a successful call leaves in the log (a
 * refused call leaves the same event with result "refused"); `none` is for calls that only read.
 */
export interface ProcedureMeta {
  permission: Permission;
  audit: AuditType | 'none';
}

type ErrorMapOf = { [Code in ErrorCode]: { data: (typeof errorCatalogue)[Code] } };
const errorMap = Object.fromEntries(
  Object.entries(errorCatalogue).map(([code, data]) => [code, { data }]),
) as unknown as ErrorMapOf;

/** Starts the definition of one procedure: its permission and audit event first, then `.input(…).output(…)`. */
export function procedure(meta: ProcedureMeta) {
  return oc.$meta<Partial<ProcedureMeta>>({}).errors(errorMap).meta(meta);
}

/** Output of procedures that answer with nothing but "done". */
export const done = z.object({ done: z.literal(true) });
export const idSchema = z.string().min(1).max(64);
/** Milliseconds since 1970-01-01 UTC. */
export const timeMsSchema = z.number().int().nonnegative();
export const bytesSchema = z.number().nonnegative();
/** A name a person gives: one line, no control characters, 1 to 120 characters once trimmed. */
export const nameSchema = z.string().trim().min(1).max(120).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
