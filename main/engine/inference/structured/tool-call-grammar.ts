import type { Tool } from '../generation.ts';
import { EMPTY, optional, sequence, text, textChoice } from './grammar-nodes.ts';
import type { GrammarNode, TextBranch } from './grammar-nodes.ts';
import { GrammarRules } from './grammar-rules.ts';
import { schemaNode } from './json-schema-grammar.ts';
import { StructureRefusal } from './structure-refusal.ts';
import type { ToolSyntax } from './tool-syntax.ts';

/** Of one answer; a model that calls without end would otherwise use up its whole context. */
export const MAX_CALLS = 128;

export interface ToolCallsOrder {
  readonly tools: readonly Tool[];
  readonly syntax: ToolSyntax;
  /** Whether one answer may hold more than one call. */
  readonly parallel: boolean;
  /** Whether the beginning, up to the first name, is already written; white space at its end may still be missing. */
  readonly begun: boolean;
}

/**
 * The grammar (GBNF, root rule `root`) of calls of these tools with arguments valid by their schemas. It ends after the last suffix.
 * Raises StructureRefusal; JSON pointers begin with the tool's name.
 */
export function grammarOfToolCalls({ tools, syntax, parallel, begun }: ToolCallsOrder): string {
  if (tools.length === 0) throw new StructureRefusal('tools: there is none that could be called');
  const rules = new GrammarRules();
  const call = rules.rule(textChoice(tools.map((tool) => callOf(rules, tool, syntax))));
  const opening = begun ? missingSpace(syntax.prefix) : text(syntax.sectionPrefix + syntax.prefix);
  const further = parallel ? rules.repeat(sequence(text(syntax.betweenCalls + syntax.prefix), call), 0, MAX_CALLS - 1) : EMPTY;
  return rules.toText(sequence(opening, call, further));
}

function callOf(rules: GrammarRules, tool: Tool, syntax: ToolSyntax): TextBranch {
  return { text: tool.name + syntax.paramsPrefix(tool.name), after: sequence(argumentsOf(rules, tool, syntax), text(syntax.suffix(tool.name))) };
}

function argumentsOf(rules: GrammarRules, tool: Tool, syntax: ToolSyntax): GrammarNode {
  if (tool.parameters === null) return text(syntax.emptyArguments ?? '{}');
  return schemaNode(rules, tool.parameters, { pointer: `${tool.name}#`, isObject: true });
}

/** A beginning is recognised without the white space it ends with; the model may be about to write that. */
function missingSpace(prefix: string): GrammarNode {
  const space = prefix.slice(prefix.trimEnd().length);
  return space === '' ? EMPTY : optional(text(space));
}
