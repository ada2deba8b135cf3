import { answer, answerBody, LIMIT, Outcome } from './answer';
import { Clock } from './clock';
import { Row } from './decisions';
import { CallError } from './devops-agent';
import { again, CloudFormationEvent, eventTime, serviceTimeout } from './wire/event';
import { callFailed, Failure, sentence } from './failure';
import { Lifecycle } from './lifecycle';
import { Redactor } from './redaction';
import { SecretReader } from './secrets';
import { Ports } from './ports';
import { HANDLER_TIMEOUT_SECONDS, WAITING_HANDLER_TIMEOUT_SECONDS } from '../src/private/contract';

/** How long before its time is up the handler answers that it ran out of time. */
const WATCHDOG = 10_000;

/** One custom-resource request: done, and answered to CloudFormation. Rejects only where the answer was not taken. */
export async function invoke(event: CloudFormationEvent, world: Ports): Promise<void> {
  const redactor = new Redactor();
  const invocation = new Invocation(event, world.clock);
  const limited = invocation.limit(world);
  const lifecycle = new Lifecycle(event, { ...limited, secrets: new SecretReader(limited.secrets, limited.clock, redactor) });
  const outcome = await Promise.race([
    run(event, lifecycle).catch((error: unknown) => failed(event, error, redactor)),
    world.clock.sleep(Math.max(0, invocation.clock.remaining() - WATCHDOG))
      .then(() => failed(event, new Failure('the deployment', 'the time of the invocation ran out', 'deploy again'), redactor)),
  ]);
  // From here on nothing of this invocation may take effect, not even after Lambda thaws the process for the next one.
  invocation.answered = true;
  log(event, outcome, lifecycle.decision, world);
  await answer(event, outcome, world);
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

async function run(event: CloudFormationEvent, lifecycle: Lifecycle): Promise<Outcome> {
  const result = await lifecycle.run();
  const outcome: Outcome = { status: 'SUCCESS', ...result };
  const length = Buffer.byteLength(answerBody(event, outcome));
  if (length > LIMIT) {
    throw new Failure('answering CloudFormation', `the answer has ${length} bytes, and CloudFormation takes ${LIMIT}`,
      'make the consent URL shorter, by asking for fewer scopes');
  }
  return outcome;
}

function failed(event: CloudFormationEvent, error: unknown, redactor: Redactor): Outcome {
  const subject = {
    service: typeof event.ResourceProperties.Service === 'string' ? event.ResourceProperties.Service : 'service',
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    update: event.RequestType === 'Update',
  };
  const told = error instanceof CallError ? callFailed(error, event.StackId.split(':')[3], again(event)) : error;
  return {
    status: 'FAILED',
    physicalId: event.PhysicalResourceId ?? `failed/${event.RequestId}`,
    reason: sentence(subject, told, (text) => redactor.redact(text)),
  };
}

/** One line for each request. Never the event: it holds the signed URL. */
function log(event: CloudFormationEvent, outcome: Outcome, decision: Row | undefined, world: Ports): void {
  world.log(JSON.stringify({
    request: event.RequestType,
    requestId: event.RequestId,
    stack: event.StackId,
    resource: event.LogicalResourceId,
    decision,
    status: outcome.status,
    physicalId: outcome.physicalId,
    ...(outcome.status === 'FAILED' ? { reason: outcome.reason } : {}),
  }));
}
