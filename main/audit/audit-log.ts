import type { AuditEvent } from '../contract/audit.contract.ts';
import type { AuditType } from '../contract/audit-types.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { JsonValue } from '../kernel/canonical-json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { seal } from './audit-chain.ts';
import type { AuditContent } from './audit-chain.ts';
import type { AuditStore } from './audit.store.ts';

/** What happened, to what, with which outcome. Never passwords, tokens, keys, prompts or answers. */
export interface AuditEntry {
  type: AuditType;
  object: { type: string; id: string; name: string };
  result?: AuditEvent['result'];
  /** Code of the error catalogue where something was refused or failed. */
  reason?: ErrorCode | '';
  before?: JsonValue;
  after?: JsonValue;
}

/** Appends to the audit log. The only way an event comes into being. */
export interface AuditLog {
  /**
   * Appends one event. Must run inside the transaction that makes the change, so that neither exists without the other;
   * throws an Error (a bug) otherwise, and whatever the database throws, which undoes the change too.
   */
  append(interaction: Interaction, entry: AuditEntry): void;
  /** One transaction for an event that has no change beside it: a refusal, a look, a start. */
  appendAlone(interaction: Interaction, entry: AuditEntry): void;
}

export interface AuditLogDependencies {
  db: DatabaseHandle;
  store: AuditStore;
  clock: Clock;
  events: EventBus;
  appVersion: string;
}

/** Wall and monotonic clock may drift apart this far before it counts as a step. */
const clockToleranceMs = 2000;

export function createAuditLog({ db, store, clock, events, appVersion }: AuditLogDependencies): AuditLog {
  let clockOffsetMs: number | null = null;
  let announced = false;

  const insert = (interaction: Interaction, entry: AuditEntry, at: { timeMs: number; monotonicMs: number }): void => {
    const head = store.head();
    const content: AuditContent = {
      sequence: head.sequence + 1,
      timeMs: at.timeMs,
      monotonicMs: at.monotonicMs,
      bootId: clock.bootId,
      actor: interaction.actor,
      source: interaction.source,
      type: entry.type,
      object: entry.object,
      result: entry.result ?? 'done',
      reason: entry.reason ?? '',
      before: entry.before ?? null,
      after: entry.after ?? null,
      interactionId: interaction.id,
      appVersion,
      prev: head.leaf,
    };
    store.insert({ sequence: content.sequence, ...seal(content) });
    if ((entry.result ?? 'done') === 'done') interaction.recorded.add(entry.type);
  };

  const append = (interaction: Interaction, entry: AuditEntry): void => {
    if (!db.inTransaction) throw new Error(`audit event ${entry.type} outside a transaction`);
    const at = { timeMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const offsetMs = at.timeMs - at.monotonicMs;
    if (clockOffsetMs !== null && Math.abs(offsetMs - clockOffsetMs) > clockToleranceMs) {
      const steppedByMs = Math.round(offsetMs - clockOffsetMs);
      insert(interaction, { type: 'system.clockStepped', object: clockObject, after: { steppedByMs } }, at);
    }
    clockOffsetMs = offsetMs;
    insert(interaction, entry, at);
    announce();
  };

  // Announced once the transaction is over; a rolled-back one merely makes a screen look again.
  const announce = (): void => {
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      if (db.open) events.publish({ type: 'audit.appended', sequence: store.head().sequence });
    });
  };

  const alone = db.transaction((interaction: Interaction, entry: AuditEntry) => append(interaction, entry));
  return { append, appendAlone: (interaction, entry) => alone.immediate(interaction, entry) };
}

const clockObject = { type: 'system', id: 'clock', name: 'clock' };
