import type { Node, SourceFile } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';
import { isCallExpression, isExportDeclaration, isImportDeclaration, isImportTypeNode, isLiteralTypeNode, isStringLiteral } from 'typescript/unstable/ast/is';

/** Everything a file imports by a name written in it: imports, re-exports, `import()` and `import('…')` in types. */
export function importsOf(source: SourceFile): string[] {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    const name = importedName(node);
    if (name !== undefined) names.add(name);
    node.forEachChild((child) => {
      visit(child);
    });
  };
  visit(source);
  return [...names];
}

function importedName(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier !== undefined && isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal) ? node.argument.literal.text : undefined;
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const [first] = node.arguments;
    return first !== undefined && isStringLiteral(first) ? first.text : undefined;
  }
  return undefined;
}
