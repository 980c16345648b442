import { z } from './zod.ts';
import { endpointNameSchema } from './deployments.contract.ts';
import { done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

/** What a key can be let to: the endpoints of the gateway. `models` is the list of deployments. */
export const API_ENDPOINTS = ['chat', 'completions', 'embeddings', 'rerank', 'responses', 'messages', 'models'] as const;
export type ApiEndpoint = (typeof API_ENDPOINTS)[number];

/**
 * Windows a quota counts in: minutes, days and months of the machine's calendar, in its time zone. A window begins when the
 * clock on the wall says so, not with a first request, so that "when does it reset" is a time a person can read.
 */
export const QUOTA_WINDOWS = ['minute', 'day', 'month'] as const;
export type QuotaWindow = (typeof QUOTA_WINDOWS)[number];
export const QUOTA_UNITS = ['requests', 'tokens'] as const;
export type QuotaUnit = (typeof QUOTA_UNITS)[number];

/** More than any machine answers in a month; large enough to mean "no limit" nowhere. */
export const LARGEST_QUOTA = 1_000_000_000_000;
export const MOST_CONCURRENT = 10_000;
/** Longest time for which two secrets of one key are valid at once. */
export const LONGEST_OVERLAP_MS = 30 * 24 * 60 * 60 * 1000;

const limitSchema = z.number().int().min(1).max(LARGEST_QUOTA).nullable();
const windowLimitsSchema = z.strictObject({ minute: limitSchema, day: limitSchema, month: limitSchema });
/** Highest numbers of requests and of tokens (prompt and answer together) in each window; null: no limit. */
export const quotasSchema = z.strictObject({ requests: windowLimitsSchema, tokens: windowLimitsSchema });
export type Quotas = z.infer<typeof quotasSchema>;

/** What a key may be used for; null: everything, also what is added later. */
export const scopesSchema = z.strictObject({
  endpoints: z.array(z.enum(API_ENDPOINTS)).min(1).max(API_ENDPOINTS.length).nullable(),
  /** Names of deployments, as programs say them. */
  deployments: z.array(endpointNameSchema).min(1).max(200).nullable(),
});
export type Scopes = z.infer<typeof scopesSchema>;

/** One line, no control characters; may be empty. */
const lineSchema = (most: number) =>
  z.string().trim().max(most).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
export const LONGEST_PURPOSE = 300;

const settingsShape = {
  name: nameSchema,
  department: lineSchema(120),
  purpose: lineSchema(LONGEST_PURPOSE),
  scopes: scopesSchema,
  quotas: quotasSchema,
  /** Most requests that may run at once. */
  maxConcurrent: z.number().int().min(1).max(MOST_CONCURRENT).nullable(),
  /** The key is refused from here on; null: never. */
  expiresAtMs: timeMsSchema.nullable(),
  /**
   * Whether people outside the house get the answers. China's measures on generative AI (2023, article 2) leave out what serves
   * nobody but the house itself; a key that serves the public is marked so that this can be looked after and proved.
   */
  servesPublic: z.boolean(),
};

/** What a person decides about a key. */
export const keySettingsSchema = z.strictObject(settingsShape);
export type KeySettings = z.infer<typeof keySettingsSchema>;

export const NO_QUOTAS: Quotas = {
  requests: { minute: null, day: null, month: null },
  tokens: { minute: null, day: null, month: null },
};
export const ALL_SCOPES: Scopes = { endpoints: null, deployments: null };
/** A key that nothing was decided about. */
export const UNLIMITED: Omit<KeySettings, 'name'> = {
  department: '',
  purpose: '',
  scopes: ALL_SCOPES,
  quotas: NO_QUOTAS,
  maxConcurrent: null,
  expiresAtMs: null,
  servesPublic: false,
};

const windowUseSchema = z.object({
  requests: z.number().int(),
  tokens: z.number().int(),
  resetsAtMs: timeMsSchema,
});
/** What a key has used in the window that runs now. */
export type WindowUse = z.infer<typeof windowUseSchema>;

export const KEY_STATES = ['valid', 'expired', 'revoked'] as const;

/** An API key as it is listed: never a secret, only how it begins. */
export const apiKeySchema = keySettingsSchema.extend({
  id: idSchema,
  state: z.enum(KEY_STATES),
  /** How the newest secret begins. */
  prefix: z.string(),
  /** The secret before it, while it is valid too. */
  previous: z.object({ prefix: z.string(), validUntilMs: timeMsSchema, lastUsedAtMs: timeMsSchema.nullable() }).nullable(),
  createdBy: z.string(),
  createdAtMs: timeMsSchema,
  /** Null while the first secret is in use. */
  rotatedAtMs: timeMsSchema.nullable(),
  lastUsedAtMs: timeMsSchema.nullable(),
  revokedAtMs: timeMsSchema.nullable(),
  requestCount: z.number().int(),
  tokenCount: z.number().int(),
  running: z.number().int(),
  used: z.object({ minute: windowUseSchema, day: windowUseSchema, month: windowUseSchema }),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** The only time a secret itself is told; its SHA-256 is what is kept. */
const madeSchema = z.object({ apiKey: apiKeySchema, secret: z.string() });

export const apiKeysContract = {
  /** Newest first. */
  list: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(z.array(apiKeySchema)),
  /** Raises NOT_FOUND. */
  get: procedure({ permission: 'gateway.read', audit: 'none' })
    .input(z.strictObject({ keyId: idSchema }))
    .output(apiKeySchema),
  /** What is left out is not limited. Raises KEY_EXPIRY_PAST. */
  create: procedure({ permission: 'gateway.manage', audit: 'gateway.keyCreated' })
    .input(keySettingsSchema.partial().required({ name: true }))
    .output(madeSchema),
  /** Takes effect at once, also on answers that run. Raises NOT_FOUND, KEY_REVOKED, KEY_EXPIRY_PAST. */
  update: procedure({ permission: 'gateway.manage', audit: 'gateway.keyChanged' })
    .input(z.strictObject({ keyId: idSchema, changes: keySettingsSchema.partial() }))
    .output(apiKeySchema),
  /**
   * A new secret; the one it replaces stays valid for the overlap, then ends. A secret that was already in its overlap ends at once:
   * no key has more than two. Raises NOT_FOUND, KEY_REVOKED, KEY_EXPIRED.
   */
  rotate: procedure({ permission: 'gateway.manage', audit: 'gateway.keyRotated' })
    .input(z.strictObject({ keyId: idSchema, overlapMs: z.number().int().min(0).max(LONGEST_OVERLAP_MS) }))
    .output(madeSchema),
  /** Ends answers that run with their next token. Raises NOT_FOUND; a key already revoked stays as it is. */
  revoke: procedure({ permission: 'gateway.manage', audit: 'gateway.keyRevoked' })
    .input(z.strictObject({ keyId: idSchema }))
    .output(done),
};
