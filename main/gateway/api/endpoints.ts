import type { ParameterNames } from '../api-error.ts';

/** The shapes in which API forms tell errors. */
export type Dialect = 'openai' | 'responses' | 'anthropic';

/** One operation of the gateway: how it is named in metrics and in the audit log, and how its errors look. */
export interface Endpoint {
  name: EndpointName;
  dialect: Dialect;
  parameters: ParameterNames;
  /** Answered without a key. */
  open: boolean;
}

export type EndpointName = 'chat' | 'completions' | 'embeddings' | 'rerank' | 'responses' | 'messages' | 'count-tokens' | 'models' | 'health' | 'metrics' | 'openapi';

function endpoint(name: EndpointName, changes: Partial<Endpoint> = {}): Endpoint {
  return { name, dialect: 'openai', parameters: { prompt: 'messages', format: 'response_format', tools: 'tools' }, open: false, ...changes };
}

export const ENDPOINTS = {
  chat: endpoint('chat'),
  completions: endpoint('completions', { parameters: { prompt: 'prompt', format: 'grammar', tools: 'tools' } }),
  embeddings: endpoint('embeddings', { parameters: { prompt: 'input', format: 'input', tools: 'input' } }),
  rerank: endpoint('rerank', { parameters: { prompt: 'documents', format: 'documents', tools: 'documents' } }),
  responses: endpoint('responses', { dialect: 'responses', parameters: { prompt: 'input', format: 'text.format', tools: 'tools' } }),
  messages: endpoint('messages', { dialect: 'anthropic' }),
  countTokens: endpoint('count-tokens', { dialect: 'anthropic' }),
  models: endpoint('models'),
  health: endpoint('health', { open: true }),
  metrics: endpoint('metrics'),
  openapi: endpoint('openapi', { open: true }),
} as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}
