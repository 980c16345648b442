import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

/** Ports below need special rights on most systems. */
export const gatewayPortSchema = z.number().int().min(1024).max(65_535);

export const gatewayStatusSchema = z.object({
  running: z.boolean(),
  problem: errorValueSchema.nullable(),
  port: z.number().int(),
  /**
   * What a program is given as base URL, e.g. http://127.0.0.1:8484/v1. It has GET /models and POST /chat/completions.
   * /models tells deployments that can answer: ready, starting, restarting. One that is stopped, stopping or failed is left
   * out; asked for by name it is 404 model_not_found as a model, and 503 engine_not_ready with its state as a question.
   */
  baseUrl: z.string(),
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

/** An API key as it is listed: never the key itself, only how it begins. */
export const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  prefix: z.string(),
  createdBy: z.string(),
  createdAtMs: timeMsSchema,
  lastUsedAtMs: timeMsSchema.nullable(),
  revokedAtMs: timeMsSchema.nullable(),
  requestCount: z.number().int(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const gatewayContract = {
  status: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(gatewayStatusSchema),
  /** Moves the endpoint to another loopback port; a taken port is refused and the old one keeps serving. */
  setPort: procedure({ permission: 'gateway.manage', audit: 'gateway.settingsChanged' })
    .input(z.strictObject({ port: gatewayPortSchema }))
    .output(gatewayStatusSchema),
  listKeys: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(z.array(apiKeySchema)),
  /** The only time the key itself is told; its SHA-256 is what is kept. */
  createKey: procedure({ permission: 'gateway.manage', audit: 'gateway.keyCreated' })
    .input(z.strictObject({ name: nameSchema }))
    .output(z.object({ apiKey: apiKeySchema, secret: z.string() })),
  revokeKey: procedure({ permission: 'gateway.manage', audit: 'gateway.keyRevoked' })
    .input(z.strictObject({ keyId: idSchema }))
    .output(done),
};
