import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Example } from './example';
import { ENGINE } from '../test/support/python';
import { ROOT } from '../test/support/workspace';

const LOGS = `
import boto3
logs = boto3.client('logs')
for group in logs.describe_log_groups()['logGroups']:
    for event in logs.filter_log_events(logGroupName=group['logGroupName'])['events']:
        print(event['message'].rstrip())
`;

const STACKS = "import boto3; print(boto3.client('cloudformation').describe_stacks()['Stacks'])";

/** The CDK CLI and the local cloud of an example, as far as the instructions name them. */
interface Surroundings {
  readonly cli: { readonly environment: { readonly [name: string]: string | undefined }; command(...args: string[]): string[] };
  readonly local: { readonly workspace: { readonly dir: string }; readonly simulator: { readonly url: string } };
}

/** Tells the user how to look around, and leaves everything running until a signal comes. */
export function lookAround(quickStart: Example): Promise<never> {
  console.log(instructions(quickStart));
  return new Promise(() => {
    // Node.js ends once there is nothing to wait for, and a promise is nothing.
    setInterval(() => {}, 3_600_000);
  });
}

/** Writes commands into the workspace, and returns the instructions that name them. */
export function instructions(quickStart: Pick<Example, 'folder' | 'context'> & Surroundings): string {
  const { cli, folder, local: { workspace, simulator } } = quickStart;
  // The change that the user is invited to deploy: another endpoint than the last deployment's.
  const next = [...quickStart.context, '-c', 'runbooks=https://runbooks.example.com/v3/mcp'].map(quote).join(' ');
  const environment = Object.entries(cli.environment).map(([name, value]) => quote(`${name}=${value}`)).join(' ');
  const script = (name: string, ...lines: string[]) => {
    const file = join(workspace.dir, name);
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
    return file;
  };
  const cdk = script('cdk',
    '# The CDK CLI on the local engine, with nothing of your own AWS configuration: for the app in this folder, else for the quick start.',
    `test -f cdk.json || cd ${quote(folder)}`,
    `exec env -i ${environment} ${cli.command().map(quote).join(' ')} "$@"`);
  const python = script('python',
    '# Python with boto3, on the local engine.',
    `exec env -i ${environment} ${quote(ENGINE.python)} "$@"`);
  const logs = script('logs', '# Everything that the Lambda functions have logged until now.', `exec ${quote(python)} -c ${quote(LOGS)}`);
  const fromHere = (file: string) => relative(ROOT, file);

  return `
Everything is running. Look around in another terminal, from this folder:

  what is registered         curl -s ${simulator.url}/_simulator/services
  the calls of the API       curl -s ${simulator.url}/_simulator/log
  the handler's log          ${fromHere(logs)}
  the CDK CLI                ${fromHere(cdk)} diff ${next}
                             ${fromHere(cdk)} deploy ${next}
                             ${fromHere(cdk)} destroy
  your own app               cd YOUR-APP && ${quote(cdk)} deploy
  any AWS API                ${fromHere(python)} -c "${STACKS}"

Your own app needs this library (npm install --install-links ${quote(ROOT)}) and, for each secret that it imports,
a secret on the engine: ${fromHere(python)} -c "import boto3; boto3.client('secretsmanager').create_secret(Name='NAME', SecretString='VALUE')"

Ctrl-C here, or \`kill ${process.pid}\`, stops all of it.`;
}

/** A text as one word of a shell's, without quotes where it needs none. */
function quote(text: string): string {
  return /^[\w/.:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
