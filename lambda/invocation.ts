/** One custom-resource request: carried out within its bounds, logged, and answered to CloudFormation. */
import { answer, answerBody, LIMIT, Outcome } from './answer';
import { serviceAssociation } from './associations/resource';
import { WebhookSecrets } from './associations/webhook-secrets';
import { Clock } from './clock';
import { Failure, foreign, MAX_WORDS, sentence, Subject } from './failure';
import { retry } from './lifecycle/advice';
import { LifecyclePorts } from './lifecycle/context';
import { decide } from './lifecycle/decide';
import { Decide, Ending, lifecycle } from './lifecycle/lifecycle';
import { Ports } from './ports';
import { Redactor } from './redaction';
import { SecretReader } from './secrets';
import { CloudFormationEvent, eventTime, serviceTimeout } from './wire/event';
import { ASSOCIATION_RESOURCE_TYPE, HANDLER_TIMEOUT_SECONDS, WAITING_HANDLER_TIMEOUT_SECONDS } from '../src/private/contract';

/** How long before its time is up the handler answers that it ran out of time. */
const WATCHDOG = 10_000;

/**
 * Handles one custom-resource request. Rejects where the answer was not taken, and where the event is to be delivered
 * again: AWS Lambda does that.
 */
export async function invoke(event: CloudFormationEvent, ports: Ports, decideWith: Decide = decide): Promise<void> {
  const redactor = new Redactor();
  const invocation = new Invocation(event, ports.clock);
  const limited = invocation.limit(ports);
  const secrets = new SecretReader(limited.secrets, limited.clock, redactor);
  const webhooks = new WebhookSecrets(limited.secrets, limited.clock, redactor, event);
  const ending = await Promise.race([
    handle(event, { ...limited, secrets, webhooks }, decideWith).then((end) => unlessTooLong(event, end)).catch((error: unknown) => failed(error)),
    ports.clock.sleep(Math.max(0, invocation.clock.remaining() - WATCHDOG))
      .then(() => failed(new Failure('the deployment', 'the time of the invocation ran out', retry({ type: event.RequestType }), { row: 'time ran out' }))),
  ]);
  // From here on nothing of this invocation may take effect, not even after Lambda thaws the process for the next one.
  invocation.answered = true;
  if ('redeliver' in ending) {
    const words = foreign(redactor.redact(ending.redeliver), MAX_WORDS);
    log(event, ending.row, { status: 'DELIVERED AGAIN', reason: words }, ports);
    throw new Error(`the event is left to be delivered again: ${words}`);
  }
  const outcome = outcomeOf(event, ending, redactor);
  log(event, ending.row, { status: outcome.status, physicalId: outcome.physicalId, ...outcome.status === 'FAILED' ? { reason: outcome.reason } : {} }, ports);
  await answer(event, outcome, ports);
}

/** Each type of resource has a lifecycle of its own. */
export async function handle(event: CloudFormationEvent, ports: LifecyclePorts, decideWith: Decide = decide): Promise<Ending> {
  return event.ResourceType === ASSOCIATION_RESOURCE_TYPE ? serviceAssociation(event, ports) : lifecycle(event, ports, decideWith);
}

/** What bounds an invocation: its time, and its answer. */
class Invocation {
  public answered = false;
  public readonly clock: Clock;

  constructor(event: CloudFormationEvent, clock: Clock) {
    const seconds = event.ResourceProperties.WaitForConsent ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS;
    // Nothing may take effect once CloudFormation has given up.
    const end = Math.min(clock.now() + seconds * 1000, (eventTime(event) ?? Infinity) + serviceTimeout(event));
    this.clock = {
      now: () => clock.now(),
      random: () => clock.random(),
      remaining: () => (this.answered ? 0 : Math.min(clock.remaining(), end - clock.now())),
      sleep: async (ms) => {
        await clock.sleep(ms);
        this.check();
      },
    };
  }

  /** The world for as long as the invocation has not been answered: a call that is begun later must not take effect. */
  public limit(world: Ports): Ports {
    return {
      ...world,
      clock: this.clock,
      api: this.guard(world.api),
      secrets: this.guard(world.secrets),
      stacks: this.guard(world.stacks),
      topics: this.guard(world.topics),
    };
  }

  private guard<T extends object>(service: T): T {
    return new Proxy(service, {
      get: (target, operation) => async (...input: unknown[]) => {
        this.check();
        return (target[operation as keyof T] as (...all: unknown[]) => unknown)(...input);
      },
    });
  }

  private check(): void {
    if (this.answered) {
      throw new Error('this invocation has been answered');
    }
  }
}

/** An answer that CloudFormation would not take is a failure. */
function unlessTooLong(event: CloudFormationEvent, ending: Ending): Ending {
  const length = 'result' in ending ? Buffer.byteLength(answerBody(event, { status: 'SUCCESS', ...ending.result })) : 0;
  if (length <= LIMIT) {
    return ending;
  }
  const failure = new Failure('answering CloudFormation', `the answer has ${length} bytes, and CloudFormation takes ${LIMIT}`,
    'make the consent URL shorter, by asking for fewer scopes, or capture fewer webhooks');
  return { row: 'answer too long', failure };
}

/** The ending of an event whose lifecycle threw. */
function failed(error: unknown): Ending {
  if (error instanceof Failure) {
    return { row: error.row ?? 'unusable secret', failure: error };
  }
  // A bug of ours. Its message may help; its stack would only tell where the bundle was unpacked.
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { row: 'handler error', failure: new Failure('the handler', words, 'please report this with the request id') };
}

function outcomeOf(event: CloudFormationEvent, ending: Exclude<Ending, { redeliver: string }>, redactor: Redactor): Outcome {
  if ('result' in ending) {
    return { status: 'SUCCESS', ...ending.result };
  }
  const isAssociation = event.ResourceType === ASSOCIATION_RESOURCE_TYPE;
  const { Service: service = isAssociation ? 'association' : 'service' } = event.ResourceProperties;
  const subject: Subject = {
    service: typeof service === 'string' ? service : 'service',
    kind: isAssociation ? 'association' : 'registration',
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    update: event.RequestType === 'Update',
  };
  return {
    status: 'FAILED',
    physicalId: event.PhysicalResourceId ?? `failed/${event.RequestId}`,
    reason: sentence(subject, ending.failure, (text) => redactor.redact(text)),
  };
}

/** Logs one line for each request. Never the event: it holds the signed URL. */
function log(event: CloudFormationEvent, row: string, end: object, { log: write }: Ports): void {
  write(JSON.stringify({
    request: event.RequestType,
    requestId: event.RequestId,
    stack: event.StackId,
    resource: event.LogicalResourceId,
    decision: row,
    ...end,
  }));
}
