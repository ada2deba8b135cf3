import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Group, paired } from './metric';
import { install, program, run } from './programs';
import { Simulator } from '../test/simulator/server';
import { mcpServer, Resource, TOKEN_SECRET } from '../test/support/events';
import { HANDLER } from '../test/support/handler-process';
import { ResponseBucket } from '../test/support/response-bucket';
import { SecretsManagerStub } from '../test/support/secrets-manager';
import { PROVIDER } from '../test/support/virtual-account';

/** The Node.js version of the Lambda function. */
const RUNTIME = 24;
const PAIRS = 25;

/** Node.js of that version: the one that runs this, or one from the npm registry. */
async function runtime(): Promise<string> {
  if (process.versions.node.startsWith(`${RUNTIME}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  return join(await install(`${name}@${RUNTIME}`), name, 'bin', 'node');
}

/** The handler that ships, and the floor, each in its own process, on the simulated services over HTTP. */
export const handler: Group = {
  timed: true,
  measure: async () => {
    const node = await runtime();
    // In a folder as near to the root as Lambda's /var/task: Node.js compiles the code that walks longer paths, which takes 2 MB.
    const task = mkdtempSync(join(tmpdir(), 'task-'));
    const inTask = (file: string, name: string) => {
      copyFileSync(file, join(task, name));
      return join(task, name);
    };
    const invoke = inTask(program('invoke'), 'invoke.js');
    const floor = inTask(program('floor', { minify: true }), 'floor.js');
    const bundle = inTask(join(HANDLER, 'index.js'), 'index.js');
    const simulator = await Simulator.start();
    const secrets = await SecretsManagerStub.start();
    const bucket = await ResponseBucket.start();
    secrets.secrets.set(TOKEN_SECRET, { text: 'token' });
    const environment = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      PROVIDER,
    };
    const create = async (handlerFile: string) => {
      const event = new Resource('Registration', () => bucket.signedUrl()).create(mcpServer());
      const { ms, output } = await run(node, [invoke, handlerFile], environment, JSON.stringify(event));
      const { services } = simulator.service.snapshot();
      if (services.length !== 1 || bucket.answers.pop()?.Status !== 'SUCCESS') throw new Error(`${handlerFile} did not register: ${output}`);
      simulator.reset();
      return { ms, memory: peak(output) };
    };
    const bare = async () => peak((await run(node, [invoke])).output);
    try {
      return {
        [`handler: require and first Create on Node.js ${RUNTIME}, whole process`]: await paired(2, 'ms', PAIRS,
          async () => (await create(bundle)).ms, async () => (await create(floor)).ms),
        'handler: peak memory of that, against bare Node.js': await paired(1.32, 'MiB', PAIRS,
          async () => (await create(bundle)).memory, bare),
      };
    } finally {
      await simulator.close();
      await secrets.close();
      await bucket.close();
      rmSync(task, { recursive: true });
    }
  },
};

function peak(output: string): number {
  return Number(output.trim().split('\n').pop()) / 1024;
}
