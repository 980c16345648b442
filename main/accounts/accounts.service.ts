import type { Language, SessionView, Theme } from '../contract/accounts.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { Sessions } from './sessions.ts';
import type { SignInGuard } from './sign-in-guard.ts';
import { hashPassword, verifyDecoy, verifyPassword } from './passwords.ts';
import type { Person, PersonsStore } from './persons.store.ts';

export interface AccountsDependencies {
  db: DatabaseHandle;
  store: PersonsStore;
  audit: AuditLog;
  clock: Clock;
  guard: SignInGuard;
  sessions: Sessions;
}

/** Without a name: the only person there is. */
export interface Credentials {
  name?: string | undefined;
  password: string;
}

export interface FirstPerson {
  name: string;
  password: string;
  language: Language;
}

/** People and who of them is signed in. */
export interface AccountsService {
  /** Makes the first person, an administrator, together with the event of the first run. */
  createFirst(interaction: Interaction, clientId: string, person: FirstPerson): Promise<SessionView>;
  /** Raises WRONG_PASSWORD, LOCKED_OUT. `interaction` is that of an unknown actor; the event names the person. */
  signIn(interaction: Interaction, clientId: string, credentials: Credentials): Promise<SessionView>;
  signOut(interaction: Interaction, clientId: string): void;
  lock(interaction: Interaction, clientId: string): void;
  setPreferences(interaction: Interaction, clientId: string, preferences: { language?: Language | undefined; theme?: Theme | undefined }): SessionView;
}

const objectOf = (person: Person) => ({ type: 'person', id: person.id, name: person.name });

export function createAccountsService({ db, store, audit, clock, guard, sessions }: AccountsDependencies): AccountsService {
  const asPerson = (interaction: Interaction, person: Person): Interaction => ({
    ...interaction,
    actor: { kind: 'person', id: person.id, name: person.name, role: person.role },
  });
  const requireSession = (clientId: string): SessionView => {
    const view = sessions.view(clientId);
    if (view === null) throw new ExpectedError('NOT_SIGNED_IN', { reason: 'never' });
    return view;
  };

  return {
    async createFirst(interaction, clientId, { name, password, language }) {
      const person: Person = { id: newId('per'), name, role: 'administrator', passwordHash: await hashPassword(password), language, theme: 'system' };
      db.transaction(() => {
        store.insert(person, clock.nowMs());
        const acting = asPerson(interaction, person);
        audit.append(acting, { type: 'system.setUp', object: objectOf(person), after: { name, role: person.role, language } });
        audit.append(acting, { type: 'accounts.signedIn', object: objectOf(person) });
      }).immediate();
      return sessions.start(clientId, person);
    },

    async signIn(interaction, clientId, { name: givenName, password }) {
      const { address } = interaction.source;
      const person = givenName === undefined ? store.onlyOne() : store.byName(givenName);
      const name = givenName ?? person?.name ?? '';
      guard.check(name, address);
      const fits = person === undefined ? await verifyDecoy(password) : await verifyPassword(person.passwordHash, password);
      guard.check(name, address); // a burst of guesses started together counts one by one
      if (person === undefined || !fits) throw new ExpectedError('WRONG_PASSWORD', { attemptsLeft: guard.failed(name, address) });
      guard.succeeded(name, address);
      audit.appendAlone(asPerson(interaction, person), { type: 'accounts.signedIn', object: objectOf(person) });
      return sessions.start(clientId, person);
    },

    signOut(interaction, clientId) {
      const { personId, name } = requireSession(clientId);
      audit.appendAlone(interaction, { type: 'accounts.signedOut', object: { type: 'person', id: personId, name } });
      sessions.end(clientId, 'signed-out');
    },

    lock(interaction, clientId) {
      const { personId, name } = requireSession(clientId);
      audit.appendAlone(interaction, { type: 'accounts.sessionLocked', object: { type: 'person', id: personId, name } });
      sessions.end(clientId, 'idle');
    },

    setPreferences(interaction, clientId, preferences) {
      const { personId } = requireSession(clientId);
      const person = store.byId(personId);
      if (person === undefined) throw new ExpectedError('NOT_SIGNED_IN', { reason: 'expired' });
      const next = { language: preferences.language ?? person.language, theme: preferences.theme ?? person.theme };
      db.transaction(() => {
        store.setPreferences(personId, next);
        audit.append(interaction, {
          type: 'accounts.preferencesChanged',
          object: objectOf(person),
          before: { language: person.language, theme: person.theme },
          after: next,
        });
      }).immediate();
      sessions.refresh({ ...person, ...next });
      return requireSession(clientId);
    },
  };
}
