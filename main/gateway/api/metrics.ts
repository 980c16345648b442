import type { FastifyInstance } from 'fastify';
import { ENDPOINTS } from './endpoints.ts';
import { requireCaller } from './exchange.ts';
import type { ApiContext } from './exchange.ts';

/**
 * `GET /metrics`: counts since the gateway was opened, for Prometheus. Needs a key that may list deployments, and tells of those it may use.
 * Leaves no audit event: it is asked every few seconds.
 */
export function addMetrics(app: FastifyInstance, context: ApiContext): void {
  app.get('/metrics', { config: { endpoint: ENDPOINTS.metrics } }, async (request, reply) => {
    const caller = requireCaller(context.stateOf(request));
    const grant = context.admission.admit({ caller, endpoint: 'models', deploymentName: null });
    grant.release();
    return reply.headers(grant.headers).type('text/plain; version=0.0.4; charset=utf-8').send(context.metrics.render((model) => grant.mayUse(model)));
  });
}
