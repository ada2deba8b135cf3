import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib/core';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { BuildOptions } from 'esbuild';
import { atMost, Group, paired, Results } from './metric';
import { install, program } from './programs';
import {
  AzureIdentityRegistration, DevOpsAgentProvider, DevOpsAgentServicePrincipal, EventChannelRegistration, McpServerAuthorization,
  McpServerRegistration, OAuthClient, PagerDutyRegistration, SecretField,
} from '../lib';
import { Simulator } from '../test/simulator/server';
import { Aws } from '../test/support/aws';
import { Engine } from '../test/support/engine';
import { HANDLER } from '../test/support/handler-process';
import { ENGINE } from '../test/support/python';
import { newSecrets } from '../test/support/secrets';
import { ACCOUNT, newWorkspace, REGION } from '../test/support/workspace';

const PAIRS = 5;

interface Template {
  readonly Resources: { readonly [id: string]: { readonly Type: string; readonly Properties: any } };
}

/** The four integrations of the quick start. */
function example(stack: Stack, provider: DevOpsAgentProvider): void {
  const secret = (name: string) => Secret.fromSecretNameV2(stack, name, `devops-tools/${name}`);
  new PagerDutyRegistration(stack, 'PagerDuty', { provider, subdomain: 'acme', authorization: OAuthClient.fromSecretsManager(secret('pagerduty')) });
  new McpServerRegistration(stack, 'Runbooks', {
    provider,
    endpoint: 'https://runbooks.example.com/mcp',
    authorization: McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(secret('runbooks'), 'token')),
  });
  new McpServerRegistration(stack, 'Wiki', { provider, endpoint: 'https://wiki.example.com/mcp', authorization: McpServerAuthorization.authorizationDiscovery() });
  new EventChannelRegistration(stack, 'EventChannel', { provider });
  new AzureIdentityRegistration(stack, 'Azure', {
    provider,
    tenantId: '11111111-2222-3333-4444-555555555555',
    clientId: '66666666-7777-8888-9999-000000000000',
    webIdentityRole: new Role(stack, 'AzureRole', { assumedBy: new DevOpsAgentServicePrincipal() }),
  });
}

function templateOf(framework: boolean, code: { readonly [handler: string]: string }): Template {
  const app = new App();
  const stack = new Stack(app, 'Tools', { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  const provider = new DevOpsAgentProvider(stack, 'Provider');
  if (framework) {
    const { serviceToken } = new Provider(stack, 'Framework', { onEventHandler: provider.handler });
    example(stack, Object.create(provider, { serviceToken: { value: serviceToken }, _serviceTokenIn: { value: () => serviceToken } }));
  } else {
    example(stack, provider);
  }
  const template: Template = app.synth().getStackByName('Tools').template;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') {
      // There is no bucket for assets without the CLI; the code is the same.
      Properties.Code = { ZipFile: readFileSync(code[Properties.Handler], 'utf8') };
      Properties.Handler = Properties.Handler.replace('framework.', 'index.');
    }
  }
  return template;
}

export const deployments: Group = {
  timed: true,
  measure: async () => {
    await ENGINE.prepare((line) => console.error(line));
    const options: BuildOptions = { external: ['@aws-sdk/*'], format: 'cjs', minify: true };
    const ours = templateOf(false, { 'index.handler': join(HANDLER, 'index.js') });
    const framework = templateOf(true, {
      'index.handler': program('on-event', options),
      'framework.onEvent': program('framework', { ...options, alias: { https: join(__dirname, 'programs', 'loopback-https.ts') } }),
    });
    // What Lambda's own runtime brings, which the framework's code stands on.
    const modules = await install('@aws-sdk/client-lambda', '@aws-sdk/client-sfn');
    const simulator = await Simulator.start({ region: REGION, account: ACCOUNT, credentials: { [ACCOUNT]: 'test' } });
    const engine = await Engine.start(newWorkspace('bench'), { AWS_ENDPOINT_URL_DEVOPS_AGENT: simulator.url, NODE_PATH: modules });
    process.once('exit', () => engine.kill());
    const aws = new Aws(engine.url);
    try {
      for (const [name, text] of Object.entries(newSecrets().texts)) await aws.createSecret(name, text);
      const resources = (template: Template) => Object.keys(template.Resources).length;
      const count = atMost(resources(framework) - 1, 'resources', resources(ours));
      return {
        'deployment of the example\'s four integrations on the local engine': await paired(1, 'ms', PAIRS,
          () => deploy(aws, simulator, ours), () => deploy(aws, simulator, framework)),
        'resources of it': { ...count, baseline: resources(framework), ratio: Number((resources(ours) / resources(framework)).toFixed(3)) },
      } satisfies Results;
    } finally {
      await engine.stop();
      await simulator.close();
    }
  },
};

/** Creates the stack and deletes it again; returns how long the creation took. */
async function deploy(aws: Aws, simulator: Simulator, template: Template): Promise<number> {
  const url = await aws.putObject('templates', 'tools.json', JSON.stringify(template));
  const start = performance.now();
  await aws.cloudFormation('CreateStack', { 'StackName': 'Tools', 'TemplateURL': url, 'Capabilities.member.1': 'CAPABILITY_IAM' });
  const status = await settled(aws);
  const ms = performance.now() - start;
  const { services, pending } = simulator.service.snapshot();
  if (status !== 'CREATE_COMPLETE' || services.length + pending.length !== 5) {
    throw new Error(`the example was not deployed: ${status}; ${await aws.cloudFormation('DescribeStackEvents', { StackName: 'Tools' })}`);
  }
  // What nobody has consented to is looked for half a minute before it counts as gone.
  pending.forEach(({ authorizationUrl }) => simulator.service.consent(authorizationUrl));
  await aws.cloudFormation('DeleteStack', { StackName: 'Tools' });
  await settled(aws);
  simulator.reset();
  return ms;
}

async function settled(aws: Aws): Promise<string | undefined> {
  for (;;) {
    const status = await aws.stackStatus('Tools');
    if (!status?.endsWith('_IN_PROGRESS')) return status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
