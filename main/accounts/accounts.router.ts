import type { SessionView } from '../contract/accounts.contract.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { Implementer } from '../kernel/router-base.ts';
import type { AccountsService, Credentials } from './accounts.service.ts';
import type { Sessions } from './sessions.ts';

export interface AccountsRouterPorts {
  accounts: () => AccountsService;
  sessions: Sessions;
  /** Signs in, and opens the house first where it is still locked. */
  signIn: (interaction: Interaction, clientId: string, credentials: Credentials) => Promise<SessionView>;
}

const done = { done: true } as const;

/** `accounts.*` of the contract. */
export function accountsRouter(os: Implementer, { accounts, sessions, signIn }: AccountsRouterPorts) {
  return {
    signIn: os.accounts.signIn.handler(({ input, context }) => signIn(context.interaction, context.clientId, input)),
    signOut: os.accounts.signOut.handler(({ context }) => {
      accounts().signOut(context.interaction, context.clientId);
      return done;
    }),
    lock: os.accounts.lock.handler(({ context }) => {
      accounts().lock(context.interaction, context.clientId);
      return done;
    }),
    touch: os.accounts.touch.handler(({ context }) => {
      sessions.touch(context.clientId);
      return done;
    }),
    setPreferences: os.accounts.setPreferences.handler(({ input, context }) =>
      accounts().setPreferences(context.interaction, context.clientId, input),
    ),
  };
}
