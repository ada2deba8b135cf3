import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Example } from './example';
import { MOVED } from './quick-start';
import { ENGINE } from '../test/support/python';
import { REGION, ROOT } from '../test/support/workspace';

/** Says how to look around, and leaves everything running until a signal comes. */
export function lookAround(quickStart: Example): Promise<never> {
  const { cli, folder, local: { workspace, simulator, engine } } = quickStart;
  const script = join(workspace.dir, 'cdk');
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const environment = Object.entries(cli.environment).map(([name, value]) => quote(`${name}=${value}`));
  writeFileSync(script, [
    '#!/bin/sh',
    '# The CDK CLI as the demo runs it: on the local engine, with nothing of your own AWS configuration.',
    `cd ${quote(folder)} && exec env -i ${environment.join(' ')} ${cli.command().map(quote).join(' ')} "$@"`,
    '',
  ].join('\n'), { mode: 0o755 });

  console.log(`
Everything is running. Look around in another terminal, from this folder:

  what is registered         curl -s ${simulator.url}/_simulator/services
  what was asked for         curl -s ${simulator.url}/_simulator/log
  the CDK CLI                ${relative(ROOT, script)} diff -c consented=true -c runbooks=${MOVED}
                             ${relative(ROOT, script)} deploy -c consented=true
                             ${relative(ROOT, script)} destroy
  what the function logged   ${relative(ROOT, quickStart.file('lambda.log'))}
  any AWS API                ${relative(ROOT, ENGINE.python)} -c "import boto3; print(boto3.client('cloudformation', '${REGION}', endpoint_url='${engine.url}', aws_access_key_id='test', aws_secret_access_key='test').describe_stacks()['Stacks'])"

Ctrl-C here, or \`kill ${process.pid}\`, stops all of it.`);
  return new Promise(() => {
    // Node.js ends once there is nothing to wait for, and a promise is nothing.
    setInterval(() => {}, 3_600_000);
  });
}
