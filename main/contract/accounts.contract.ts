import { z } from './zod.ts';
import { ROLES } from './permissions.ts';
import { done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

export const languageSchema = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof languageSchema>;
export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

/** The signed-in person and how long the session lives: idle limit in ms, absolute end in ms since 1970. */
export const sessionViewSchema = z.object({
  personId: idSchema,
  name: z.string(),
  role: z.enum(ROLES),
  language: languageSchema,
  theme: themeSchema,
  idleLimitMs: z.number().int().positive(),
  endsAtMs: timeMsSchema,
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** Fewer characters than this are refused for a person without a second factor (docs: NIST SP 800-63B-4). */
export const MINIMUM_PASSWORD_LENGTH = 15;
/** Length rules are the service's (PASSWORD_TOO_SHORT); the schema only bounds what Argon2 is given. */
export const passwordSchema = z.string().min(1).max(1024);

export const accountsContract = {
  /** Where the installation has only one person, the password alone tells who it is. */
  signIn: procedure({ permission: 'public', audit: 'accounts.signedIn' })
    .input(z.strictObject({ name: nameSchema.optional(), password: passwordSchema }))
    .output(sessionViewSchema),
  signOut: procedure({ permission: 'session', audit: 'accounts.signedOut' }).input(z.strictObject({})).output(done),
  /** Locks the screen now, as the idle limit would: the session ends, the person signs in again over the same screen. */
  lock: procedure({ permission: 'session', audit: 'accounts.sessionLocked' }).input(z.strictObject({})).output(done),
  /** The person did something: pushes the idle limit back. Sent at most every 20 s. */
  touch: procedure({ permission: 'session', audit: 'none' }).input(z.strictObject({})).output(done),
  setPreferences: procedure({ permission: 'session', audit: 'accounts.preferencesChanged' })
    .input(z.strictObject({ language: languageSchema.optional(), theme: themeSchema.optional() }))
    .output(sessionViewSchema),
};
