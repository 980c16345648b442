import { create } from 'zustand';
import type { Language, SessionView, Theme } from '../../main/contract/accounts.contract.ts';
import { roleMay } from '../../main/contract/permissions.ts';
import type { Permission } from '../../main/contract/permissions.ts';
import type { SystemStatus } from '../../main/contract/system.contract.ts';
import { asError } from '../client/as-error.ts';
import { client, connection } from '../client/connection.ts';
import type { ConnectionState } from '../client/connection.ts';
import { applyPreferences, languageWasChosen } from './preferences.ts';
import { forgetQueries } from './queries.ts';
import { announce, announceGap } from './topics.ts';
import { forgetViewState } from './view-state.ts';

interface SessionState {
  connection: ConnectionState;
  /** Null until the main side has answered for the first time. */
  status: SystemStatus | null;
  session: SessionView | null;
  /** The person whose screen is locked: the overlay lies over the same screen until they sign in again. */
  lockedPerson: SessionView | null;
}

/** Who is here and how the house stands. The first thing the page asks, and asks again when the line was lost. */
export const useSession = create<SessionState>(() => ({
  connection: connection.state,
  status: null,
  session: null,
  lockedPerson: null,
}));

/** Connects, asks how things stand, and follows events while somebody is signed in. Called once at start. */
export function startSession(): void {
  connection.subscribe((state) => {
    useSession.setState({ connection: state });
    if (state === 'open') void refreshStatus();
  });
  connection.open();
}

/** Asks how the house stands; takes over the session it reports. A session that is gone becomes the lock overlay. */
export async function refreshStatus(): Promise<void> {
  try {
    takeStatus(await client.system.status({}));
  } catch (thrown) {
    const error = asError(thrown);
    if (error.code !== 'CONNECTION_LOST') throw thrown;
  }
}

/** Takes over a status another call brought (retryOpen). */
export function takeStatus(status: SystemStatus): void {
  const { session, lockedPerson, status: known } = useSession.getState();
  // The system's language counts for the first answer only: whoever signs out goes on in the language of this page.
  if (known === null && !languageWasChosen && status.session === null) applyPreferences({ language: status.systemLanguage });
  useSession.setState({ status });
  // A locked screen is opened by a password only: never by a session the lock could not end in time.
  if (lockedPerson !== null && session === null) return;
  if (status.session !== null) signedIn(status.session);
  else if (session !== null) sessionEnded();
}

/** A person is signed in: by setUp, signIn, or an earlier session of this page. Somebody else's traces are removed. */
export function signedIn(session: SessionView): void {
  const before = useSession.getState();
  const previous = before.session ?? before.lockedPerson;
  if (previous !== null && previous.personId !== session.personId) forgetPerson();
  const status = before.status === null ? null : { ...before.status, state: 'ready' as const, problem: null, session };
  useSession.setState({ session, lockedPerson: null, status });
  applyPreferences({ language: session.language, theme: session.theme });
  void followEvents(session.personId);
}

/** The session ended by itself (idle, expired, main side restarted): lock, keeping what is on the screen. */
export function sessionEnded(): void {
  eventsController?.abort();
  useSession.setState((state) => ({ session: null, lockedPerson: state.session ?? state.lockedPerson }));
}

/** Locks the screen now. The overlay comes first: the screen must be covered even if the call fails. */
export async function lockScreen(): Promise<void> {
  sessionEnded();
  await endQuietly(client.accounts.lock({}));
}

/** Signs out and leaves nothing of the person on the page. */
export async function signOut(): Promise<void> {
  eventsController?.abort();
  useSession.setState({ session: null, lockedPerson: null });
  forgetPerson();
  await endQuietly(client.accounts.signOut({}));
  await refreshStatus();
}

/** Forgets a locked person, so that somebody else can sign in on an empty page. */
export function leaveLockedScreen(): void {
  useSession.setState({ lockedPerson: null });
  forgetPerson();
}

/** Changes language or theme: at once here, and in the person's account when somebody is signed in. */
export async function changePreferences(change: { language?: Language; theme?: Theme }): Promise<void> {
  applyPreferences(change);
  if (useSession.getState().session === null) return;
  const session = await client.accounts.setPreferences(change);
  useSession.setState({ session });
}

/** Whether the signed-in person may do something. Screens hide what a role may not see. */
export function useMay(permission: Permission): boolean {
  return useSession((state) => {
    const person = state.session ?? state.lockedPerson;
    return person !== null && roleMay(person.role, permission);
  });
}

function forgetPerson(): void {
  forgetQueries();
  forgetViewState();
}

/** A session that has already ended needs no ending; anything else is for the caller to know. */
async function endQuietly(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (thrown) {
    const { code } = asError(thrown);
    if (code !== 'NOT_SIGNED_IN' && code !== 'CONNECTION_LOST' && code !== 'CANCELLED') throw thrown;
  }
}

let eventsController: AbortController | null = null;

/** Reads events until the session or the line ends; then asks how things stand. */
async function followEvents(personId: string): Promise<void> {
  eventsController?.abort();
  const controller = new AbortController();
  eventsController = controller;
  try {
    const events = await client.events.subscribe({}, { signal: controller.signal });
    announceGap();
    for await (const event of events) announce(event);
  } catch (thrown) {
    if (controller.signal.aborted) return;
    const { code } = asError(thrown);
    // Without a line the connection's own return asks again; a missing session shows in the status.
    if (code === 'CONNECTION_LOST') return;
  }
  if (controller.signal.aborted || useSession.getState().session?.personId !== personId) return;
  await refreshStatus();
}
