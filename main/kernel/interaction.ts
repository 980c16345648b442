import type { AuditType } from '../contract/audit-types.ts';
import { newId } from './ids.ts';

/** Who acts: a person with a session, a program with an API key, the application itself, or somebody not yet known. */
export interface Actor {
  kind: 'person' | 'system' | 'api-key' | 'unknown';
  id: string;
  name: string;
  /** The role at this moment; empty where there is none. */
  role: string;
}

/** From where: the host that carried the call, and the address behind it. */
export interface Source {
  host: string;
  address: string;
}

/**
 * One thing somebody does: every call of the contract is one, handed to services as their first parameter. All audit
 * events of it share its id; `recorded` lists the types already written, so that the router can hold each procedure to
 * the event it declares.
 */
export interface Interaction {
  readonly id: string;
  readonly actor: Actor;
  readonly source: Source;
  readonly signal: AbortSignal;
  readonly recorded: Set<AuditType>;
}

export function newInteraction(actor: Actor, source: Source, signal: AbortSignal = new AbortController().signal): Interaction {
  return { id: newId('act'), actor, source, signal, recorded: new Set() };
}

/** The application acting by itself: a restart, an interrupted job found at start. */
export function systemInteraction(host: string): Interaction {
  return newInteraction({ kind: 'system', id: 'system', name: 'Modelward', role: '' }, { host, address: '' });
}
