import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Operation, OperationName, operationNames, Shape, validate } from '../simulator/model';
import { PythonEnvironment } from '../support/python';

/** What botocore runs in: the newest, since the local engine wants an older one. `test/python-check.ts` prepares it. */
export const MODEL = new PythonEnvironment('boto3\'s model of the API', 'model', join(__dirname, 'requirements.txt'));

/** A request as its operation's input, wherever its members travel. */
export interface Call {
  readonly operation: OperationName;
  readonly input: unknown;
}

interface Answer {
  readonly version: string;
  readonly operations: { readonly [name in OperationName]: Operation & { readonly output: Shape | null } };
  /** What botocore finds wrong with each request. */
  readonly problems: string[][];
}

/** What boto3's model says of the operations, and botocore of the calls. */
export function ask(requests: readonly Call[] = []): Answer {
  const output = execFileSync(MODEL.python, ['-I', '-B', join(__dirname, 'model.py')], {
    input: JSON.stringify({ operations: operationNames, requests }), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output);
}

/** What is wrong with each call. botocore looks at neither patterns nor maxima nor enumerations: those are checked here, against its model. */
export function judged(requests: readonly Call[]): string[][] {
  const { operations, problems } = ask(requests);
  return requests.map(({ operation, input }, index) =>
    [...problems[index], ...validate(operations[operation].input, input).map(({ message }) => message)]);
}

/** Where the simulator's table says something else than the model. What the table calls a document, it does not look into. */
export function differences(ours: unknown, theirs: unknown, path: string): string[] {
  if (!isTree(ours) || !isTree(theirs)) {
    return isDeepStrictEqual(sorted(ours), sorted(theirs)) ? [] : [`${path}: the simulator says ${JSON.stringify(ours)}, the model ${JSON.stringify(theirs)}`];
  }
  if (ours.kind === 'document') return [];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}/${key}`));
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The order of an enumeration, or of what is required, says nothing. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}
