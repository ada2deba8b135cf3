/** The associations of the contract's version 1: what is in deployed templates, and what the handler makes of it for ever. */
import { associationFixturesOf, fixturesOf, serviceAssociationFixturesOf } from './fixtures';
import { spaceHash } from '../../lambda/associations/record';
import { revisionOf } from '../../lambda/associations/webhook-secrets';
import { parseServiceAssociation } from '../../lambda/wire/association';
import { configurationHash } from '../../lambda/wire/fingerprint';
import { parseRegistration } from '../../lambda/wire/parse';
import { agentSpaceIn, ASSOCIATION_USES } from '../support/associations';
import { delivered } from '../support/cloudformation';
import { newStack, registrationIn } from '../synthesis';

const FIXTURES = associationFixturesOf('v1');
const SERVICE_ASSOCIATIONS = serviceAssociationFixturesOf('v1');
const SERVICE_ASSOCIATION = SERVICE_ASSOCIATIONS[0][1].properties;

test('each use of an association has a fixture', () => {
  expect(FIXTURES.map(([name]) => name).sort()).toEqual(ASSOCIATION_USES.map(({ integration, use }) => `${integration}, ${use}`).sort());
});

test.each(FIXTURES)('%s: is sent as ever, by the registration and by a ServiceAssociation, and registers nothing again', (_, { integration, association, sent }) => {
  const [, { properties, fingerprint }] = fixturesOf('v1').find(([name]) => name === `${integration}, minimal`)!;
  const registration = parseRegistration({ ...properties, Associations: [association] });
  expect(registration.associations).toEqual([expect.objectContaining({ agentSpaceId: association.AgentSpaceId, ...sent })]);
  expect(configurationHash(registration)).toBe(fingerprint.configuration);
  const { Contract, ServiceId } = SERVICE_ASSOCIATION;
  expect(parseServiceAssociation({ Contract, ServiceId, ...association })).toMatchObject({ agentSpaceId: association.AgentSpaceId, ...sent });
});

test.each(FIXTURES)('%s: today\'s construct writes exactly this association', (_, { integration, use, association: { Webhook: webhook, ...association } }) => {
  const stack = newStack();
  ASSOCIATION_USES.find((row) => row.integration === integration && row.use === use)!.build(stack, agentSpaceIn(stack));
  const [{ Webhook: written, ...others }, ...more] = delivered(registrationIn(stack).Associations);
  expect(more).toEqual([]);
  expect(others).toEqual(association);
  // The ARN of the secret is the deployment's.
  expect(written).toEqual(webhook && { ...webhook, SecretArn: expect.any(String) });
});

test.each(SERVICE_ASSOCIATIONS)('the ServiceAssociation of %s: is parsed as ever, and the records of it are found again', (_, { properties, sent, recorded }) => {
  const parsed = parseServiceAssociation(properties);
  expect(parsed).toMatchObject({ serviceId: properties.ServiceId, agentSpaceId: properties.AgentSpaceId, retain: properties.Retain === 'true', ...sent });
  expect({ agentSpace: spaceHash(parsed.agentSpaceId), revision: revisionOf(parsed.webhook?.revision ?? '') }).toEqual(recorded);
});
