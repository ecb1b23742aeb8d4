/** Finds, in TypeScript's syntax tree, code that compares kinds by their names instead of asking lib/kinds. */
import ts from 'typescript';
import { KINDS } from '../../lib/model/vocabulary.ts';

const NAMES: ReadonlySet<string> = new Set(KINDS);

export interface Found {
  readonly file: string;
  readonly line: number;
  readonly what: 'comparison' | 'list' | 'table';
  readonly text: string;
}

const isKindLiteral = (node: ts.Node): boolean => ts.isStringLiteralLike(node) && NAMES.has(node.text);

/** Without `as const`, `satisfies …` and brackets. */
function bare(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
    ? bare(node.expression)
    : node;
}

/** The list of kinds that an expression means: written here, or as a constant; in a Set too. */
function listOfKinds(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const list = bare(node);
  if (ts.isArrayLiteralExpression(list)) return list.elements.some((element) => isKindLiteral(bare(element)));
  if (ts.isNewExpression(list)) return (list.arguments ?? []).some((each) => listOfKinds(each, checker));
  if (!ts.isIdentifier(list)) return false;
  const declaration = checker.getSymbolAtLocation(list)?.valueDeclaration;
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    listOfKinds(declaration.initializer, checker)
  );
}

/** Is every value that the expression can have a kind, or is it loose text under the name `kind`? */
function isOfKind(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  const parts = (type.isUnion() ? type.types : [type]).filter(
    ({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) === 0,
  );
  if (parts.length > 0 && parts.every((part) => part.isStringLiteral() && NAMES.has(part.value))) return true;
  const isText = parts.some(({ flags }) => (flags & (ts.TypeFlags.String | ts.TypeFlags.Any)) !== 0);
  return isText && /\bkind$/i.test(node.getText());
}

const EQUALITY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

function compares(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) {
    const { left, right } = node;
    return (
      (isKindLiteral(right) && isOfKind(left, checker)) || (isKindLiteral(left) && isOfKind(right, checker))
    );
  }
  if (ts.isCaseClause(node))
    return isKindLiteral(node.expression) && isOfKind(node.parent.parent.expression, checker);
  return false;
}

const LOOK_UPS: ReadonlySet<string> = new Set(['includes', 'indexOf', 'has']);

function looksUp(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  if (!LOOK_UPS.has(node.expression.name.text)) return false;
  const [sought] = node.arguments;
  if (sought === undefined || !listOfKinds(node.expression.expression, checker)) return false;
  return isOfKind(sought, checker);
}

/** An object with a kind for each key, or a type that is keyed by `Kind`. */
function isTable(node: ts.Node): boolean {
  if (ts.isObjectLiteralExpression(node)) {
    const keys = node.properties.map(({ name }) =>
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : '',
    );
    return keys.length > 1 && keys.every((key) => NAMES.has(key));
  }
  if (ts.isTypeReferenceNode(node)) {
    const [key] = node.typeArguments ?? [];
    return (
      /^(Record|Map|ReadonlyMap)$/.test(node.typeName.getText(node.getSourceFile())) &&
      key?.getText(node.getSourceFile()) === 'Kind'
    );
  }
  return ts.isMappedTypeNode(node) && node.typeParameter.constraint?.getText(node.getSourceFile()) === 'Kind';
}

/** All places in one file of a program. */
export function kindComparisons(source: ts.SourceFile, checker: ts.TypeChecker): Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const what = compares(node, checker)
      ? 'comparison'
      : looksUp(node, checker)
        ? 'list'
        : isTable(node)
          ? 'table'
          : undefined;
    if (what !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const text = node.getText().split('\n')[0] ?? '';
      found.push({ file: source.fileName, line, what, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Can the file hold such a place? Asked of its syntax alone, since types are known only of a whole program. */
export function mayTellKinds(source: ts.SourceFile): boolean {
  let hasList = false;
  let looksUpSome = false;
  const suspicious = (node: ts.Node): boolean => {
    if (ts.isArrayLiteralExpression(node) && node.elements.some((each) => isKindLiteral(bare(each))))
      hasList = true;
    if (ts.isPropertyAccessExpression(node) && LOOK_UPS.has(node.name.text)) looksUpSome = true;
    const literal = ts.isBinaryExpression(node)
      ? EQUALITY.has(node.operatorToken.kind) && (isKindLiteral(node.left) || isKindLiteral(node.right))
      : ts.isCaseClause(node) && isKindLiteral(node.expression);
    return (
      literal || isTable(node) || ts.forEachChild(node, (child) => suspicious(child) || undefined) === true
    );
  };
  return suspicious(source) || (hasList && looksUpSome);
}
