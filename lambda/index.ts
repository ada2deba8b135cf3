import { fromEnv } from '@aws-sdk/credential-provider-env';
import { put } from './answer';
import { devOpsAgentClient } from './aws/devops-agent-client';
import { cloudFormation, sns } from './aws/query';
import { secretsManager } from './aws/secrets-manager';
import { invoke } from './invocation';
import { CloudFormationEvent } from './wire/event';
import { ENVIRONMENT } from '../src/private/contract';

/** What of Lambda's context the handler uses. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/** Where the handler meets the real world. */
export async function handler(event: CloudFormationEvent, context: Context): Promise<void> {
  const { env } = process;
  const region = env.AWS_REGION ?? event.StackId.split(':')[3];
  const credentials = fromEnv();
  const at = (service: string) => ({ region, credentials, endpoint: env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL });
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
