/** The associations in the properties, as they are read. */
import { parseServiceAssociation } from '../../lambda/wire/association';
import { configurationHash } from '../../lambda/wire/fingerprint';
import { parseRegistration } from '../../lambda/wire/parse';
import { MAX_ASSOCIATIONS } from '../../src/private/contract';
import { mcpServer } from '../support/events';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hook-AbCdEf';
const TOOLS = { AgentSpaceId: 'space-1', Configuration: { mcpserver: { tools: ['search'] } } };

const registrationOf = (...associations: unknown[]) => parseRegistration({ ...mcpServer(), Associations: associations });

function wordsOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toMatchObject({ step: 'reading the resource\'s properties', advice: expect.stringContaining('from the same release') });
    return (error as { words: string }).words;
  }
  return '';
}

function failureOf(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}

test('associations are read into the API\'s own shape, booleans and escaped keys included', () => {
  const { associations } = registrationOf({
    AgentSpaceId: 'space-1',
    Configuration: { mcpserver: { tools: ['search'], toolDetails: [{ name: 'search', $$odd: 'x' }] } },
    Capabilities: { RELEASE_READINESS_REVIEW: { enabled: { $boolean: 'true' } } },
    Webhook: { SecretArn: SECRET, RotationRevision: '2' },
  }, { AgentSpaceId: 'space-2', Configuration: { mcpserver: {} } });
  expect(associations).toEqual([
    {
      agentSpaceId: 'space-1',
      configuration: { mcpserver: { tools: ['search'], toolDetails: [{ name: 'search', $odd: 'x' }] } },
      capabilities: { RELEASE_READINESS_REVIEW: { enabled: true } },
      webhook: { secretArn: SECRET, revision: '2' },
    },
    { agentSpaceId: 'space-2', configuration: { mcpserver: {} }, capabilities: {} },
  ]);
  expect(parseRegistration({ ...mcpServer() }).associations).toEqual([]);
});

test('associations are no part of the configuration: a change of them registers nothing again', () => {
  expect(configurationHash(registrationOf(TOOLS))).toBe(configurationHash(parseRegistration({ ...mcpServer() })));
});

const MALFORMED: [string, unknown[], string][] = [
  ['no structure', ['space-1'], 'Associations.0 must be a structure'],
  ['an unknown member', [{ ...TOOLS, Hook: 'x' }], '\'Associations.0.Hook\' is unknown to this handler'],
  ['no Agent Space', [{ Configuration: TOOLS.Configuration }], 'Associations.0.AgentSpaceId must be a string that is not empty'],
  ['an empty Agent Space', [{ ...TOOLS, AgentSpaceId: '' }], 'Associations.0.AgentSpaceId must be a string that is not empty'],
  ['no configuration', [{ AgentSpaceId: 'space-1' }], 'Associations.0.Configuration must have one structure, named like the type of the service'],
  ['two configurations', [{ ...TOOLS, Configuration: { a: {}, b: {} } }], 'Associations.0.Configuration must have one structure, named like the type of the service'],
  ['a configuration that is a string', [{ ...TOOLS, Configuration: { a: 'x' } }], 'Associations.0.Configuration must have one structure, named like the type of the service'],
  ['a number', [{ ...TOOLS, Configuration: { a: { b: 1 } } }], 'Associations.0.Configuration.a.b must be a string'],
  ['a credential', [{ ...TOOLS, Configuration: { a: { b: { $secret: 'name' } } } }], '\'Associations.0.Configuration.a.b.$secret\' is unknown to this handler'],
  ['capabilities that are a list', [{ ...TOOLS, Capabilities: [] }], 'Associations.0.Capabilities must be a structure'],
  ['a boolean that is none', [{ ...TOOLS, Capabilities: { A: { enabled: { $boolean: true } } } }], 'Associations.0.Capabilities.A.enabled must be a leaf of strings'],
  ['a webhook that is a string', [{ ...TOOLS, Webhook: SECRET }], 'Associations.0.Webhook must have the SecretArn of a secret, and strings only'],
  ['a webhook without a secret', [{ ...TOOLS, Webhook: { RotationRevision: '1' } }], 'Associations.0.Webhook must have the SecretArn of a secret, and strings only'],
  ['a secret by its name', [{ ...TOOLS, Webhook: { SecretArn: 'hook' } }], 'Associations.0.Webhook must have the SecretArn of a secret, and strings only'],
  ['an unknown member of a webhook', [{ ...TOOLS, Webhook: { SecretArn: SECRET, Url: 'x' } }], '\'Associations.0.Webhook.Url\' is unknown to this handler'],
  ['too many', Array.from({ length: MAX_ASSOCIATIONS + 1 }, (_, n) => ({ ...TOOLS, AgentSpaceId: `space-${n}` })), 'Associations must have at most 28 items'],
];

test.each(MALFORMED)('%s is refused in a sentence', (_, associations, words) => {
  expect(wordsOf(() => registrationOf(...associations))).toBe(words);
});

test('associations that are no list are refused', () => {
  expect(wordsOf(() => parseRegistration({ ...mcpServer(), Associations: TOOLS }))).toBe('Associations must be a list');
});

test('an Agent Space whose id the app has twice, as a token and as a text, is named with the way out', () => {
  expect(failureOf(() => registrationOf(TOOLS, TOOLS))).toMatchObject({
    step: 'associating the service', words: 'two of its associations are with the Agent Space space-1', advice: expect.stringMatching(/^remove one of them/),
  });
});

test('a secret that is to receive two webhooks is named, since synthesis compares tokens', () => {
  const Webhook = { SecretArn: SECRET };
  expect(failureOf(() => registrationOf({ ...TOOLS, Webhook }, { ...TOOLS, AgentSpaceId: 'space-2', Webhook }))).toMatchObject({
    step: 'associating the service', words: `two of its webhooks go to the secret ${SECRET}`, advice: 'give each webhook a secret of its own',
  });
});

describe('the properties of a service association', () => {
  const properties = { ServiceToken: 'x', ServiceTimeout: '1', Contract: '1', ServiceId: 'svc', ...TOOLS };

  test('are one association of a service of others', () => {
    expect(parseServiceAssociation({ ...properties, Retain: 'true' })).toEqual({
      serviceId: 'svc', retain: true, agentSpaceId: 'space-1', configuration: TOOLS.Configuration, capabilities: {},
    });
  });

  test.each<[string, object, string]>([
    ['of another contract', { Contract: '2' }, 'Contract must be \'1\''],
    ['without a service', { ServiceId: '' }, 'ServiceId must be a string that is not empty'],
    ['with a flag that is none', { Retain: 'yes' }, 'Retain must be \'true\' or \'false\''],
    ['with an unknown property', { Service: 'x' }, '\'Service\' is unknown to this handler'],
    ['without a configuration', { Configuration: undefined }, 'Configuration must have one structure, named like the type of the service'],
  ])('%s are refused', (_, change, words) => {
    expect(wordsOf(() => parseServiceAssociation({ ...properties, ...change }))).toBe(words);
  });

  test('of a service that waits for consent say so, since the API would only miss it', () => {
    expect(failureOf(() => parseServiceAssociation({ ...properties, ServiceId: 'pending-authorization' }))).toMatchObject({
      step: 'associating the service', words: 'a user still has to consent to it', advice: expect.stringContaining('the deployment that finds the consent'),
    });
  });
});
