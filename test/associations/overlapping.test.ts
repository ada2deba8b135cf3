/** Deliveries of one event that overlap while they associate and capture. */
import { AssociatedAccount, associated, channelIn, HOOK, traceIn } from '../support/associated-account';
import { dynatrace, eventChannel } from '../support/events';
import { SECOND } from '../support/scenario';

/** An account in which deliveries overlap: each call takes a while, so that others come in between. */
class BusyAccount extends AssociatedAccount {
  private turn: Promise<void> = Promise.resolve();

  constructor(private seed: number) {
    super();
  }

  protected random(): number {
    this.seed = (this.seed * 1103515245 + 12345) % 2 ** 31;
    return this.seed / 2 ** 31;
  }

  protected async pass(ms: number): Promise<void> {
    for (let others = Math.floor(this.random() * 12); others > 0; others--) {
      await this.turn;
    }
    await super.pass(ms / 2);
  }
}

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('two deliveries that overlap converge (order %s)', async (seed) => {
  const busy = new BusyAccount(seed * 7919);
  const space = busy.space('One');
  const trace = (name: string) => associated(dynatrace({ name }), traceIn(space));
  const channel = (revision: string) => associated(eventChannel(), channelIn(space, { Webhook: { SecretArn: HOOK, RotationRevision: revision } }));
  const [from, to] = seed % 3 === 0 ? [trace('A'), trace('B')] : seed % 3 === 1 ? [eventChannel(), channel('')] : [channel('1'), channel('2')];
  const id = await busy.created(from);
  const event = busy.own.update(id, to, from);
  busy.time += seed % 2 === 0 ? 0 : 20 * SECOND;
  const ends = await Promise.allSettled([busy.deliver(event), busy.deliver(event)]);
  const answers = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.physicalId] : []));
  expect(answers.length).toBeGreaterThan(0);
  // Two services of a kind that the API takes repeatedly are the limit of overlapping deliveries; their last event removes one.
  if (new Set(answers).size === 1) {
    busy.check(answers[0].split('/')[1], to);
  }
});
