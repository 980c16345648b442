import { type Node, type SourceFile, type SwitchStatement, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isCaseClause,
  isDefaultClause,
  isExpressionStatement,
  isJsxAttribute,
  isJsxExpression,
  isJsxText,
  isNoSubstitutionTemplateLiteral,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isStringLiteral,
  isSwitchStatement,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import type { Checker, Type } from 'typescript/unstable/sync';
import type { Finding } from './finding.ts';

const testCode = /(?:\.test\.tsx?$|(?:^|\/)testing\/|^e2e\/|^bench\/)/;
/** Where SQL may stand: the stores, the migrations, and the room that opens the database. */
const sqlRoom = /(?:\.store\.ts$|^main\/kernel\/(?:migrations|database)\/|\/migrations\/)/;
const sql = /\b(?:SELECT\s[\s\S]*\sFROM\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(?:TABLE|INDEX|UNIQUE|TRIGGER|VIEW|VIRTUAL)\b|ALTER\s+TABLE\b|DROP\s+TABLE\b)/;
const screenRoom = /^renderer\/(?:screens|ui)\//;
/** Attributes whose text a person sees or hears. */
const spokenAttributes = new Set(['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription', 'aria-valuetext', 'description', 'error', 'label', 'message', 'placeholder', 'title']);
const hasLetters = /\p{L}{2,}/u;

/**
 * Checks one parsed file against the rules that need its tree or its types: no text for people outside the catalogues,
 * SQL only in stores, no promise that nobody waits for, no switch that forgets a case, no `any`.
 */
export function checkTree(file: string, source: SourceFile, checker: Checker): Finding[] {
  const findings: Finding[] = [];
  const report = (node: Node, rule: string, message: string): void => {
    findings.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, rule, message });
  };
  const statements: Node[] = [];
  const isTest = testCode.test(file);
  const speaks = screenRoom.test(file) && !isTest;
  const mayHoldSql = isTest || sqlRoom.test(file) || !file.startsWith('main/');

  const visit = (node: Node): void => {
    if (node.kind === SyntaxKind.AnyKeyword) report(node, 'any', 'the type "any" turns checking off');
    if (speaks) {
      const text = spokenText(node, source);
      if (text !== undefined) report(node, 'literal-text', `text for people belongs in renderer/i18n: "${text}"`);
    }
    if (!mayHoldSql && sql.test(literalText(node) ?? '')) report(node, 'sql', 'SQL belongs in a *.store.ts');
    if (isSwitchStatement(node)) {
      const missing = missingCases(node, checker);
      if (missing.length > 0) report(node, 'switch', `forgets ${missing.join(', ')}`);
    }
    if (isExpressionStatement(node)) {
      const call = mayFloat(node.expression);
      if (call !== undefined) statements.push(call);
    }
    node.forEachChild((child) => {
      visit(child);
    });
  };
  visit(source);

  const types = statements.length === 0 ? [] : checker.getTypeAtLocation(statements);
  statements.forEach((node, index) => {
    const type = types[index];
    if (type !== undefined && isPromise(type)) report(node, 'floating-promise', 'nobody waits for this promise or hears of its failure (await it, or give it a catch)');
  });
  return findings;
}

function literalText(node: Node): string | undefined {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' x ');
  return undefined;
}

/** The text a person would see, when this node is literal text in JSX; otherwise undefined. */
function spokenText(node: Node, source: SourceFile): string | undefined {
  if (isJsxText(node)) {
    const text = node.text.trim();
    return hasLetters.test(text) ? text : undefined;
  }
  if (isJsxExpression(node) && node.expression !== undefined && node.parent?.kind !== SyntaxKind.JsxAttribute) {
    const text = literalText(node.expression);
    return text !== undefined && hasLetters.test(text) ? text : undefined;
  }
  if (isJsxAttribute(node) && node.initializer !== undefined && spokenAttributes.has(node.name.getText(source))) {
    const value = isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
    const text = value === undefined ? undefined : literalText(value);
    return text !== undefined && hasLetters.test(text) ? text : undefined;
  }
  return undefined;
}

/** The expression whose promise would be dropped, or undefined when the statement waits for it, hands it on or handles its failure. */
function mayFloat(expression: Node): Node | undefined {
  if (isParenthesizedExpression(expression)) return mayFloat(expression.expression);
  if (!isCallExpression(expression)) {
    const harmless = [SyntaxKind.AwaitExpression, SyntaxKind.VoidExpression, SyntaxKind.DeleteExpression, SyntaxKind.PostfixUnaryExpression, SyntaxKind.PrefixUnaryExpression, SyntaxKind.YieldExpression];
    return harmless.includes(expression.kind) || isAssignment(expression) ? undefined : expression;
  }
  const callee = expression.expression;
  if (isPropertyAccessExpression(callee)) {
    if (callee.name.text === 'catch' && expression.arguments.length > 0) return undefined;
    if (callee.name.text === 'then' && expression.arguments.length > 1) return undefined;
    if (callee.name.text === 'finally') return mayFloat(callee.expression) === undefined ? undefined : expression;
  }
  return expression;
}

function isAssignment(node: Node): boolean {
  if (node.kind !== SyntaxKind.BinaryExpression) return false;
  const operator = (node as Node & { operatorToken: Node }).operatorToken.kind;
  return operator >= SyntaxKind.FirstAssignment && operator <= SyntaxKind.LastAssignment;
}

function isPromise(type: Type): boolean {
  if (type.isUnionType()) return (type.getTypes() ?? []).some(isPromise);
  return type.getSymbol()?.name === 'Promise';
}

/** The members of the switched union for which there is neither a case nor a default. Only unions of literals are judged. */
function missingCases(node: SwitchStatement, checker: Checker): string[] {
  if (node.caseBlock.clauses.some((clause) => isDefaultClause(clause))) return [];
  const type = checker.getTypeAtLocation(node.expression);
  const members = type === undefined ? [] : type.isUnionType() ? (type.getTypes() ?? []) : [type];
  if (members.length === 0 || !members.every((member) => member.isLiteralType())) return [];
  const cases = node.caseBlock.clauses.flatMap((clause) => (isCaseClause(clause) ? [clause.expression] : []));
  const handled = new Set((cases.length === 0 ? [] : checker.getTypeAtLocation(cases)).flatMap((found) => (found === undefined ? [] : [checker.typeToString(found)])));
  return members.map((member) => checker.typeToString(member)).filter((name) => !handled.has(name));
}
