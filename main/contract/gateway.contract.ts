import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { procedure } from './procedure.ts';

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

export const gatewayContract = {
  status: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(gatewayStatusSchema),
  /** Moves the endpoint to another loopback port; a taken port is refused and the old one keeps serving. */
  setPort: procedure({ permission: 'gateway.manage', audit: 'gateway.settingsChanged' })
    .input(z.strictObject({ port: gatewayPortSchema }))
    .output(gatewayStatusSchema),
};
