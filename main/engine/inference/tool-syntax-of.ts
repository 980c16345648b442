import type { ChatWrapper, LlamaText, Tokenizer } from 'node-llama-cpp';
import type { ToolSyntax } from './structured/tool-syntax.ts';

type Library = typeof import('node-llama-cpp');
type Written = string | LlamaText;

/** How the format of a conversation writes calls of tools; what ends an answer is not part of it. */
export function toolSyntaxOf(library: Pick<Library, 'LlamaText'>, wrapper: ChatWrapper, tokenizer: Tokenizer): ToolSyntax {
  const { call, parallelism } = wrapper.settings.functions;
  const textOf = (written: Written | undefined, name: string): string => {
    let text = '';
    for (const part of library.LlamaText(written ?? '').values) {
      if (typeof part === 'string') {
        text += part.replaceAll('{{functionName}}', name);
        continue;
      }
      const tokens = part.tokenize(tokenizer);
      const end = tokens.findIndex((token) => tokenizer.isEogToken(token));
      text += tokenizer.detokenize(end < 0 ? tokens : tokens.slice(0, end), true);
      if (end >= 0) break;
    }
    return text;
  };
  const empty = call.emptyCallParamsPlaceholder;
  return {
    sectionPrefix: textOf(parallelism?.call.sectionPrefix, ''),
    prefix: textOf(call.prefix, ''),
    paramsPrefix: (name) => textOf(call.paramsPrefix, name),
    suffix: (name) => textOf(call.suffix, name),
    betweenCalls: textOf(parallelism?.call.betweenCalls, ''),
    sectionSuffix: textOf(parallelism?.call.sectionSuffix, ''),
    emptyArguments: empty === undefined || empty === '' ? null : JSON.stringify(empty),
  };
}
