import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { read, ROOT } from './support/markdown';

// Every failure that a user can be told has a row in docs/troubleshooting.md, and every row there is a failure of the code.

/** A place in the code that fails, with the texts that each part of its sentence can have; `…` is what varies. */
type Failing = readonly [steps: string[], reasons: string[], nextSteps: string[]];
/** The sentence of a failure, in its three parts. */
type Sentence = readonly [step: string, reason: string, nextStep: string];
type Arguments = ReadonlyMap<string, ts.Expression>;

const sources = readdirSync(path.join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  .map((file) => parsed(file, readFileSync(path.join(ROOT, 'lambda', file), 'utf8')));

function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

function nodesOf<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): T[] {
  const children: ts.Node[] = [];
  root.forEachChild((child) => void children.push(child));
  return [...is(root) ? [root] : [], ...children.flatMap((child) => nodesOf(child, is))];
}

type Named = ts.FunctionDeclaration | ts.MethodDeclaration;
const isNamed = (node: ts.Node): node is Named => ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
const isFailing = (node: ts.Node): node is ts.NewExpression | ts.CallExpression => (ts.isNewExpression(node) || ts.isCallExpression(node))
  && ['Failure', 'fail'].includes(node.expression.getText());

/** The name of a function, or of a method of the same class, that is called. */
function calleeOf({ expression }: ts.CallExpression): string | undefined {
  const isOwn = ts.isPropertyAccessExpression(expression) && expression.expression.kind === ts.SyntaxKind.ThisKeyword;
  return ts.isIdentifier(expression) ? expression.text : isOwn ? expression.name.text : undefined;
}

/** Reads failures out of sources. */
class Reader {
  constructor(private readonly files: readonly ts.SourceFile[]) {}

  public failures(): Failing[] {
    return this.files.flatMap((file) => nodesOf(file, isFailing)).flatMap((node) => {
      const [step, reason, next] = node.arguments!;
      return this.uses(node).map((given): Failing => [this.texts(step, given), this.texts(reason, given), this.texts(next, given)]);
      // One that is passed on as it is stands at another place.
    }).filter((parts) => parts.some((texts) => texts.some((text) => text !== '…')));
  }

  /** The arguments of each call of the function around a node, if the node uses its parameters; else none, once. */
  private uses(node: ts.NewExpression | ts.CallExpression): Arguments[] {
    const around = ts.findAncestor(node, isNamed);
    const parameters = around?.parameters.map(({ name }) => name.getText()) ?? [];
    const passesOn = node.arguments!.slice(0, 3).some((argument) => ts.isIdentifier(argument) && parameters.includes(argument.text));
    return passesOn
      ? this.files.flatMap((file) => nodesOf(file, ts.isCallExpression)).filter((call) => calleeOf(call) === around!.name!.getText())
        .map((call) => new Map(call.arguments.map((argument, index) => [parameters[index], argument])))
      : [new Map()];
  }

  private texts(expression: ts.Expression, given: Arguments): string[] {
    return [...new Set(this.alternatives(expression, given).map((text) => (/^[…:\s]+$/.test(text) ? '…' : text.replace(/…+/g, '…'))))];
  }

  private alternatives(expression: ts.Expression, given: Arguments): string[] {
    if (ts.isStringLiteralLike(expression)) {
      return [expression.text];
    }
    if (ts.isTemplateExpression(expression)) {
      return expression.templateSpans.reduce((texts, { expression: value, literal }) =>
        texts.flatMap((text) => this.phrases(value).map((phrase) => text + phrase + literal.text)), [expression.head.text]);
    }
    if (ts.isConditionalExpression(expression)) {
      return [...this.alternatives(expression.whenTrue, given), ...this.alternatives(expression.whenFalse, given)];
    }
    if (ts.isIdentifier(expression)) {
      const argument = given.get(expression.text);
      const source = expression.getSourceFile();
      const constant = nodesOf(source, ts.isVariableDeclaration).find(({ name, parent }) =>
        name.getText() === expression.text && parent.parent.parent === source);
      return argument ? this.alternatives(argument, new Map()) : constant?.initializer ? this.alternatives(constant.initializer, given) : ['…'];
    }
    return this.phrases(expression);
  }

  /** The texts of a call, if they are phrases: a value, a name or a single word is what varies. */
  private phrases(expression: ts.Expression): string[] {
    const called = ts.isCallExpression(expression) ? this.definition(expression) : undefined;
    const returned = called ? nodesOf(called, ts.isReturnStatement).flatMap((statement) => statement.expression ?? []) : [];
    const texts = returned.flatMap((value) => this.alternatives(value, new Map()));
    return texts.length > 0 && texts.every((text) => /^[^…](?:\S* ){2}/.test(text)) ? texts : ['…'];
  }

  private definition(call: ts.CallExpression): ts.Node | undefined {
    const name = calleeOf(call);
    const source = call.getSourceFile();
    const imported = nodesOf(source, ts.isImportDeclaration).find((declaration) =>
      nodesOf(declaration, ts.isImportSpecifier).some((one) => one.name.text === name));
    const file = imported && path.join(path.dirname(source.fileName), `${(imported.moduleSpecifier as ts.StringLiteral).text}.ts`);
    return [source, ...this.files.filter(({ fileName }) => fileName === file)].flatMap((one) => nodesOf(one, isNamed))
      .find((one) => one.name?.getText() === name);
  }
}

/** Whether a row says a failure. A row without a step of its own says those of every step, so no sentence needs two rows. */
function matches([step, reason, nextStep]: Sentence, [steps, reasons, nextSteps]: Failing): boolean {
  return (step === '…' || steps.includes(step)) && reasons.includes(reason) && nextSteps.includes(nextStep);
}

/** The failures that a document lists: what its tables have in their first column. A reason may have a semicolon in it. */
function rowsOf(document: string): Sentence[][] {
  return [...document.matchAll(/^\| `([^`]+) failed: ([^`]+)` \|/gm)].map(([, step, rest]) => {
    const parts = rest.split('; ');
    return parts.slice(1).map((_, cut): Sentence => [step, parts.slice(0, cut + 1).join('; '), parts.slice(cut + 1).join('; ')]);
  });
}

/** The rows that no code says, those that another row says, and the texts of the code that no row says. */
function differences(rows: readonly Sentence[][], failures: readonly Failing[]): string[] {
  const general = rows.flat().filter(([step]) => step === '…');
  const repeated = rows.flat().filter(([step, ...rest]) => step !== '…' && general.some((row) => row.slice(1).join() === rest.join()));
  const unknown = rows.filter((readings) => !readings.some((row) => failures.some((failing) => matches(row, failing))));
  const missing = failures.flatMap((failing) => failing.flatMap((texts, part) =>
    texts.filter((text) => !rows.flat().some((row) => (row[part] === text || part === 0 && row[0] === '…') && matches(row, failing))).map((text) => `${failing[0].join('|')}: ${text}`)));
  return [...unknown.map(([row]) => `no code says: ${row.join(' / ')}`), ...repeated.map((row) => `two rows say: ${row.join(' / ')}`), ...new Set(missing.map((text) => `no row says: ${text}`))];
}

const document = read('docs/troubleshooting.md');
const rows = rowsOf(document);

test('every failure of the code has a row, and every row is a failure of the code', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(differences(rows, new Reader(sources).failures())).toEqual([]);
});

test('every row says the cause and what to do', () => {
  const cells = document.split('\n').filter((line) => line.startsWith('| `') && line.includes(' failed: ')).map((line) => line.split(/ \| /));
  expect(cells).toHaveLength(rows.length);
  expect(cells.filter((row) => row.length !== 3 || row.some((cell) => cell.trim() === ''))).toEqual([]);
});

test('a failure that is new, however it is made, is found, and so is a row that is stale', () => {
  const added = parsed('added.ts', `
    const NEXT = 'ask the vendor';
    class Steps {
      told(step: string, reason: string) { throw new Failure(step, reason, this.advice(reason)); }
      run(id: string) { this.told(\`asking \${id}\`, id ? \`\${id} is full\` : 'it is empty'); }
      advice(reason: string) { if (reason) { return NEXT; } return \`wait for \${reason}\`; }
    }
    function lost(name: string) { return fail('the end', \`\${name}: \${1}\`, \`\${way(name)}, then go\`); }
    function way(name: string) { return name ? 'leave by the door' : 'leave by the window'; }`);
  const failures = new Reader([added]).failures();
  const complete = [
    '| `asking … failed: … is full; ask the vendor` | x |', '| `asking … failed: it is empty; wait for …` | x |',
    '| `the end failed: …; leave by the door, then go` | x |', '| `the end failed: …; leave by the window, then go` | x |',
  ];
  expect(differences(rowsOf(complete.join('\n')), failures)).toEqual([]);
  expect(differences(rowsOf([...complete.slice(0, 3), '| `waiting failed: …; ask again` | x |'].join('\n')), failures)).toEqual([
    'no code says: waiting / … / ask again', 'no row says: the end: leave by the window, then go',
  ]);
  expect(differences(rowsOf([...complete, '| `… failed: it is empty; wait for …` | x |'].join('\n')), failures)).toEqual([
    'two rows say: asking … / it is empty / wait for …',
  ]);
});
