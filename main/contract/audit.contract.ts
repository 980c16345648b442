import { eventIterator } from '@orpc/contract';
import { z } from './zod.ts';
import { AUDIT_TYPES } from './audit-types.ts';
import { procedure, timeMsSchema } from './procedure.ts';

const jsonValue = z.json();

/**
 * One event of the audit log (docs: SECURITY §1). `sequence` starts at 1 without gaps; `monotonicMs` counts from the
 * start of the boot named by `bootId`, so that a step of the clock shows; `prev` and `leaf` are SHA-256 in hex.
 */
export const auditEventSchema = z.object({
  sequence: z.number().int().positive(),
  timeMs: timeMsSchema,
  monotonicMs: z.number().nonnegative(),
  bootId: z.string(),
  actor: z.object({ kind: z.enum(['person', 'system', 'api-key', 'unknown']), id: z.string(), name: z.string(), role: z.string() }),
  source: z.object({ host: z.string(), address: z.string() }),
  type: z.enum(AUDIT_TYPES),
  object: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  result: z.enum(['done', 'refused', 'failed', 'cancelled']),
  /** Error code of the catalogue when refused or failed; empty otherwise. */
  reason: z.string(),
  before: jsonValue.nullable(),
  after: jsonValue.nullable(),
  interactionId: z.string(),
  appVersion: z.string(),
  prev: z.string(),
  leaf: z.string(),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

export const auditFilterSchema = z.strictObject({
  types: z.array(z.enum(AUDIT_TYPES)).max(AUDIT_TYPES.length).optional(),
  results: z.array(z.enum(['done', 'refused', 'failed', 'cancelled'])).optional(),
  /** Any part of the actor's name; case and compatibility forms make no difference. */
  actorName: z.string().max(120).optional(),
  objectId: z.string().max(64).optional(),
  fromMs: timeMsSchema.optional(),
  untilMs: timeMsSchema.optional(),
  /** Searched in actor, object, type, reason and address. */
  text: z.string().max(200).optional(),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** What is wrong with the first bad row. */
export const auditFaultSchema = z.object({
  sequence: z.number().int(),
  fault: z.enum(['gap', 'altered', 'chain-broken', 'unreadable']),
  expected: z.string(),
  found: z.string(),
});
export type AuditFault = z.infer<typeof auditFaultSchema>;

export const verifyStepSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.number().int(), total: z.number().int(), rowsPerSecond: z.number() }),
  z.object({
    kind: z.literal('result'),
    intact: z.boolean(),
    checked: z.number().int(),
    durationMs: z.number(),
    headSequence: z.number().int(),
    headLeaf: z.string(),
    firstFault: auditFaultSchema.nullable(),
  }),
]);
export type VerifyStep = z.infer<typeof verifyStepSchema>;

export const auditContract = {
  /** Newest first; `cursor` is the sequence to continue below, null at the end. */
  list: procedure({ permission: 'audit.read', audit: 'none' })
    .input(z.strictObject({ filter: auditFilterSchema, cursor: z.number().int().nullable(), limit: z.number().int().min(1).max(500) }))
    .output(z.object({ events: z.array(auditEventSchema), nextCursor: z.number().int().nullable(), total: z.number().int() })),
  get: procedure({ permission: 'audit.read', audit: 'none' })
    .input(z.strictObject({ sequence: z.number().int().positive() }))
    .output(auditEventSchema),
  /** Walks the whole chain on a read-only connection in a worker thread. The last step is the result. */
  verify: procedure({ permission: 'audit.verify', audit: 'audit.verified' })
    .input(z.strictObject({}))
    .output(eventIterator(verifyStepSchema)),
};
