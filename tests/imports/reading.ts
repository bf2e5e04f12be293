/** Finds every import of a source, in whatever form it is written. */
import ts from 'typescript';

export interface Import {
  /** As it is written: './gae', '@tensorflow/tfjs-core', 'node:fs'. */
  specifier: string;
  /** `url` is `new URL('…', import.meta.url)`: a file that is named, such as a worker, not linked. */
  kind: 'value' | 'type' | 'url';
}

/** Whether an import or export clause brings in types only, in either of the two spellings. */
function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** What one node imports, if it is an import of any form. */
function importOf(node: ts.Node): Import | null {
  const text = (literal: ts.Node | undefined) =>
    literal && ts.isStringLiteralLike(literal) ? literal.text : null;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const specifier = text(node.moduleSpecifier);
    return specifier === null ? null : { specifier, kind: isTypeOnly(node) ? 'type' : 'value' };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const specifier = text(node.argument.literal);
    return specifier === null ? null : { specifier, kind: 'type' };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const specifier = text(node.arguments[0]);
    return specifier === null ? null : { specifier, kind: 'value' };
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const specifier = text(node.arguments?.[0]);
    const isRelative = node.arguments?.[1]?.getText() === 'import.meta.url';
    return specifier === null || !isRelative ? null : { specifier, kind: 'url' };
  }
  return null;
}

/** Every import of a TypeScript or Svelte source, of whatever form. */
export function importsOf(file: string, source: string): Import[] {
  const scripts = /<script\b[^>]*>([\s\S]*?)<\/script>/g;
  const code = file.endsWith('.svelte')
    ? [...source.matchAll(scripts)].map((match) => match[1]).join('\n')
    : source;
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importOf(node);
    if (one) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(`${file}.ts`, code, ts.ScriptTarget.Latest, true));
  return found;
}
