/**
 * How a model writes calls of tools: the texts around them, special tokens rendered as their text. An answer that calls is
 *
 *     sectionPrefix prefix NAME paramsPrefix ARGUMENTS suffix [betweenCalls prefix NAME … suffix]… sectionSuffix
 *
 * For Qwen: prefix `<tool_call>\n{"name": "`, paramsPrefix `", "arguments": `, suffix `}\n</tool_call>`, betweenCalls `\n`.
 */
export interface ToolSyntax {
  sectionPrefix: string;
  prefix: string;
  paramsPrefix: (name: string) => string;
  suffix: (name: string) => string;
  betweenCalls: string;
  sectionSuffix: string;
  /** Written for a tool that takes no parameters; null: `{}`. */
  emptyArguments: string | null;
}
