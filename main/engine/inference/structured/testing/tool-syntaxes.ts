import type { ToolSyntax } from '../tool-syntax.ts';

const none = { sectionPrefix: '', betweenCalls: '', sectionSuffix: '', emptyArguments: null };

/** How models of several families write calls of tools. */
export const TOOL_SYNTAXES = {
  qwen: { ...none, prefix: '<tool_call>\n{"name": "', paramsPrefix: () => '", "arguments": ', suffix: () => '}\n</tool_call>', betweenCalls: '\n' },
  'llama 3.1': { ...none, prefix: '<function=', paramsPrefix: () => '>', suffix: () => '</function>' },
  mistral: { ...none, sectionPrefix: '[TOOL_CALLS][', prefix: '{"name": "', paramsPrefix: () => '", "arguments": ', suffix: () => '}', betweenCalls: ', ', sectionSuffix: ']' },
  'mistral with names': { ...none, prefix: '[TOOL_CALLS]', paramsPrefix: () => '[ARGS]', suffix: () => '' },
  generic: { ...none, prefix: '||call: ', paramsPrefix: () => '(', suffix: () => ')', betweenCalls: '\n', emptyArguments: '' },
} satisfies Record<string, ToolSyntax>;
