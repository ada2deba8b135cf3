import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

// Every failure that a person can be told has a row in docs/troubleshooting.md, and every row there is a failure of the code.
const ROOT = path.join(__dirname, '..');
const DOCUMENT = path.join(ROOT, 'docs', 'troubleshooting.md');

const sources = readdirSync(path.join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  .map((file) => parsed(file, readFileSync(path.join(ROOT, 'lambda', file), 'utf8')));

/** What the parameters of a function stand for at one of its calls. */
type Arguments = ReadonlyMap<string, ts.Expression>;

function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

function nodesOf<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): T[] {
  const children: ts.Node[] = [];
  root.forEachChild((child) => void children.push(child));
  return [...is(root) ? [root] : [], ...children.flatMap((child) => nodesOf(child, is))];
}

function calleeOf(call: ts.CallExpression): string | undefined {
  const { expression } = call;
  return ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression) && expression.expression.kind === ts.SyntaxKind.ThisKeyword
    ? (ts.isIdentifier(expression) ? expression : expression.name).text
    : undefined;
}

type Named = ts.FunctionDeclaration | ts.MethodDeclaration;
const isNamed = (node: ts.Node): node is Named => ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);

/** What a text may read, with `…` for what varies: one for each branch of a condition, and for each return of a function. */
function textsOf(expression: ts.Expression, given: Arguments): string[] {
  if (ts.isStringLiteralLike(expression)) {
    return [expression.text];
  }
  if (ts.isTemplateExpression(expression)) {
    return [[expression.head.text, ...expression.templateSpans.map(({ literal }) => literal.text)].join('…')];
  }
  if (ts.isConditionalExpression(expression)) {
    return [...textsOf(expression.whenTrue, given), ...textsOf(expression.whenFalse, given)];
  }
  const source = expression.getSourceFile();
  if (ts.isIdentifier(expression)) {
    const argument = given.get(expression.text);
    const constant = nodesOf(source, ts.isVariableDeclaration).find(({ name, parent }) =>
      ts.isIdentifier(name) && name.text === expression.text && parent.parent.parent === source);
    return argument ? textsOf(argument, new Map()) : constant?.initializer ? textsOf(constant.initializer, given) : ['…'];
  }
  if (ts.isCallExpression(expression)) {
    const called = nodesOf(source, isNamed).find(({ name }) => name?.getText() === calleeOf(expression));
    const returns = called ? nodesOf(called, ts.isReturnStatement).flatMap((statement) => statement.expression ?? []) : [];
    return returns.length > 0 ? returns.flatMap((returned) => textsOf(returned, new Map())) : ['…'];
  }
  return ['…'];
}

/** Wherever the parameters of the function around a node are used for its arguments, each call of that function. */
function callsAround(node: ts.NewExpression, files: ts.SourceFile[]): Arguments[] {
  const around = ts.findAncestor(node, isNamed);
  const parameters = around?.parameters.map(({ name }) => name.getText()) ?? [];
  const uses = node.arguments!.slice(0, 3).some((argument) => ts.isIdentifier(argument) && parameters.includes(argument.text));
  // A method may be called by a class that extends its own, in another file.
  const callers = around && ts.isMethodDeclaration(around) ? files : [node.getSourceFile()];
  return uses
    ? callers.flatMap((file) => nodesOf(file, ts.isCallExpression)).filter((call) => calleeOf(call) === around!.name!.getText())
      .map((call) => new Map(call.arguments.map((argument, index) => [parameters[index], argument])))
    : [new Map()];
}

/** A part of the sentence as the document writes it: what is nothing but variable is one `…`. */
function normalized(text: string): string {
  return /^[…:\s]+$/.test(text) ? '…' : text.replace(/…+/g, '…');
}

/** The failures of some sources, as a person reads them: from the step to the advice. */
function failuresIn(files: ts.SourceFile[]): string[] {
  const failures = files.flatMap((file) => nodesOf(file, ts.isNewExpression))
    .filter((node) => node.expression.getText() === 'Failure')
    .flatMap((node) => callsAround(node, files).flatMap((given) => {
      const [steps, words, advices] = node.arguments!.slice(0, 3).map((argument) => textsOf(argument, given).map(normalized));
      return steps.flatMap((step) => words.flatMap((word) => advices.map((advice) => `${step} failed: ${word}; ${advice}`)));
    }));
  return [...new Set(failures)].sort();
}

/** The failures that a document lists: what its tables have in their first column. */
function rowsOf(document: string): string[] {
  return [...document.matchAll(/^\| `([^`]+ failed: [^`]+)` \|/gm)].map((match) => match[1]).sort();
}

const rows = rowsOf(readFileSync(DOCUMENT, 'utf8'));

test('every failure of the code has a row, and every row is a failure of the code', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(rows).toEqual(failuresIn(sources));
});

test('every row says what happened and what to do', () => {
  const cells = readFileSync(DOCUMENT, 'utf8').split('\n').filter((line) => line.includes(' failed: ') && line.startsWith('|')).map((line) => line.split(/ \| /));
  expect(cells).toHaveLength(rows.length);
  expect(cells.filter((row) => row.length !== 3 || row.some((cell) => cell.trim() === ''))).toEqual([]);
});

test('a failure that is new, however it is made, is found, and so is a row that is stale', () => {
  const added = parsed('added.ts', `
    const ADVICE = 'ask again';
    class Steps {
      told(step: string, words: string) { throw new Failure(step, words, this.advice(words)); }
      run(id: string) { this.told(\`asking \${id}\`, id ? \`\${id} is full\` : 'it is empty'); this.told('waiting', String(id)); }
      advice(words: string) { if (words) { return ADVICE; } return 'give up'; }
    }
    new Failure('the end', \`\${1}: \${2}\`, 'go home', undefined);`);
  expect(failuresIn([added])).toEqual([
    'asking … failed: it is empty; ask again',
    'asking … failed: it is empty; give up',
    'asking … failed: … is full; ask again',
    'asking … failed: … is full; give up',
    'the end failed: …; go home',
    'waiting failed: …; ask again',
    'waiting failed: …; give up',
  ]);
  expect(rowsOf('| `waiting failed: …; ask again` | It is slow. | Wait. |\n| `RegisterService` | no failure | – |')).toEqual(['waiting failed: …; ask again']);
});
