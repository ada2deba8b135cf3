/** The model of AWS Lambda: how often, when and for how long the handler runs for an event. */
import { Account } from './account';
import { Invocation } from './invocation';
import { SOONEST_AFTER, SOONEST_AGAIN } from './limits';
import { Report } from './report';
import { Schedule } from './schedule';
import { Mutation } from './seams';
import { Sent, Surroundings } from './sent';
import { VirtualTime } from './time';
import { invoke } from '../../lambda/invocation';
import { decide } from '../../lambda/lifecycle/decide';

/** The delays before Lambda delivers an event again whose invocation failed. */
const REDELIVERIES = [60_000, 120_000];

/** The shortest time that the first delivery has. */
const LEAST_TIME = 20_000;

/** Runs the handler as AWS Lambda does for asynchronous invocations. */
export class Lambda {
  constructor(
    private readonly time: VirtualTime,
    private readonly account: Account,
    private readonly schedule: Schedule,
    private readonly surroundings: Surroundings,
    private readonly report: Report,
    private readonly mutation?: Mutation,
  ) {}

  /** Delivers an event: once, again where that did not end well, and whenever the schedule says so. */
  public async deliver(sent: Sent): Promise<void> {
    const quirks = this.schedule.deliveries.filter(({ event }) => event === sent.ordinal);
    const late = quirks.find(({ kind }) => kind === 'late')?.seconds ?? 0;
    // At least so much is left that an answer can be hoped for.
    sent.late = Math.min(late * 1000, sent.deadline - sent.time - LEAST_TIME);
    await this.time.sleep(200 + sent.late);
    let over: () => void;
    const first = new Promise<void>((resolve) => over = resolve);
    let before = first;
    for (const { seconds } of quirks.filter(({ kind }) => kind === 'again')) {
      before = this.again(sent, seconds * 1000, first, before);
    }
    for (const pause of [...REDELIVERIES, undefined]) {
      if (await this.run(sent) === 'returned' || pause === undefined) {
        break;
      }
      await this.time.sleep(pause);
    }
    over!();
  }

  private async again(sent: Sent, after: number, first: Promise<void>, before: Promise<void>): Promise<void> {
    let firstIsOver = Infinity;
    void first.then(() => firstIsOver = this.time.now());
    await this.time.sleep(after);
    if (!sent.mayOverlap) {
      await before;
      await this.time.sleep(Math.max(0, sent.time + SOONEST_AGAIN - this.time.now()));
    }
    if (firstIsOver < Infinity) {
      await this.time.sleep(Math.max(0, firstIsOver + SOONEST_AFTER - this.time.now()));
    }
    await this.run(sent);
  }

  private async run(sent: Sent): Promise<Ending> {
    const { time, report } = this;
    const { RequestType, LogicalResourceId, PhysicalResourceId = '' } = sent.event;
    sent.deliveries++;
    sent.overlapped ||= sent.running++ > 0;
    report.note(() => `delivery of event ${sent.ordinal}: ${RequestType} ${LogicalResourceId} ${PhysicalResourceId}`);
    const invocation = new Invocation(sent, this.time, this.account, this.schedule, this.surroundings, this.report);
    const ending = await new Promise<Ending>((resolve) => {
      invocation.crash = () => resolve('crashed');
      time.at(time.now() + sent.timeout, () => resolve('timed out'));
      const ports = invocation.ports();
      const { ports: wrap, event: change, decide: wrapDecide } = this.mutation ?? {};
      invoke(change?.(sent.event) ?? sent.event, wrap?.(ports, sent.event) ?? ports, wrapDecide?.(decide) ?? decide).then(() => resolve('returned'), (error: Error) => {
        // The runtime logs what a handler rejects with.
        report.texts.push(`${error.name}: ${error.message}`);
        resolve(error.message.startsWith('the event is left to be delivered again') ? 'left' : 'threw');
      });
    });
    sent.running--;
    invocation.gone = ending === 'crashed' || ending === 'timed out';
    report.note(() => `delivery of event ${sent.ordinal}: ${ending}`);
    if (ending !== 'returned') {
      sent.failures++;
      report.crashes += ending === 'threw' || ending === 'left' ? 0 : 1;
    }
    if (ending !== 'crashed' && ending !== 'returned' && ending !== 'left' && !sent.injected.some(({ operation }) => operation === 'answer' || operation === 'any')) {
      report.violation(`a delivery of event ${sent.ordinal} ${ending}`);
    }
    return ending;
  }
}

/** The end of a delivery. `left`: the handler left the event to be delivered again. */
type Ending = 'returned' | 'left' | 'threw' | 'crashed' | 'timed out';
