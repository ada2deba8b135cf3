import { Fixture, fixturesOf } from './fixtures';
import { CloudFormationEvent } from '../../lambda/wire/event';
import { configurationHash, revisionHash } from '../../lambda/wire/fingerprint';
import { parseRegistration } from '../../lambda/wire/parse';
import { TAG } from '../../src/private/contract';
import { registrableServices } from '../simulator/model';
import { delivered } from '../support/cloudformation';
import { Resource } from '../support/events';
import { FIELDS, USES } from '../support/integrations';
import { VirtualAccount } from '../support/virtual-account';
import { newStack, registrationIn, SECRET_ARN } from '../synthesis';

// The contract's version 1. Once it is released, these events and fingerprints are for ever: a changed fingerprint would
// register every service in the world again at its next rollback.
const FIXTURES = fixturesOf('v1');

test('each integration has a minimal and a full event', () => {
  expect(FIXTURES.map(([name]) => name).sort()).toEqual(registrableServices.flatMap((service) => [`${service}, full`, `${service}, minimal`]).sort());
});

test.each(FIXTURES)('%s: is parsed to the registration with the golden fingerprint', (_, { integration, properties, fingerprint }) => {
  const registration = parseRegistration(properties);
  expect(registration).toMatchObject({ version: '1', service: integration });
  expect({ configuration: configurationHash(registration), revision: revisionHash(registration) }).toEqual(fingerprint);
});

test.each(FIXTURES)('%s: today\'s construct writes exactly these properties', (_, { integration, use, properties }) => {
  const stack = newStack();
  USES.find((row) => row.integration === integration && row.use === use)!.build(stack);
  const { ServiceToken: _token, ...written } = delivered(registrationIn(stack));
  const { ServiceToken, ...expected } = properties;
  expect(written).toEqual(expected);
});

describe.each(FIXTURES)('%s: delivered to the handler', (_, { properties, fingerprint }) => {
  const old = properties.Request.name;
  const changed = anotherConfiguration(properties);
  // CloudFormation removes nothing that is to be retained.
  const retained = (name: string) => (properties.Retain ? [name] : []);
  let life: Life;

  beforeEach(async () => {
    life = new Life();
    // If a user has to consent, the first deployment says that nobody has yet.
    await life.create(properties.Authorized ? { ...properties, Authorized: 'false' } : properties);
    if (properties.Authorized === 'true') {
      await life.update(properties);
    }
  });

  test('Create registers the service, with the golden fingerprint among its tags', () => {
    expect(life.names()).toEqual([old]);
    expect(life.fingerprint()).toMatch(new RegExp(`^${fingerprint.configuration}\\.[0-9a-f]{16}\\.${fingerprint.revision}$`));
  });

  test('Update to another configuration and its cleanup leave the new service', async () => {
    await life.update(changed);
    expect(life.answered()).toBe('Another name');
    await life.cleanUp();
    expect(life.names()).toEqual([...retained(old), 'Another name']);
  });

  test('the rollback of that Update and its cleanup leave the service of the old configuration', async () => {
    await life.update(changed);
    await life.update(properties);
    expect(life.answered()).toBe(old);
    await life.cleanUp();
    expect(life.names()).toEqual([old, ...retained('Another name')]);
    expect(life.fingerprint()).toMatch(`${fingerprint.configuration}.`);
  });

  test('Delete deregisters the service', async () => {
    await life.delete();
    expect(life.names()).toEqual([]);
  });
});

/** The properties with another display name and, where a user has to consent, another unique key: such a service is never replaced in place. */
function anotherConfiguration(properties: Properties): Properties {
  const changed = { ...properties, Request: { ...properties.Request, name: 'Another name' } };
  return properties.Authorized === undefined ? changed
    : { ...JSON.parse(JSON.stringify(changed).replace(/("\$uniqueKey":"[^"]*)/, '$1-2')), Authorized: 'false' };
}

type Properties = Fixture['properties'];

/** A resource with the service of one fixture: the events that CloudFormation sends, and the user's consent. */
class Life {
  private readonly world = new VirtualAccount();
  private readonly resource = new Resource('Registration', this.world.responseUrl);
  private known: { readonly physicalId: string; readonly properties: Properties }[] = [];
  private serviceId?: string;

  constructor() {
    this.world.secrets.set(SECRET_ARN, { versionId: 'v1', text: JSON.stringify(FIELDS) });
    // A user consents as soon as the page is published.
    this.world.tick = () => this.world.published.splice(0).forEach((message) => this.world.service.consent(/https:\S+/.exec(message)![0]));
  }

  public async create(properties: Properties): Promise<void> {
    await this.deliver(this.resource.create(properties), properties);
  }

  public async update(properties: Properties): Promise<void> {
    const current = this.known[0];
    await this.deliver(this.resource.update(current.physicalId, properties, current.properties), properties);
  }

  /** Deletes every physical id but the last one that was answered. What is to be retained gets no such event. */
  public async cleanUp(): Promise<void> {
    const [current, ...replaced] = this.known;
    for (const { physicalId, properties } of replaced.filter((other) => other.physicalId !== current.physicalId && !other.properties.Retain)) {
      await this.world.deliver(this.resource.delete(physicalId, properties));
    }
    this.known = [current];
  }

  public async delete(): Promise<void> {
    await this.world.deliver(this.resource.delete(this.known[0].physicalId, this.known[0].properties));
  }

  public names(): (string | undefined)[] {
    return this.world.service.snapshot().services.map(({ name }) => name);
  }

  /** The display name of the service that CloudFormation was answered with. */
  public answered(): string | undefined {
    return this.current()?.name;
  }

  public fingerprint(): string | undefined {
    return this.current()?.tags[TAG.fingerprint];
  }

  private current() {
    return this.world.service.snapshot().services.find(({ serviceId }) => serviceId === this.serviceId);
  }

  private async deliver(event: CloudFormationEvent, properties: Properties): Promise<void> {
    const { physicalId, data } = await this.world.deliver(event, 900);
    this.known.unshift({ physicalId, properties });
    this.serviceId = data.ConsentUrl === 'none' ? data.ServiceId : this.world.service.consent(data.ConsentUrl);
  }
}
