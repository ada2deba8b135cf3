/** Synthesizes one stack in a process of its own: `synthesis.js <ours|associated|captured|native> <registrations>`; prints what it took and what came out. */

import { readFileSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { CfnAgentSpace, CfnService } from 'aws-cdk-lib/aws-devopsagent';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { AssociationOptions, OAuthClient, PagerDutyRegistration } from '../../lib';

/** The scopes that the construct asks for by itself. */
const SCOPES = ['incidents.read', 'incidents.write', 'services.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write'];

const kinds: { readonly [kind: string]: (stack: Stack, index: number, secret: ISecret) => unknown } = {
  ours: (stack, index, secret) => new PagerDutyRegistration(stack, `PagerDuty${index}`, {
    subdomain: `acme-${index}`,
    authorization: OAuthClient.fromSecretsManager(secret),
  }),
  associated: (stack, index, secret) => associate(stack, index, secret, {}),
  captured: (stack, index, secret) => associate(stack, index, secret, { webhook: {} }),
  // What it takes without the library: the same request, credentials by dynamic references.
  native: (stack, index, secret) => new CfnService(stack, `PagerDuty${index}`, {
    serviceType: 'pagerduty',
    serviceDetails: {
      pagerDuty: {
        scopes: [...SCOPES, `as_account-us.acme-${index}`],
        authorizationConfig: {
          oAuthClientCredentials: {
            clientId: secret.secretValueFromJson('client_id').unsafeUnwrap(),
            clientSecret: secret.secretValueFromJson('client_secret').unsafeUnwrap(),
          },
        },
      },
    },
  }),
};

/** The same registration, with an association. */
function associate(stack: Stack, index: number, secret: ISecret, options: AssociationOptions): void {
  const registration = new PagerDutyRegistration(stack, `PagerDuty${index}`, {
    subdomain: `acme-${index}`,
    authorization: OAuthClient.fromSecretsManager(secret),
  });
  const agentSpace = CfnAgentSpace.fromAgentSpaceId(stack, `AgentSpace${index}`, `agent-space-${index}`);
  registration.associateWith(agentSpace, { serviceIds: ['PABC123'], customerEmail: 'on-call@example.com', ...options });
}

const [kind, count] = process.argv.slice(2);
// Loading is measured by itself, and both packages load a module when something of it is first asked for.
if ([App, Stack, Secret, CfnService, OAuthClient, PagerDutyRegistration].some((loaded) => !loaded)) throw new Error('not loaded');
const start = performance.now();
// Without the flags that a new app gets: what holds must hold in any app.
const app = new App({ context: { '@aws-cdk/core:stackResourceLimit': 500 }, analyticsReporting: false });
const stack = new Stack(app, 'Tools');
for (let index = 0; index < Number(count); index++) {
  kinds[kind](stack, index, Secret.fromSecretNameV2(stack, `Secret${index}`, `devops-tools/pagerduty-${index}`));
}
const template = app.synth().getStackByName('Tools').templateFullPath;
const ms = performance.now() - start;

process.stdout.write(JSON.stringify({ ms, bytes: statSync(template).size, template: JSON.parse(readFileSync(template, 'utf8')) }));
