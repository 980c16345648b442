import { hash } from 'node:crypto';
import type { AuditEvent, AuditFault } from '../contract/audit.contract.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';

/** `prev` of the very first event: 32 zero bytes in hex. */
export const genesis = '0'.repeat(64);

/** An event as it is hashed: everything but its own leaf. */
export type AuditContent = Omit<AuditEvent, 'leaf'>;

/**
 * Leaf of an event: SHA-256 over one zero byte and the event's canonical JSON, in hex. The zero byte keeps leaves apart
 * from the inner nodes of a Merkle tree over them (RFC 6962 §2.1). By hand: `(printf '\0'; printf %s "$canon") | sha256sum`.
 */
export function leafOf(canon: string): string {
  return hash('sha256', `\0${canon}`, 'hex');
}

/** Canonical JSON and leaf of an event whose `prev` and `sequence` are already those of its place in the chain. */
export function seal(content: AuditContent): { canon: string; leaf: string } {
  const canon = canonicalJson(content);
  return { canon, leaf: leafOf(canon) };
}

export interface StoredRow {
  sequence: number;
  /** As stored, in hex. */
  leaf: string;
  canon: string;
}

/** Walks rows in order and finds the first that does not fit; keeps only the head, so any number of rows may pass. */
export interface ChainWalker {
  /** Null while all is well; the first fault otherwise, after which the walk is over. */
  next(row: StoredRow): AuditFault | null;
  head(): { sequence: number; leaf: string };
}

export function createChainWalker(): ChainWalker {
  let sequence = 0;
  let prev = genesis;
  return {
    head: () => ({ sequence, leaf: prev }),
    next(row) {
      const expectedSequence = sequence + 1;
      if (row.sequence !== expectedSequence) {
        return { sequence: row.sequence, fault: 'gap', expected: String(expectedSequence), found: String(row.sequence) };
      }
      const leaf = leafOf(row.canon);
      if (leaf !== row.leaf) return { sequence: row.sequence, fault: 'altered', expected: row.leaf, found: leaf };
      let content: Partial<AuditContent>;
      try {
        content = JSON.parse(row.canon) as Partial<AuditContent>;
      } catch {
        return { sequence: row.sequence, fault: 'unreadable', expected: 'JSON', found: row.canon.slice(0, 80) };
      }
      if (content.prev !== prev) {
        return { sequence: row.sequence, fault: 'chain-broken', expected: prev, found: String(content.prev) };
      }
      if (content.sequence !== row.sequence) {
        return { sequence: row.sequence, fault: 'altered', expected: String(row.sequence), found: String(content.sequence) };
      }
      sequence = row.sequence;
      prev = leaf;
      return null;
    },
  };
}
