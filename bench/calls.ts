import { atMost, atMostTimes, Group, outOfReach } from './metric';
import { StormWorld } from './storm';
import { OAUTH_SECRET, pagerDuty, Properties, Resource } from '../test/support/events';
import { VirtualAccount } from '../test/support/virtual-account';

const STORM = 200;
const DAY = 86_400_000;
/** What a Create and a Delete take of the API; the secret is another service's. */
const CALLS = 2;

export const calls: Group = {
  timed: false,
  measure: async () => {
    const world = new VirtualAccount();
    const resource = new Resource('PagerDuty', world.responseUrl);
    const old = pagerDuty({ subdomain: 'old' });
    const { physicalId } = await world.deliver(resource.create(old));
    const create = world.calls.length;
    // A registration is replaced some day, not in the minutes in which lists may lag.
    world.time += DAY;
    const replaced = await world.deliver(resource.update(physicalId, pagerDuty(), old));
    const update = world.calls.length;
    await world.deliver(resource.delete(physicalId, old));
    const remove = world.calls.length;
    await world.deliver(resource.delete(replaced.physicalId, pagerDuty()));
    return {
      'calls of a Create with two fields of one secret': atMost(1 + CALLS, 'calls', create),
      'calls of a replacing Update with two fields of one secret': atMost(1 + CALLS, 'calls', update),
      'calls of a Delete': atMost(CALLS, 'calls', remove),
      'calls of the Delete of what had replaced another': outOfReach(atMost(CALLS, 'calls', world.calls.length), CALLS + 1,
        'one more asks whether the other is gone, which CloudFormation may have given up to delete'),
    };
  },
};

/** In virtual time: what the machine does meanwhile makes no difference. */
export const storms: Group = {
  timed: false,
  measure: async () => {
    const world = new StormWorld();
    const tools = Array.from({ length: STORM }, (_, index) => {
      const secret = OAUTH_SECRET.replace('pagerduty', `pagerduty-${index}`);
      world.secrets.set(secret, world.secrets.get(OAUTH_SECRET)!);
      const properties: Properties = JSON.parse(JSON.stringify(pagerDuty({ subdomain: `acme-${index}`, name: `Tools-PagerDuty${index}` })).replaceAll(OAUTH_SECRET, secret));
      return { resource: new Resource(`Tool${index}`, world.responseUrl), properties, id: '' };
    });
    const created = await world.run(tools.map((tool) => async () => {
      tool.id = (await world.deliver(tool.resource.create(tool.properties))).physicalId;
    }));
    const registered = world.ids().length;
    const deleted = await world.run(tools.map((tool) => () => world.deliver(tool.resource.delete(tool.id, tool.properties))));
    const ideal = StormWorld.secondsFor(STORM * CALLS);
    return {
      [`storm of ${STORM} Creates, in virtual time`]: atMostTimes(1.25, 's', created.seconds, ideal),
      'registrations failed or doubled by it': atMost(0, 'registrations', created.failed + Math.max(0, registered - STORM)),
      [`storm of ${STORM} Deletes, in virtual time`]: atMostTimes(1.25, 's', deleted.seconds, ideal),
      'registrations that it left': atMost(0, 'registrations', world.ids().length),
    };
  },
};
