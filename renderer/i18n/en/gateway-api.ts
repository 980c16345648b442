/** Texts of the Gateway screen about what programs can ask for. */
export const gatewayApi = {
  endpoints: {
    title: 'What programs can ask for',
    lead: 'Programs written for OpenAI or Anthropic work unchanged: give them the address and a key. What a deployment cannot do is refused by name.',
    chat: 'Answers a conversation: tools, JSON schemas, log-probabilities, streams.',
    responses: 'The same in the form of the OpenAI Responses API. Nothing is kept between requests.',
    messages: 'The same in the form of the Anthropic Messages API.',
    countTokens: 'Counts the tokens of a prompt before it is asked.',
    completions: 'Continues a text, without a conversation.',
    embeddings: 'Turns texts into vectors. Needs an embedding model.',
    rerank: 'Orders documents by how well they answer a query. Needs a reranking model.',
    models: 'The deployments that can answer.',
    health: 'Says that the gateway is there. Needs no key.',
    metrics: 'Counts and times for Prometheus.',
    document: 'Exact description (OpenAPI)',
    anthropicUrl: 'Base URL for Anthropic clients',
  },
  examples: {
    purpose: 'What for',
    chat: 'Chat',
    embeddings: 'Embeddings',
    anthropic: 'Anthropic',
    installAnthropic: 'Needs the package “@anthropic-ai/sdk”.',
  },
};
