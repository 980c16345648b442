import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { ENDPOINTS } from './endpoints.ts';
import { namesFor } from './exchange.ts';
import type { ApiContext } from './exchange.ts';

export const healthSchema = z.object({
  status: z.literal('ok'),
  models: z.array(z.string()).describe('Deployments that can answer; only told to a caller with a key.').optional(),
});

/** `GET /health`: for monitors. Without a key it says that the gateway is there and nothing else. Leaves no audit event: it is asked every few seconds. */
export function addHealth(app: FastifyInstance, context: ApiContext): void {
  app.get('/health', { config: { endpoint: ENDPOINTS.health } }, async (request): Promise<z.output<typeof healthSchema>> => {
    const { caller } = context.stateOf(request);
    if (caller === null) return { status: 'ok' };
    try {
      const grant = context.admission.admit({ caller, endpoint: 'models', deploymentName: null });
      grant.release();
      return { status: 'ok', models: namesFor(context, grant) };
    } catch (error) {
      // A key that may not list deployments, or has used up its quota, still hears that the gateway is there.
      if (error instanceof ApiError) return { status: 'ok' };
      throw error;
    }
  });
}
