import type { SessionView } from '../contract/accounts.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Person } from './persons.store.ts';

/** Idle limits by role and the absolute end (SECURITY §4): 5 minutes for administrators, 10 for others, 8 hours. */
const idleLimitMs = { administrator: 5 * 60_000, other: 10 * 60_000 };
const absoluteLimitMs = 8 * 3_600_000;

interface Session {
  person: Person;
  idleLimitMs: number;
  endsAtMs: number;
  lastActivityMs: number;
  end: AbortController;
}

type EndReason = 'idle' | 'expired' | 'signed-out';

/**
 * Who is signed in where. A session belongs to a client: a browser (by its cookie), a desktop window, one run of the
 * command line. Kept in memory only: a restart signs everybody out.
 */
export interface Sessions {
  start(clientId: string, person: Person): SessionView;
  /** The live session's person. Raises NOT_SIGNED_IN with the reason. */
  require(clientId: string): Person;
  view(clientId: string): SessionView | null;
  /** Aborts when this client's session ends; an already aborted signal when there is none. */
  endSignal(clientId: string): AbortSignal;
  touch(clientId: string): void;
  refresh(person: Person): void;
  /** Ends the session and returns its person, or null when there was none. */
  end(clientId: string, reason: EndReason): Person | null;
  dispose(): void;
}

export function createSessions(clock: Clock, onTimedOut: (clientId: string, person: Person, reason: 'idle' | 'expired') => void): Sessions {
  const live = new Map<string, Session>();
  const ended = new Map<string, EndReason>();

  const end = (clientId: string, reason: EndReason): Person | null => {
    const session = live.get(clientId);
    if (session === undefined) return null;
    live.delete(clientId);
    ended.set(clientId, reason);
    session.end.abort();
    return session.person;
  };
  const timeOut = (clientId: string, session: Session): boolean => {
    const now = clock.monotonicMs();
    const reason = now > session.endsAtMs ? 'expired' : now - session.lastActivityMs > session.idleLimitMs ? 'idle' : null;
    if (reason === null) return false;
    end(clientId, reason);
    onTimedOut(clientId, session.person, reason);
    return true;
  };
  const find = (clientId: string): Session | undefined => {
    const session = live.get(clientId);
    return session === undefined || timeOut(clientId, session) ? undefined : session;
  };
  const viewOf = (session: Session): SessionView => ({
    personId: session.person.id,
    name: session.person.name,
    role: session.person.role,
    language: session.person.language,
    theme: session.person.theme,
    idleLimitMs: session.idleLimitMs,
    endsAtMs: Math.round(clock.nowMs() + session.endsAtMs - clock.monotonicMs()),
  });
  const sweep = setInterval(() => {
    for (const [clientId, session] of live) timeOut(clientId, session);
  }, 5000);
  sweep.unref();

  return {
    start(clientId, person) {
      end(clientId, 'signed-out');
      const now = clock.monotonicMs();
      const session: Session = {
        person,
        idleLimitMs: person.role === 'administrator' ? idleLimitMs.administrator : idleLimitMs.other,
        endsAtMs: now + absoluteLimitMs,
        lastActivityMs: now,
        end: new AbortController(),
      };
      live.set(clientId, session);
      ended.delete(clientId);
      return viewOf(session);
    },
    require(clientId) {
      const session = find(clientId);
      if (session === undefined) throw new ExpectedError('NOT_SIGNED_IN', { reason: ended.get(clientId) ?? 'never' });
      return session.person;
    },
    view(clientId) {
      const session = find(clientId);
      return session === undefined ? null : viewOf(session);
    },
    endSignal: (clientId) => live.get(clientId)?.end.signal ?? AbortSignal.abort(),
    touch(clientId) {
      const session = find(clientId);
      if (session !== undefined) session.lastActivityMs = clock.monotonicMs();
    },
    refresh(person) {
      for (const session of live.values()) if (session.person.id === person.id) session.person = person;
    },
    end,
    dispose() {
      clearInterval(sweep);
      for (const clientId of [...live.keys()]) end(clientId, 'signed-out');
    },
  };
}
