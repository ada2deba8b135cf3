import { fromEnv } from '@aws-sdk/credential-provider-env';
import { answer, answerBody, LIMIT, Outcome } from './answer';
import { devOpsAgentClient } from './client';
import { Clock } from './clock';
import { CallError, DevOpsAgent } from './devops-agent';
import { CloudFormationEvent } from './event';
import { Failure, sentence } from './failure';
import { Lifecycle } from './lifecycle';
import { Redactor } from './redaction';
import { SecretReader } from './secrets';
import { fetchSecret } from './secrets-manager';
import { ENVIRONMENT } from '../src/private/contract';

/** What of Lambda's context the handler uses. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/** How long before Lambda's time-out the handler answers that it ran out of time. */
const WATCHDOG = 10_000;

/** One custom-resource request: done, and answered to CloudFormation. */
export async function handler(event: CloudFormationEvent, context: Context): Promise<void> {
  const redactor = new Redactor();
  const invocation: Invocation = { answered: false };
  const outcome = await Promise.race([
    run(event, context, invocation, redactor).catch((error: unknown) => failed(event, error, redactor)),
    watchdog(context).then(() => failed(event, new Failure('the deployment', 'the time of the invocation ran out', 'deploy again'), redactor)),
  ]);
  // From here on nothing of this invocation may take effect, not even after Lambda thaws the process for the next one.
  invocation.answered = true;
  log(event, outcome);
  await answer(event, outcome, clockOf(context, { answered: false }));
}

interface Invocation {
  answered: boolean;
}

async function run(event: CloudFormationEvent, context: Context, invocation: Invocation, redactor: Redactor): Promise<Outcome> {
  const clock = clockOf(context, invocation);
  const region = process.env.AWS_REGION ?? event.StackId.split(':')[3];
  const credentials = fromEnv();
  const endpoint = (service: string) => process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL;
  const api = devOpsAgentClient({ region, credentials, endpoint: endpoint('DEVOPS_AGENT') });
  const result = await new Lifecycle(event, {
    api: untilAnswered(api, invocation),
    secrets: new SecretReader(fetchSecret({ region, credentials, endpoint: endpoint('SECRETS_MANAGER') }, clock), redactor),
    clock,
    provider: process.env[ENVIRONMENT.provider] ?? '',
  }).run();
  const outcome: Outcome = { status: 'SUCCESS', ...result };
  const length = Buffer.byteLength(answerBody(event, outcome));
  if (length > LIMIT) {
    throw new Failure('answering CloudFormation', `the answer has ${length} bytes, and CloudFormation takes ${LIMIT}`,
      'make the consent URL shorter, by asking for fewer scopes');
  }
  return outcome;
}

/** The API for as long as the invocation has not been answered: a call that is begun later must not take effect. */
function untilAnswered(api: DevOpsAgent, invocation: Invocation): DevOpsAgent {
  return new Proxy(api, {
    get: (target, operation) => (...input: unknown[]) => (invocation.answered
      ? Promise.reject(new Error('this invocation has been answered'))
      : (target[operation as keyof DevOpsAgent] as (...all: unknown[]) => Promise<unknown>)(...input)),
  });
}

function failed(event: CloudFormationEvent, error: unknown, redactor: Redactor): Outcome {
  const subject = {
    service: typeof event.ResourceProperties.Service === 'string' ? event.ResourceProperties.Service : 'service',
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
  };
  const told = error instanceof CallError ? new Failure(error.operation, error.words, 'correct what it names, then deploy again') : error;
  return {
    status: 'FAILED',
    physicalId: event.PhysicalResourceId ?? `failed/${event.RequestId}`,
    reason: sentence(subject, told, (text) => redactor.redact(text)),
  };
}

/** One line for each request. Never the event: it holds the signed URL. */
function log(event: CloudFormationEvent, outcome: Outcome): void {
  console.log(JSON.stringify({
    request: event.RequestType,
    requestId: event.RequestId,
    stack: event.StackId,
    resource: event.LogicalResourceId,
    status: outcome.status,
    physicalId: outcome.physicalId,
    ...(outcome.status === 'FAILED' ? { reason: outcome.reason } : {}),
  }));
}

function watchdog(context: Context): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, context.getRemainingTimeInMillis() - WATCHDOG)).unref();
  });
}

function clockOf(context: Context, invocation: Invocation): Clock {
  return {
    now: () => Date.now(),
    remaining: () => (invocation.answered ? 0 : context.getRemainingTimeInMillis()),
    sleep: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (invocation.answered) {
        throw new Error('this invocation has been answered');
      }
    },
    random: () => Math.random(),
  };
}
