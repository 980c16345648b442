/** Front door of the accounts room: other areas import only from here. */
export { accountsRouter } from './accounts.router.ts';
export { createAccountsService } from './accounts.service.ts';
export type { AccountsService, Credentials } from './accounts.service.ts';
export { checkPassword } from './passwords.ts';
export { createPersonsStore } from './persons.store.ts';
export { createSessions } from './sessions.ts';
export type { Sessions } from './sessions.ts';
export { createSignInGuard } from './sign-in-guard.ts';
export type { SignInGuard } from './sign-in-guard.ts';
