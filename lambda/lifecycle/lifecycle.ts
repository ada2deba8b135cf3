/** The lifecycle of a registration: observe, decide, act, until there is an answer. */
import { Actions, refusalOf, Result } from './act';
import { Context, contextOf, LifecyclePorts } from './context';
import { decide } from './decide';
import { StaleEvent } from './delivery';
import { observe } from './observe';
import { Situation } from './situation';
import { Facts, NOTHING } from './state';
import { REDELIVERY, reassociateTime, REPLACE_TIME } from './times';
import { HANDLER_TIMEOUT_SECONDS, WAITING_HANDLER_TIMEOUT_SECONDS } from '../../src/private/contract';
import { recordOf } from '../associations/record';
import { CallError } from '../devops-agent';
import { Failure } from '../failure';
import { CloudFormationEvent, serviceTimeout } from '../wire/event';

export type Decide = typeof decide;

/** The end of an event: an answer, or none, so that AWS Lambda delivers the event again. */
export type Ending =
  | { readonly row: string; readonly result: Result }
  | { readonly row: string; readonly failure: Failure }
  | { readonly row: string; readonly redeliver: string };

/** Brings about, for one event, that the services that exist are those that CloudFormation believes in. */
export async function lifecycle(event: CloudFormationEvent, ports: LifecyclePorts, decideWith: Decide = decide): Promise<Ending> {
  let context: Context;
  try {
    context = contextOf(event, ports);
  } catch (error) {
    if (error instanceof Failure) {
      return { row: 'unreadable properties', failure: error };
    }
    throw error;
  }
  const actions = new Actions(context);
  for (let facts: Facts = NOTHING; ;) {
    facts = { ...facts, ...times(context, facts) };
    const { row = '', ...step } = decideWith(context.goal, facts);
    switch (step.do) {
      case 'succeed': return { row, result: { physicalId: event.PhysicalResourceId ?? '', data: {} } };
      case 'fail': return { row, failure: new Failure(step.step, step.words, step.advice, { row }) };
      case 'redeliver': return { row, redeliver: step.words };
      case 'answer': {
        const answer = await unlessRefused(() => actions.answer(step, facts));
        if ('physicalId' in answer) {
          return { row, result: answer };
        }
        facts = { ...facts, ...answer };
        break;
      }
      default: facts = {
        ...facts,
        ...await unlessRefused(() => {
          switch (step.do) {
            case 'look': return observe(context, step.at, new Situation(context.goal, facts).registersAs, facts);
            case 'tagReplacing': return actions.tagReplacing(step.service);
            case 'register': return actions.register(step, facts);
            case 'deregister': return actions.deregister(step.services, step.guard, facts);
            case 'wait': return actions.wait(facts);
            case 'publish': return actions.publish(step.url);
          }
        }),
      };
    }
  }
}

/** The judgments that change with time alone. */
function times({ ports: { clock }, delivery, event, registration }: Context, { current }: Facts): Partial<Facts> {
  const timeout = (registration?.wait ? WAITING_HANDLER_TIMEOUT_SECONDS : HANDLER_TIMEOUT_SECONDS) * 1000;
  const associations = Math.max(recordOf(current?.tags ?? {}).length, registration?.associations.length ?? 0);
  return {
    timeToReplace: clock.remaining() >= REPLACE_TIME + reassociateTime(associations),
    timeToRedeliver: delivery.age() + REDELIVERY + timeout <= serviceTimeout(event),
  };
}

/** The facts that a step brings; a call that fails for good is one of them, and CloudFormation's word is another. */
async function unlessRefused<T>(step: () => Promise<T>): Promise<T | Partial<Facts>> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StaleEvent) {
      return { awaited: error.awaited };
    }
    if (error instanceof CallError) {
      return { failed: { operation: error.operation, refusal: refusalOf(error) } };
    }
    throw error;
  }
}
