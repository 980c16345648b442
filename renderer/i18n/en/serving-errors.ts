import { switchingErrorCodes } from './switching-errors.ts';

/** Sentences for codes of main/contract/errors.ts that concern requests of programs; the same form as in errors.ts. */
export const servingErrorCodes = {
  ...switchingErrorCodes,
  DEPLOYMENT_BUSY: {
    what: '“{{name}}” has more to do than it can take.',
    why: 'Its queue of {{queueLimit}} waiting requests is full.',
    next: 'Try again in a moment, or raise the queue limit.',
  },
  QUEUE_TIMEOUT: {
    what: '“{{name}}” did not get to this question in time.',
    why: 'It waited {{waitedMs}} for its turn; that is as long as a question may wait.',
    next: 'Try again in a moment, or give the deployment more sequences.',
  },
  GENERATION_REFUSED: {
    what: 'The engine cannot do what was asked of it.',
    why: '{{refusedGeneration}} {{detail}}',
    next: 'Change the request, or ask a deployment whose model can do it.',
  },
};

/** Reasons of GENERATION_REFUSED. */
export const refusedGenerations = {
  grammar: 'The grammar cannot be used.',
  'json-schema': 'The JSON schema cannot be turned into a grammar.',
  tools: 'The model has no way to call tools.',
  token: 'A token id is not in the vocabulary of the model.',
  'empty-prompt': 'The prompt is empty, and the model has no token that begins a text.',
  'format-with-tools': 'An answer cannot both have a fixed form and call tools.',
  'no-embeddings': 'The model makes no embeddings.',
  'no-ranking': 'The model does not rank documents.',
  'no-generation': 'The model writes no text: it makes embeddings or ranks documents.',
  'fall-back-engine': 'The fall-back engine does not offer this.',
};
