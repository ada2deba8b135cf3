import { fromEnv } from '@aws-sdk/credential-provider-env';
import { put } from './answer';
import { devOpsAgentClient } from './aws/devops-agent-client';
import { endpointOf, isEndpointOverridden } from './aws/endpoints';
import { cloudFormation, sns } from './aws/query';
import { secretsManager } from './aws/secrets-manager';
import { invoke } from './invocation';
import { CloudFormationEvent } from './wire/event';
import { ENVIRONMENT } from '../src/private/contract';

/** The part of Lambda's context that the handler uses. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/** The entry point of the Lambda function: it passes the real clients and the real clock to the handler. */
export async function handler(event: CloudFormationEvent, context: Context): Promise<void> {
  const { env } = process;
  if (!event.ResponseURL.startsWith('https:') && !isEndpointOverridden(env)) {
    // The URL is a signed capability: it is neither used in plain text nor quoted.
    throw new Error('the ResponseURL of the event is not an HTTPS URL');
  }
  const region = env.AWS_REGION ?? event.StackId.split(':')[3];
  const credentials = fromEnv();
  const at = (service: Parameters<typeof endpointOf>[0]) => ({ region, credentials, endpoint: endpointOf(service, region, env) });
  await invoke(event, {
    api: devOpsAgentClient(at('DEVOPS_AGENT')),
    secrets: secretsManager(at('SECRETS_MANAGER')),
    stacks: cloudFormation(at('CLOUDFORMATION')),
    topics: sns(at('SNS')),
    answers: { put },
    clock: {
      now: () => Date.now(),
      remaining: () => context.getRemainingTimeInMillis(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: () => Math.random(),
    },
    provider: env[ENVIRONMENT.provider] ?? '',
    log: (line) => console.log(line),
  });
}
