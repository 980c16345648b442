import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SERVED_PURPOSES } from '../../contract/models.contract.ts';
import type { Grant } from '../admission.ts';
import { modelNotFound, modelNotRunning } from '../api-error.ts';
import type { ServedModel } from '../model-port.ts';
import { ENDPOINTS } from './endpoints.ts';
import { namesFor, requireCaller } from './exchange.ts';
import type { ApiContext } from './exchange.ts';

export const modelSchema = z.object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string(), purpose: z.enum(SERVED_PURPOSES).describe('What it is for: chat, completions, responses and messages; /v1/embeddings; or /v1/rerank.') });
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

/** `GET /v1/models` and `GET /v1/models/{model}`: deployments that can answer and that the key may use. */
export function addModels(app: FastifyInstance, context: ApiContext): void {
  const { admission, models, metrics, audit } = context;
  const endpoint = ENDPOINTS.models;
  /** Answers under a grant that covers `deploymentName`, or all where it is null. */
  const answer = <Value>({ request, reply }: { request: FastifyRequest; reply: FastifyReply }, deploymentName: string | null, work: (grant: Grant) => Value): Value => {
    const startedMs = performance.now();
    const caller = requireCaller(context.stateOf(request));
    const grant = admission.admit({ caller, endpoint: 'models', deploymentName });
    try {
      const value = work(grant);
      metrics.begin(endpoint.name, deploymentName ?? '').ended(200, { promptTokens: 0, outputTokens: 0 });
      const totalMs = performance.now() - startedMs;
      audit.served(caller, request.ip, { path: endpoint.name, deploymentName: deploymentName ?? '', stream: false, status: 200, promptTokens: 0, outputTokens: 0, totalMs, trouble: null });
      void reply.headers(grant.headers);
      return value;
    } finally {
      grant.release();
    }
  };
  app.get('/v1/models', { config: { endpoint } }, async (request, reply): Promise<z.output<typeof modelListSchema>> =>
    answer({ request, reply }, null, (grant) => ({ object: 'list', data: models.list().filter(({ name, canAnswer }) => canAnswer && grant.mayUse(name)).map(asModel) })),
  );
  app.get<{ Params: { name: string } }>('/v1/models/:name', { config: { endpoint } }, async (request, reply): Promise<z.output<typeof modelSchema>> => {
    const { name: wanted } = request.params;
    return answer({ request, reply }, wanted, (grant) => {
      const found = models.list().find(({ name }) => name === wanted);
      if (found === undefined) throw modelNotFound(wanted, namesFor(context, grant));
      if (!found.canAnswer) throw modelNotRunning(found.name);
      return asModel(found);
    });
  });
}

/** A deployment as OpenAI's API tells a model; `created` in seconds since 1970. */
function asModel({ name, createdAtMs, purpose }: ServedModel): z.output<typeof modelSchema> {
  return { id: name, object: 'model', created: Math.floor(createdAtMs / 1000), owned_by: 'modelward', purpose };
}
