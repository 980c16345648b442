import type { Tokenizer } from 'node-llama-cpp';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import type { NativeModel } from '../../native/native-model.ts';
import type { PoolingFunctions } from '../../native/pooling-functions.ts';

export interface PairTokensOptions {
  library: LlamaLibrary;
  pooling: Pick<PoolingFunctions, 'llama_model_chat_template' | 'llama_vocab_sep' | 'llama_vocab_get_add_sep'>;
  model: NativeModel;
  tokenizer: Tokenizer;
}

/**
 * How a query and a document are put before a reranking model: in its own form (`tokenizer.chat_template.rerank`) where it has one, else as llama.cpp's server
 * does it (format_prompt_rerank of tools/server/server-common.cpp): [bos] query [eos] [sep] document [eos], each where the vocabulary asks for it. Two
 * things are done otherwise. What people wrote is text, also where it looks like a control token of the form. And a vocabulary that ends its texts
 * with a separator and has no end (an old file of a BERT) gets one behind the document too, as the model was trained.
 */
export function createPairTokens({ library, pooling, model, tokenizer }: PairTokensOptions): (query: string) => (document: string) => number[] {
  const vocabulary = library.llama_model_get_vocab(model.pointer);
  const separator = pooling.llama_vocab_sep(vocabulary);
  const eosOfModel = library.llama_vocab_eos(vocabulary);
  const endsTexts = library.llama_vocab_get_add_eos(vocabulary);
  const parts = {
    begin: model.addsBos && model.bosToken >= 0 ? [model.bosToken] : [],
    end: endsTexts ? present(eosOfModel >= 0 ? eosOfModel : separator) : [],
    between: pooling.llama_vocab_get_add_sep(vocabulary) ? present(separator) : [],
  };
  const plain = (text: string): number[] => [...tokenizer(text, false, 'trimLeadingSpace')];
  const template = pooling.llama_model_chat_template(model.pointer, 'rerank');
  if (template !== null && template.includes('{document}')) {
    const pieces = template.split(/(\{query\}|\{document\})/).map((text) => ({ text, tokens: /^\{(?:query|document)\}$/.test(text) ? [] : [...tokenizer(text, true, 'trimLeadingSpace')] }));
    return (query) => {
      const asked = plain(query);
      return (document) => {
        const tokens = pieces.flatMap(({ text, tokens: own }) => (text === '{query}' ? asked : text === '{document}' ? plain(document) : own));
        const { begin, end } = parts;
        return [...(tokens[0] === begin[0] ? [] : begin), ...tokens, ...(tokens.at(-1) === end[0] ? [] : end)];
      };
    };
  }
  const { begin, end, between } = parts;
  const last = end.length > 0 ? end : between;
  return (query) => {
    const head = [...begin, ...plain(query), ...end, ...between];
    return (document) => [...head, ...plain(document), ...last];
  };
}

function present(token: number): number[] {
  return token >= 0 ? [token] : [];
}
