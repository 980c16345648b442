/*
 * Grammars as trees, before they are written in llama.cpp's dialect of BNF (grammar-rules.ts). A language with nothing in it is a
 * choice without alternatives: it needs no special case anywhere, because writing the grammar leaves such branches out.
 */

/** First and last code point, both included. */
export type CodePointRange = readonly [first: number, last: number];

export type GrammarNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'class'; readonly ranges: readonly CodePointRange[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly GrammarNode[] }
  | { readonly kind: 'choice'; readonly alternatives: readonly GrammarNode[] }
  /** `max` null: without end. The body never matches the empty text. */
  | { readonly kind: 'repeat'; readonly body: GrammarNode; readonly min: number; readonly max: number | null };

export const EMPTY: GrammarNode = { kind: 'sequence', parts: [] };
export const IMPOSSIBLE: GrammarNode = { kind: 'choice', alternatives: [] };
export const DIGIT: GrammarNode = { kind: 'class', ranges: [[48, 57]] };

export function text(value: string): GrammarNode {
  return value === '' ? EMPTY : { kind: 'text', text: value };
}

/** `'a-z0-9_'` in the way of regular expressions; a hyphen stands first or last. */
export function oneOf(characters: string): GrammarNode {
  const ranges: CodePointRange[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const first = characters.charCodeAt(at);
    const isRange = characters[at + 1] === '-' && at + 2 < characters.length;
    ranges.push([first, isRange ? characters.charCodeAt(at + 2) : first]);
    if (isRange) at += 2;
  }
  return { kind: 'class', ranges };
}

export function sequence(...parts: readonly GrammarNode[]): GrammarNode {
  const flat: GrammarNode[] = [];
  for (const part of parts.flatMap((part) => (part.kind === 'sequence' ? part.parts : [part]))) {
    const last = flat.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') flat[flat.length - 1] = { kind: 'text', text: last.text + part.text };
    else flat.push(part);
  }
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'sequence', parts: flat };
}

export function choice(alternatives: readonly GrammarNode[]): GrammarNode {
  const flat = alternatives.flatMap((alternative) => (alternative.kind === 'choice' ? alternative.alternatives : [alternative]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'choice', alternatives: flat };
}

export function optional(node: GrammarNode): GrammarNode {
  return choice([node, EMPTY]);
}

/** A text and what follows it. */
export interface TextBranch {
  readonly text: string;
  readonly after: GrammarNode;
}

/**
 * One of the texts, each with what follows it, written as a tree of common beginnings: llama.cpp keeps one stack for each
 * alternative that is still open and tries every token of the vocabulary against each, so a flat list of 1,000 would be felt.
 */
export function textChoice(branches: readonly TextBranch[]): GrammarNode {
  return textChoiceFrom(branches, 0);
}

/** The part from `at` on: so far all of them are the same. */
function textChoiceFrom(branches: readonly TextBranch[], at: number): GrammarNode {
  const byFirst = new Map<number | undefined, TextBranch[]>();
  for (const branch of branches) {
    const first = branch.text.codePointAt(at);
    const group = byFirst.get(first);
    if (group === undefined) byFirst.set(first, [branch]);
    else group.push(branch);
  }
  const alternatives = [...byFirst].map(([first, group]) => {
    if (first === undefined) return choice(group.map((branch) => branch.after));
    const end = endOfCommonPart(group, at);
    return sequence(text(group[0]?.text.slice(at, end) ?? ''), textChoiceFrom(group, end));
  });
  return choice(alternatives);
}

/** In whole code points: half of a surrogate pair is no text. */
function endOfCommonPart(branches: readonly TextBranch[], from: number): number {
  const first = branches[0]?.text ?? '';
  let end = first.length;
  for (const { text: other } of branches) {
    let same = from;
    while (same < end && first[same] === other[same]) same += 1;
    end = same;
  }
  const last = first.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}

/** Whether the node can match the empty text. */
export function isNullable(node: GrammarNode, nullableRules: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'text':
      return node.text === '';
    case 'class':
      return false;
    case 'rule':
      return nullableRules.has(node.name);
    case 'sequence':
      return node.parts.every((part) => isNullable(part, nullableRules));
    case 'choice':
      return node.alternatives.some((alternative) => isNullable(alternative, nullableRules));
    case 'repeat':
      return node.min === 0 || isNullable(node.body, nullableRules);
  }
}

/** Whether the node matches anything at all. */
export function isProductive(node: GrammarNode, productiveRules: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'text':
      return true;
    case 'class':
      return node.ranges.length > 0;
    case 'rule':
      return productiveRules.has(node.name);
    case 'sequence':
      return node.parts.every((part) => isProductive(part, productiveRules));
    case 'choice':
      return node.alternatives.some((alternative) => isProductive(alternative, productiveRules));
    case 'repeat':
      return node.min === 0 || isProductive(node.body, productiveRules);
  }
}

/** The node without branches that match nothing. To be called on productive nodes. */
export function withoutDeadBranches(node: GrammarNode, productiveRules: ReadonlySet<string>): GrammarNode {
  const prune = (child: GrammarNode): GrammarNode => withoutDeadBranches(child, productiveRules);
  switch (node.kind) {
    case 'sequence':
      return sequence(...node.parts.map(prune));
    case 'choice':
      return choice(node.alternatives.filter((alternative) => isProductive(alternative, productiveRules)).map(prune));
    case 'repeat':
      return isProductive(node.body, productiveRules) ? { ...node, body: prune(node.body) } : EMPTY;
    default:
      return node;
  }
}

/** Every rule the node names, once for each time it does. */
export function ruleNamesIn(node: GrammarNode): string[] {
  switch (node.kind) {
    case 'rule':
      return [node.name];
    case 'sequence':
      return node.parts.flatMap(ruleNamesIn);
    case 'choice':
      return node.alternatives.flatMap(ruleNamesIn);
    case 'repeat':
      return ruleNamesIn(node.body);
    default:
      return [];
  }
}

/** The rules with which the node's text may begin, once for each way. */
export function leftmostRuleNames(node: GrammarNode, nullableRules: ReadonlySet<string>): string[] {
  switch (node.kind) {
    case 'rule':
      return [node.name];
    case 'sequence': {
      const names: string[] = [];
      for (const part of node.parts) {
        names.push(...leftmostRuleNames(part, nullableRules));
        if (!isNullable(part, nullableRules)) break;
      }
      return names;
    }
    case 'choice':
      return node.alternatives.flatMap((alternative) => leftmostRuleNames(alternative, nullableRules));
    case 'repeat':
      return leftmostRuleNames(node.body, nullableRules);
    default:
      return [];
  }
}

/** How many copies of their bodies the node's repetitions make when llama.cpp reads them. */
export function expandedRepetitions(node: GrammarNode): number {
  switch (node.kind) {
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + expandedRepetitions(part), 0);
    case 'choice':
      return node.alternatives.reduce((sum, part) => sum + expandedRepetitions(part), 0);
    case 'repeat':
      return (node.max ?? node.min + 1) + expandedRepetitions(node.body);
    default:
      return 0;
  }
}
