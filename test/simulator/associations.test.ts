import { answeredWebhook, listedWebhook, shownAssociation } from './association-model';
import { addressOf, associate, configurationOf, fullCapabilities, pairIn } from './association-samples';
import { RegistrableService, registrableServices, validate } from './model';
import { hashOf } from './redaction';
import { canary, errorOf, idOf, registration } from './samples';
import { Details, DevOpsAgentService, ServiceOptions } from './service';

const SECOND = 1_000;

describe('the service, with agent spaces', () => {
  let time: number;
  beforeEach(() => {
    time = Date.parse('2026-01-02T03:04:05.000Z');
  });
  const create = (options: Partial<ServiceOptions> = {}) => new DevOpsAgentService({ now: () => time }, options, '111122223333', 'eu-west-1');
  const pair = (type: RegistrableService, options?: Partial<ServiceOptions>) => pairIn(create(options), type);
  const credentialOf = ({ webhookSecret, apiKey }: { webhookSecret?: string; apiKey?: string }) => webhookSecret ?? apiKey;

  describe('associations', () => {
    test.each(registrableServices.filter((type) => type !== 'mcpserverdatadog'))('of %s are shown in the shape of the model, as they were given', (type) => {
      const { service, serviceId, agentSpaceId, associate: make, associations } = pair(type);
      const { association, webhook = {} } = make({ capabilities: fullCapabilities });
      expect(association).toEqual({
        agentSpaceId,
        serviceId,
        associationId: expect.any(String),
        status: 'valid',
        configuration: configurationOf(type),
        capabilities: fullCapabilities,
        createdAt: '2026-01-02T03:04:05.000Z',
        updatedAt: '2026-01-02T03:04:05.000Z',
      });
      expect([...validate(shownAssociation, association), ...validate(answeredWebhook, webhook)]).toEqual([]);
      const { associationId } = association;
      expect(service.getAssociation({ agentSpaceId, associationId })).toEqual({ association });
      expect(associations()).toEqual([association]);
      for (const listed of service.listWebhooks({ agentSpaceId, associationId }).webhooks) expect(validate(listedWebhook, listed)).toEqual([]);
    });

    test('need a space, a service and the configuration of its type', () => {
      const { associate: make } = pair('gitlab');
      const attempt = (changes: Details) => errorOf(() => make(changes)).code;
      expect(attempt({ agentSpaceId: 'absent' })).toBe('ResourceNotFoundException');
      expect(attempt({ serviceId: 'absent' })).toBe('ResourceNotFoundException');
      expect(attempt({ configuration: configurationOf('mcpserver') })).toBe('ValidationException');
    });

    test('are refused for what the model refuses, field by field', () => {
      const { associate: make } = pair('mcpserver');
      expect(errorOf(() => make({ configuration: { mcpserver: { tools: ['a b'] } }, capabilities: { REVIEW: {} } })).paths)
        .toEqual(['/configuration/mcpserver/tools/0', '/capabilities']);
    });

    test.each<[string, RegistrableService, Details, Details | undefined, string]>([
      ['the URL of an instance for its short name', 'servicenow', { instanceId: 'https://acme.service-now.com' }, undefined, '/configuration/servicenow/instanceId'],
      ['the host of an instance for its short name', 'servicenow', { instanceId: 'acme.service-now.com' }, undefined, '/configuration/servicenow/instanceId'],
      ['details of other tools', 'mcpserver', { toolDetails: [{ name: 'search' }, { name: 'other' }] }, undefined, '/configuration/mcpserver/toolDetails'],
      ['details of some tools', 'mcpserversigv4', { toolDetails: [{ name: 'search' }] }, undefined, '/configuration/mcpserversigv4/toolDetails'],
      ['branches for a capability that has none', 'gitlab', {}, {
        CODE_CHANGE_RISK_ANALYSIS: { triggerFilterGroups: [{ targetBranches: { patterns: ['main'] } }] },
      }, '/capabilities/CODE_CHANGE_RISK_ANALYSIS/triggerFilterGroups'],
    ])('are refused with %s, when they are made and when they are changed', (_, type, changes, capabilities, path) => {
      const { associate: make, update } = pair(type);
      const { associationId } = make().association;
      const content = { configuration: configurationOf(type, changes), ...(capabilities && { capabilities }) };
      for (const attempt of [() => make(content), () => update(associationId, content)]) {
        expect(errorOf(attempt)).toMatchObject({ code: 'ValidationException', paths: [path] });
      }
    });

    test('of an Azure identity are with a subscription or with a project', () => {
      const { associate: make, associations } = pair('azureidentity');
      make({ configuration: { azure: { subscriptionId: 'subscription' } } });
      make({ configuration: { azuredevops: { organizationName: 'acme', projectId: '1', projectName: 'Shop' } } });
      expect(associations().map(({ configuration }) => Object.keys(configuration))).toEqual([['azuredevops']]);
    });

    test('overwrite the one of the same service in the same space, as a whole', () => {
      const { service, serviceId, associate: make, associations } = pair('gitlab');
      const { association: first } = make({ capabilities: fullCapabilities });
      const elsewhere = associate(service, serviceId, 'gitlab').association;
      time += SECOND;
      const { association: second } = make({ configuration: configurationOf('gitlab', { projectId: '43' }) });
      expect(second).toMatchObject({ associationId: first.associationId, createdAt: first.createdAt, updatedAt: '2026-01-02T03:04:06.000Z' });
      expect(second.configuration).toMatchObject({ gitlab: { projectId: '43' } });
      expect(second).not.toHaveProperty('capabilities');
      expect(associations()).toEqual([second]);
      expect(service.listAssociations({ agentSpaceId: elsewhere.agentSpaceId }).associations).toEqual([elsewhere]);
    });

    test.each([['new', false, false], ['kept', true, false], ['reused', true, true]] as const)(
      'have ids that are %s', (associationIds, whenOverwritten, whenRemoved) => {
        const { associate: make, disassociate, associations } = pair('gitlab', { associationIds });
        const idOfNext = () => make().association.associationId;
        const first = idOfNext();
        const second = idOfNext();
        expect(second === first).toBe(whenOverwritten);
        expect(associations().map(({ associationId }) => associationId)).toEqual([second]);
        disassociate(second);
        expect(idOfNext() === second).toBe(whenRemoved);
      });

    test('end by their own id, and as often as anybody likes', () => {
      const { serviceId, associate: make, disassociate, associations } = pair('gitlab');
      const { associationId } = make().association;
      disassociate(serviceId);
      expect(associations()).toHaveLength(1);
      disassociate(associationId);
      disassociate(associationId);
      expect(associations()).toEqual([]);
    });

    test('of another space are out of reach', () => {
      const { service, associate: make } = pair('gitlab');
      const { association } = make();
      const { associationId } = association;
      const { agentSpaceId } = service.createAgentSpace('other');
      service.disassociateService({ agentSpaceId, associationId });
      for (const attempt of [
        () => service.getAssociation({ agentSpaceId, associationId }),
        () => service.listWebhooks({ agentSpaceId, associationId }),
        () => service.updateAssociation({ agentSpaceId, associationId, configuration: configurationOf('gitlab') }),
      ]) expect(errorOf(attempt).code).toBe('ResourceNotFoundException');
      expect(service.getAssociation(addressOf(association))).toEqual({ association });
    });

    test('hold their service, and for a while after the last of them', () => {
      const { service, serviceId, associate: make, disassociate } = pair('gitlab', { disassociateLagMs: 5 * SECOND });
      const other = associate(service, serviceId, 'gitlab').association;
      const deregister = () => service.deregisterService({ serviceId });
      disassociate(make().association.associationId);
      time += 5 * SECOND;
      expect(errorOf(deregister).code).toBe('ConflictException');
      service.disassociateService(addressOf(other));
      time += 5 * SECOND - 1;
      expect(errorOf(deregister).code).toBe('ConflictException');
      time += 1;
      expect(deregister()).toEqual({});
    });

    test('are listed in pages, and by type', () => {
      const service = create();
      const { agentSpaceId } = service.createAgentSpace('space');
      const types: RegistrableService[] = ['gitlab', 'mcpserver', 'eventChannel'];
      const ids = types.map((type) => {
        const serviceId = idOf(service, registration(type));
        return service.associateService({ agentSpaceId, serviceId, configuration: configurationOf(type) }).association.associationId;
      });
      const first = service.listAssociations({ agentSpaceId, maxResults: 2 });
      const second = service.listAssociations({ agentSpaceId, maxResults: 2, nextToken: first.nextToken });
      expect([...first.associations, ...second.associations].map((a) => a.associationId)).toEqual(ids);
      const some = service.listAssociations({ agentSpaceId, filterServiceTypes: 'eventChannel, gitlab' });
      expect(some.associations.map((a) => a.associationId)).toEqual([ids[0], ids[2]]);
    });

    test('come back in a normal form if the option says so, which is as valid, and its own normal form', () => {
      const { service, agentSpaceId, associate: make, update, associations } = pair('mcpserver', { normalised: true });
      const configuration = { mcpserver: { tools: ['b', 'a', 'b'], toolDetails: [{ name: 'b', toolClassification: 'MUTATIVE' }, { name: 'a' }] } };
      const capabilities = { RELEASE_READINESS_REVIEW: { enabled: true }, CODE_CHANGE_RISK_ANALYSIS: {} };
      const { association } = make({ configuration, capabilities });
      expect(association).toMatchObject({
        configuration: { mcpserver: { tools: ['a', 'b'], toolDetails: [{ name: 'a', toolClassification: 'READ_ONLY' }, { name: 'b', toolClassification: 'MUTATIVE' }] } },
        capabilities: { CODE_CHANGE_RISK_ANALYSIS: { enabled: false }, RELEASE_READINESS_REVIEW: { enabled: true } },
      });
      expect(validate(shownAssociation, association)).toEqual([]);
      expect(update(association.associationId, { configuration: association.configuration, capabilities: {} }).association)
        .toEqual({ ...association, capabilities: undefined });
      expect(associations()).toEqual([service.getAssociation({ agentSpaceId, associationId: association.associationId }).association]);
    });

    test.each<[RegistrableService, Details, Details]>([
      ['gitlab', { projectId: '1', projectPath: 'a/b' }, { instanceIdentifier: 'gitlab.com' }],
      ['servicenow', { instanceId: 'acme' }, { authScopes: [] }],
      ['dynatrace', { envId: 'abc' }, { resources: [] }],
      ['mcpservergrafana', { endpoint: 'https://grafana.example.com' }, { endpoint: 'https://grafana.example.com/' }],
    ])('of %s get what they leave out in that form', (type, given, shown) => {
      const { association } = pair(type, { normalised: true }).associate({ configuration: { [type]: given } });
      expect(association.configuration).toEqual({ [type]: { ...given, ...shown } });
      expect(validate(shownAssociation, association)).toEqual([]);
    });
  });

  describe('an update', () => {
    test('replaces the configuration as a whole, and capabilities only if there are any in it', () => {
      const { associate: make, update, associations } = pair('gitlab');
      const { association } = make({ capabilities: fullCapabilities });
      time += SECOND;
      const configuration = { gitlab: { projectId: '43', projectPath: 'acme/other' } };
      const updated = { ...association, configuration, updatedAt: '2026-01-02T03:04:06.000Z' };
      expect(update(association.associationId, { configuration }).association).toEqual(updated);
      const capabilities = { CODE_CHANGE_RISK_ANALYSIS: { enabled: false } };
      expect(update(association.associationId, { configuration, capabilities }).association).toEqual({ ...updated, capabilities });
      expect(update(association.associationId, { configuration, capabilities: {} }).association).toEqual({ ...updated, capabilities: {} });
      expect(associations()).toEqual([{ ...updated, capabilities: {} }]);
    });

    test('keeps the webhook, and does not show its credential', () => {
      const { service, agentSpaceId, associate: make, update } = pair('eventChannel');
      const { association: { associationId }, webhook } = make();
      const { webhookId, webhookUrl, webhookType } = webhook!;
      expect(update(associationId).webhook).toEqual({ webhookId, webhookUrl, webhookType });
      expect(service.listWebhooks({ agentSpaceId, associationId })).toEqual({ webhooks: [{ webhookId, webhookUrl, webhookType }] });
      expect(service.snapshot().webhooks)
        .toEqual([{ associationId, webhookId, webhookUrl, webhookType, credential: hashOf(webhook!.webhookSecret!) }]);
    });

    test('of nothing is an error', () => {
      expect(errorOf(() => pair('gitlab').update('absent')).code).toBe('ResourceNotFoundException');
    });
  });

  describe('webhooks', () => {
    test.each<[RegistrableService, string]>([
      ['eventChannel', 'hmac'], ['dynatrace', 'hmac'], ['servicenow', 'apikey'], ['pagerduty', 'pagerduty'], ['gitlab', 'gitlab'],
    ])('%s gets one, whose credential is shown once', (type, webhookType) => {
      const { service, associate: make, disassociate, associations } = pair(type);
      const { association, webhook } = make();
      expect(webhook).toMatchObject({ webhookType, webhookUrl: expect.stringMatching(/^https:\/\/event-ai\.eu-west-1\.api\.aws\/webhook\//) });
      expect(Object.keys(webhook!)).toHaveLength(4);
      expect(webhook).toHaveProperty(webhookType === 'apikey' ? 'apiKey' : 'webhookSecret');
      const address = addressOf(association);
      const shown = JSON.stringify([service.snapshot(), associations(), service.getAssociation(address), service.listWebhooks(address)]);
      expect(shown).toContain(webhook!.webhookId);
      expect(shown).not.toContain(credentialOf(webhook!));
      disassociate(association.associationId);
      expect(service.snapshot().webhooks).toEqual([]);
      const next = make();
      expect(next.webhook!.webhookUrl).not.toBe(webhook!.webhookUrl);
      expect(credentialOf(next.webhook!)).not.toBe(credentialOf(webhook!));
    });

    test('of other services there are none, and which services those are may change', () => {
      const { service, associate: make } = pair('mcpserver');
      const { association, webhook } = make();
      expect(webhook).toBeUndefined();
      expect(service.listWebhooks(addressOf(association))).toEqual({ webhooks: [] });
      service.configure({ webhookTypes: { mcpserver: 'apikey' } });
      expect(make().webhook).toMatchObject({ webhookType: 'apikey', apiKey: expect.stringMatching(/.{32}/) });
    });

    test.each(['new', 'kept'] as const)('of an association that is overwritten are %s', (overwrittenWebhook) => {
      const { service, associate: make } = pair('eventChannel', { overwrittenWebhook });
      const { webhookSecret, ...first } = make().webhook!;
      const { association, webhook: second } = make();
      const { webhookSecret: shown, ...described } = second!;
      if (overwrittenWebhook === 'kept') {
        expect(second).toEqual(first);
        expect(service.snapshot().webhooks).toMatchObject([{ credential: hashOf(webhookSecret!) }]);
      } else {
        expect(described.webhookId).not.toBe(first.webhookId);
        expect(service.snapshot().webhooks).toMatchObject([{ credential: hashOf(shown!) }]);
      }
      expect(service.listWebhooks(addressOf(association))).toEqual({ webhooks: [described] });
    });

    test('end with an association whose place is taken under a new id', () => {
      const { service, associate: make } = pair('eventChannel', { associationIds: 'new', overwrittenWebhook: 'kept' });
      make();
      const { association, webhook } = make();
      expect(service.snapshot().webhooks).toMatchObject([{ associationId: association.associationId, webhookId: webhook!.webhookId }]);
    });
  });

  test('a snapshot has the content of associations as it was given, without what is sensitive', () => {
    const { service, associate: make } = pair('pagerduty', { normalised: true });
    make({ capabilities: {} });
    expect(service.snapshot().associations).toMatchObject([
      { configuration: { pagerduty: { services: ['PABC123'], customerEmail: hashOf('canary@example.com') } }, capabilities: {} },
    ]);
    expect(JSON.stringify(service.snapshot())).not.toMatch(canary);
  });
});
