/**
 * The simulator's associations against the API's model as boto3 has it, both ways: what one of them takes, the other takes; what one
 * refuses, the other refuses; and what the simulator answers is what the model describes.
 */

import { ask, Call, differences, judged } from './judge';
import { justInside, justOutside, partAt, withPart } from './variations';
import { constraintsOf, membersOf, reachedBy, structuresIn } from './walk';
import { answeredWebhook, ConfigurationType, listedWebhook, shownAssociation } from '../simulator/association-model';
import { configurationOf, fullCapabilities, fullConfigurations } from '../simulator/association-samples';
import { call, register } from '../simulator/client';
import { operations, RegistrableService, registrableServices, Shape, validate } from '../simulator/model';
import { registration } from '../simulator/samples';
import { Simulator } from '../simulator/server';

const model = ask();
const INPUTS = ['AssociateService', 'UpdateAssociation'] as const;
const ADDRESS = { AssociateService: { serviceId: 'service_1' }, UpdateAssociation: { associationId: 'association-1' } };

/** Inputs that together have every member. */
const samples = (operation: typeof INPUTS[number]) => Object.entries(fullConfigurations).map(([type, configuration]) =>
  ({ agentSpaceId: 'space-1', ...ADDRESS[operation], configuration: { [type]: configuration }, capabilities: fullCapabilities }));

/** The sample that has something at a path. */
const sampleWith = (operation: typeof INPUTS[number], path: string) => samples(operation).find((sample) => partAt(sample, path) !== undefined);

const output = (operation: keyof typeof operations, member: string): Shape => (model.operations[operation].output as any).members[member];

const WEBHOOK_TYPES = ['hmac', 'apikey', 'gitlab', 'pagerduty'] as const;

describe('the shapes of answers are those of the model', () => {
  test.each<[string, Shape, Shape]>([
    ['AssociateService/association', shownAssociation, output('AssociateService', 'association')],
    ['AssociateService/webhook', answeredWebhook, output('AssociateService', 'webhook')],
    ['UpdateAssociation/association', shownAssociation, output('UpdateAssociation', 'association')],
    ['UpdateAssociation/webhook', answeredWebhook, output('UpdateAssociation', 'webhook')],
    ['GetAssociation/association', shownAssociation, output('GetAssociation', 'association')],
    ['ListAssociations/associations/*', shownAssociation, (output('ListAssociations', 'associations') as any).member],
    ['ListWebhooks/webhooks/*', listedWebhook, (output('ListWebhooks', 'webhooks') as any).member],
  ])('%s', (path, ours, theirs) => {
    expect(differences(ours, theirs, path)).toEqual([]);
    expect(JSON.stringify(ours)).not.toContain('document');
  });
});

describe.each(INPUTS)('%s', (operation) => {
  const { input } = model.operations[operation];
  const constraints = constraintsOf(input);
  const taken = (given: unknown) => validate(operations[operation].input, given).map(({ message }) => message);
  const judge = (inputs: readonly unknown[]) => judged(inputs.map((given): Call => ({ operation, input: given })));

  test('has samples that reach every member and break nothing', () => {
    const reached = new Set(samples(operation).flatMap((sample) => reachedBy(input, sample)));
    expect(membersOf(input).filter((path) => !reached.has(path))).toEqual([]);
    expect(judge(samples(operation))).toEqual(samples(operation).map(() => []));
    expect(samples(operation).flatMap(taken)).toEqual([]);
  });

  test('takes what is just inside each constraint, as the model does', () => {
    const inputs = constraints.flatMap((constraint) => {
      const sample = sampleWith(operation, constraint.path);
      return justInside(constraint, partAt(sample, constraint.path)).map((part) => withPart(sample, constraint.path, part));
    });
    expect(inputs.length).toBeGreaterThan(constraints.length);
    expect(judge(inputs).flat()).toEqual([]);
    expect(inputs.flatMap(taken)).toEqual([]);
  });

  describe('refuses what is just outside a constraint, as the model does', () => {
    const cases = constraints.map((constraint) => {
      const sample = sampleWith(operation, constraint.path);
      return { constraint, inputs: justOutside(constraint, partAt(sample, constraint.path)).map((part) => withPart(sample, constraint.path, part)) };
    });
    const verdicts = judge(cases.flatMap(({ inputs }) => inputs));
    // What the simulator says of each kind of rule.
    const words = { max: 'less than or equal to', min: 'greater than or equal to', enum: 'enum value set', pattern: 'regular expression' };

    test.each(cases.map(({ constraint, inputs }, index) => [constraint.id, constraint.rule, inputs, index] as const))('%s', (_, rule, inputs, index) => {
      expect(inputs).not.toEqual([]);
      const before = cases.slice(0, index).reduce((sum, earlier) => sum + earlier.inputs.length, 0);
      inputs.forEach((given, offset) => {
        expect(verdicts[before + offset]).not.toEqual([]);
        expect(taken(given).join()).toContain(words[rule]);
      });
    });
  });

  describe('refuses, as the model does,', () => {
    const structures = structuresIn(input);
    const sampleAt = (path: string) => sampleWith(operation, path);
    const partOf = (path: string) => partAt(sampleAt(path), path);
    const everyMember = structures.flatMap(({ path, shape }) => Object.keys(shape.members).map((name) => `${path}/${name}`));
    const unions = structures.filter(({ shape }) => shape.kind === 'union');

    test.each<[string, unknown[]]>([
      ['an absent member that is required', structures.flatMap(({ path, shape }) =>
        (shape.kind === 'structure' ? shape.required : []).map((name) => withPart(sampleAt(path), `${path}/${name}`, undefined)))],
      ['an unknown member', structures.map(({ path }) => withPart(sampleAt(path), `${path}/unheardOf`, 'x'))],
      // No kind of member takes both.
      ['a member of another kind', everyMember.map((path) => withPart(sampleAt(path), path, typeof partOf(path) === 'string' ? 7 : 'x'))],
      ['a union without a member', unions.map(({ path }) => withPart(sampleAt(path), path, {}))],
      ['a union with all its members', unions.filter(({ shape }) => Object.keys(shape.members).length > 1).map(({ path, shape }) =>
        withPart(sampleAt(path), path, Object.fromEntries(Object.keys(shape.members).map((name) => [name, partOf(`${path}/${name}`)]))))],
    ])('%s', (_, inputs) => {
      expect(inputs).not.toEqual([]);
      const verdicts = judge(inputs);
      expect(inputs.filter((_given, index) => verdicts[index].length === 0)).toEqual([]);
      expect(inputs.filter((given) => taken(given).length === 0)).toEqual([]);
    });
  });
});

describe('over HTTP', () => {
  let simulator: Simulator;
  const arrived: Call[] = [];
  beforeAll(async () => {
    const webhookTypes = Object.fromEntries(registrableServices.map((type, index) => [type, WEBHOOK_TYPES[index % WEBHOOK_TYPES.length]]));
    simulator = await Simulator.start({ service: { webhookTypes } });
    const perform = simulator.service.perform.bind(simulator.service);
    simulator.service.perform = (operation, given) => {
      arrived.push({ operation, input: given });
      return perform(operation, given);
    };
  });
  afterAll(() => simulator.close());

  const associable = registrableServices.flatMap((service): [ConfigurationType, RegistrableService][] =>
    service === 'azureidentity' ? [['azure', service], ['azuredevops', service]] : [[service, service]]);

  /** The answers of all operations about an association with this configuration. */
  async function answersAbout(service: RegistrableService, configuration: object): Promise<[keyof typeof operations, any][]> {
    const registered = (await register(simulator.url, registration(service))).body;
    const serviceId = registered.serviceId ?? simulator.service.consent(registered.additionalStep.oauth.authorizationUrl);
    const space = `/v1/agentspaces/${simulator.service.createAgentSpace('space').agentSpaceId}`;
    const send = async (method: string, path: string, body?: object) => (await call(simulator.url, method, space + path, body)).body;
    const content = { configuration, capabilities: fullCapabilities };
    const associated = await send('POST', '/associations', { serviceId, ...content });
    const path = `/associations/${associated.association.associationId}`;
    return [
      ['AssociateService', associated],
      ['UpdateAssociation', await send('PATCH', path, content)],
      ['GetAssociation', await send('GET', path)],
      ['ListAssociations', await send('POST', '/associations/list?maxResults=100&filterServiceTypes=x')],
      ['ListAssociations', await send('POST', '/associations/list')],
      ['ListWebhooks', await send('POST', `${path}/webhooks/list`)],
    ];
  }

  const forms = [['as given', false], ['in a normal form', true]] as const;

  test.each(associable.flatMap(([type, service]) => forms.map(([form, normalised]) => [type, form, service, normalised] as const)))(
    '%s, %s: what is answered is what the model describes', async (type, _, service, normalised) => {
      simulator.service.reset();
      simulator.service.configure({ normalised });
      const configuration = type === 'azuredevops' ? { azuredevops: fullConfigurations.azuredevops } : configurationOf(service);
      const answers = await answersAbout(service, configuration);
      for (const [operation, answer] of answers) expect([operation, ...validate(model.operations[operation].output!, answer)]).toEqual([operation]);
      const [[, associated], , , , [, listed], [, hooks]] = answers;
      expect(Object.keys(associated.association.configuration)).toEqual([type]);
      expect(listed.associations).toHaveLength(1);
      expect(hooks.webhooks).toMatchObject([{ webhookId: associated.webhook.webhookId }]);
    });

  test('the model accepts all that the simulator did', () => {
    expect(judged(arrived).flat()).toEqual([]);
    expect(new Set(arrived.map(({ operation }) => operation))).toEqual(new Set([
      'RegisterService', 'AssociateService', 'UpdateAssociation', 'GetAssociation', 'ListAssociations', 'ListWebhooks',
    ]));
  });

  test('webhooks are answered with every member of the model', async () => {
    simulator.service.reset();
    const answers = [];
    for (const service of registrableServices.slice(0, WEBHOOK_TYPES.length)) answers.push(...await answersAbout(service, configurationOf(service)));
    const { output: shape } = model.operations.AssociateService;
    const reached = new Set(answers.flatMap(([operation, answer]) => operation === 'AssociateService' ? reachedBy(shape!, answer) : []));
    expect(membersOf(shape!).filter((path) => path.startsWith('/webhook') && !reached.has(path))).toEqual([]);
  });
});
