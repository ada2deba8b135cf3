import { associate } from './association-samples';
import { RegistrableService, registrableServices, registeredService, validate } from './model';
import { canary, guids, samples, registration, errorOf, idOf, listed } from './samples';
import { DevOpsAgentService, RegisterServiceInput, ServiceOptions } from './service';

describe('the service', () => {
  let time: number;
  beforeEach(() => {
    time = Date.parse('2026-01-02T03:04:05.000Z');
  });
  const create = (options: Partial<ServiceOptions> = {}) => new DevOpsAgentService({ now: () => time }, options, '111122223333', 'eu-west-1');

  describe('registration', () => {
    test.each(registrableServices.filter((s) => s !== 'mcpserverdatadog'))('shows %s in the shape of the model, without credentials', (type) => {
      const service = create();
      const key = `arn:aws:kms:eu-west-1:111122223333:key/${guids[0]}`;
      const serviceId = idOf(service, registration(type, {}, { name: 'Display name', tags: { team: 'ops' }, kmsKeyArn: key }));
      const answer = service.getService({ serviceId });
      const { shown } = samples[type];
      expect(answer).toEqual({
        service: {
          serviceId,
          serviceType: type,
          name: 'Display name',
          kmsKeyArn: key,
          createdAt: '2026-01-02T03:04:05.000Z',
          updatedAt: '2026-01-02T03:04:05.000Z',
          ...(shown && { additionalServiceDetails: { [type]: shown } }),
        },
        tags: { team: 'ops' },
      });
      expect(validate(registeredService, answer.service)).toEqual([]);
      expect(JSON.stringify([answer, service.listServices(), service.snapshot()])).not.toMatch(canary);
    });

    test('answers with the id, the key and the tags', () => {
      const kmsKeyArn = `arn:aws:kms:eu-west-1:111122223333:key/${guids[0]}`;
      expect(create().registerService(registration('gitlab', {}, { tags: { a: 'b' }, kmsKeyArn }))).toEqual({
        serviceId: expect.stringMatching(/^[a-zA-Z0-9_-]{1,255}$/), tags: { a: 'b' }, kmsKeyArn,
      });
    });

    test('is refused for what the model refuses, field by field', () => {
      const error = errorOf(() => create().registerService(registration('mcpserver', { name: 'a b', endpoint: 'http://x' })));
      expect(error).toMatchObject({
        code: 'ValidationException', status: 400, paths: ['/serviceDetails/mcpserver/name', '/serviceDetails/mcpserver/endpoint'],
      });
    });

    test('is refused with the details of another service', () => {
      const input = { ...registration('gitlab'), service: 'mcpserver' } as RegisterServiceInput;
      expect(errorOf(() => create().registerService(input))).toMatchObject({ code: 'ValidationException', paths: ['/serviceDetails'] });
    });

    test('keeps what it was given when the caller changes its object later', () => {
      const service = create();
      const input = registration('mcpserver');
      idOf(service, input);
      input.serviceDetails.mcpserver!.name = 'other';
      expect(errorOf(() => service.registerService(registration('mcpserver'))).code).toBe('ConflictException');
    });

    test('is limited by the quota', () => {
      const service = create({ maxServices: 1 });
      const serviceId = idOf(service, registration('gitlab'));
      expect(errorOf(() => service.registerService(registration('gitlab')))).toMatchObject({ code: 'ServiceQuotaExceededException', status: 402 });
      service.deregisterService({ serviceId });
      expect(service.registerService(registration('gitlab')).serviceId).toBeDefined();
    });

    test('takes no reserved tag and no more than 50', () => {
      const service = create();
      const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']));
      expect(errorOf(() => service.registerService(registration('gitlab', {}, { tags: { 'aws:x': 'y' } }))).code).toBe('ValidationException');
      expect(errorOf(() => service.registerService(registration('gitlab', {}, { tags: many }))).code).toBe('ValidationException');
    });

    test('takes private connections only where they make sense', () => {
      const service = create({ privateConnections: ['conn-a', 'conn-b'] });
      const attempt = (type: RegistrableService, names: Partial<RegisterServiceInput>) => service.registerService(registration(type, {}, names));
      expect(attempt('gitlab', { privateConnectionName: 'conn-a' }).serviceId).toBeDefined();
      expect(attempt('mcpserver', { targetUrlPrivateConnectionName: 'conn-a', exchangeUrlPrivateConnectionName: 'conn-b' }).serviceId).toBeDefined();
      for (const [type, names] of [
        ['mcpserversigv4', { privateConnectionName: 'conn-a' }],
        ['gitlab', { privateConnectionName: 'conn-a', targetUrlPrivateConnectionName: 'conn-b' }],
        ['gitlab', { privateConnectionName: 'conn-c' }],
      ] as const) {
        expect(errorOf(() => attempt(type, names)).code).toBe('ValidationException');
      }
    });
  });

  describe('uniqueness', () => {
    const twice = (options: Partial<ServiceOptions>, first: RegisterServiceInput, second = first) => {
      const service = create(options);
      idOf(service, first);
      return errorOf(() => service.registerService(second));
    };
    const named = (type: RegistrableService) => registration(type, { name: 'same' });

    test.each<RegistrableService>(['mcpserver', 'mcpservergrafana', 'mcpserversplunk', 'mcpserversigv4', 'mcpserverdatadog'])(
      'MCP servers share their names: %s', (type) => {
        expect(twice({}, named('mcpserver'), named(type))).toMatchObject({ code: 'ConflictException', status: 409 });
      });

    test('remote agents share their names with each other, but not with MCP servers', () => {
      expect(twice({}, named('remoteagent'), named('remoteagentsigv4')).code).toBe('ConflictException');
      const service = create();
      idOf(service, named('mcpserver'));
      expect(service.registerService(named('remoteagent')).serviceId).toBeDefined();
    });

    test('Azure by client id, in any case', () => {
      expect(twice({}, registration('azureidentity'), registration('azureidentity', { clientId: guids[1].toUpperCase() })).code).toBe('ConflictException');
      const service = create();
      idOf(service, registration('azureidentity'));
      expect(service.registerService(registration('azureidentity', { clientId: guids[0] })).serviceId).toBeDefined();
    });

    test('PagerDuty by account, which is region and subdomain', () => {
      expect(twice({}, registration('pagerduty'), registration('pagerduty', { scopes: ['as_account-us.acme'] })).code).toBe('ConflictException');
      const service = create();
      for (const account of ['us.acme', 'eu.acme', 'us.other']) {
        expect(service.registerService(registration('pagerduty', { scopes: [`as_account-${account}`] })).serviceId).toBeDefined();
      }
    });

    test('one event channel per account', () => {
      expect(twice({}, registration('eventChannel')).message).toBe('Event Channel service is already registered for this account');
    });

    test.each<RegistrableService>(['dynatrace', 'servicenow', 'gitlab', 'mcpservernewrelic'])('any number of %s', (type) => {
      const service = create();
      idOf(service, registration(type));
      expect(service.registerService(registration(type)).serviceId).toBeDefined();
    });

    test.each<RegistrableService>(['mcpserver', 'remoteagent', 'azureidentity', 'pagerduty', 'eventChannel'])(
      'can be reported as a validation error that speaks of what exists: %s', (type) => {
        const error = twice({ conflictStyle: 'validation' }, registration(type));
        expect(error).toMatchObject({ code: 'ValidationException', status: 400, message: expect.stringMatching(/already (exists|registered)/) });
      });
  });

  describe('deregistration', () => {
    test('frees the unique key at once by default', () => {
      const service = create();
      service.deregisterService({ serviceId: idOf(service, registration('mcpserver')) });
      expect(service.registerService(registration('mcpserver')).serviceId).toBeDefined();
    });

    test('lets the name linger for the time set, as a validation error', () => {
      const service = create({ nameReleaseMs: 20_000 });
      service.deregisterService({ serviceId: idOf(service, registration('mcpserver')) });
      time += 19_999;
      expect(errorOf(() => service.registerService(registration('mcpserver')))).toMatchObject({
        code: 'ValidationException', message: expect.stringContaining('already exists'),
      });
      time += 1;
      expect(service.registerService(registration('mcpserver')).serviceId).toBeDefined();
    });

    test('of what is not there is not found', () => {
      const service = create();
      const serviceId = idOf(service, registration('gitlab'));
      service.deregisterService({ serviceId });
      for (const id of [serviceId, 'never-was']) {
        expect(errorOf(() => service.deregisterService({ serviceId: id }))).toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
        expect(errorOf(() => service.getService({ serviceId: id })).code).toBe('ResourceNotFoundException');
      }
    });

    test.each([['conflict', 'ConflictException', 409], ['validation', 'ValidationException', 400]] as const)(
      'is refused while associated, and for a while after that (%s)', (associatedStyle, code, status) => {
        const service = create({ associatedStyle, disassociateLagMs: 30_000 });
        const serviceId = idOf(service, registration('gitlab'));
        const { association } = associate(service, serviceId, 'gitlab');
        expect(errorOf(() => service.deregisterService({ serviceId }))).toMatchObject({ code, status, message: expect.stringContaining('associated') });
        const { agentSpaceId, associationId } = association;
        service.disassociateService({ agentSpaceId, associationId });
        time += 29_999;
        expect(errorOf(() => service.deregisterService({ serviceId })).code).toBe(code);
        time += 1;
        expect(service.deregisterService({ serviceId })).toEqual({});
      });
  });

  describe('lag', () => {
    test('lists are behind both ways while GetService is not', () => {
      const service = create({ listLagMs: 10_000 });
      const serviceId = idOf(service, registration('gitlab'));
      time += 9_999;
      expect(listed(service)).toEqual([]);
      expect(service.getService({ serviceId }).service.serviceId).toBe(serviceId);
      time += 1;
      expect(listed(service)).toEqual([serviceId]);
      service.deregisterService({ serviceId });
      expect(errorOf(() => service.getService({ serviceId })).code).toBe('ResourceNotFoundException');
      time += 9_999;
      expect(listed(service)).toEqual([serviceId]);
      time += 1;
      expect(listed(service)).toEqual([]);
    });

    test('GetService is behind when asked for', () => {
      const service = create({ getLagMs: 5_000 });
      const serviceId = idOf(service, registration('gitlab'));
      expect(errorOf(() => service.getService({ serviceId })).code).toBe('ResourceNotFoundException');
      time += 5_000;
      expect(service.getService({ serviceId }).service.serviceId).toBe(serviceId);
      service.deregisterService({ serviceId });
      expect(service.getService({ serviceId }).service.serviceId).toBe(serviceId);
    });

    test('tags of a new registration can be read later', () => {
      const service = create({ tagsLagMs: 5_000 });
      const serviceId = idOf(service, registration('gitlab', {}, { tags: { a: 'b' } }));
      const read = () => [service.getService({ serviceId }).tags, service.listTagsForResource({ resourceArn: service.arnOf(serviceId) }).tags];
      time += 4_999;
      expect(read()).toEqual([{}, {}]);
      time += 1;
      expect(read()).toEqual([{ a: 'b' }, { a: 'b' }]);
    });

    test('may change while things exist, and resets to what it was at the start', () => {
      const service = create({ listLagMs: 10_000 });
      const serviceId = idOf(service, registration('gitlab'));
      service.configure({ listLagMs: 0 });
      expect(listed(service)).toEqual([serviceId]);
      service.reset();
      expect(service.options.listLagMs).toBe(10_000);
      expect(service.snapshot()).toEqual({ services: [], pending: [], agentSpaces: [], associations: [], webhooks: [] });
      expect(() => service.configure({ listLag: 1 } as Partial<ServiceOptions>)).toThrow('No such option: listLag');
    });
  });

  describe('lists', () => {
    test('come in pages, in the order of creation, and miss nothing when something goes in between', () => {
      const service = create();
      const ids = Array.from({ length: 5 }, () => idOf(service, registration('gitlab')));
      const first = service.listServices({ maxResults: 2 });
      expect(first.services.map(({ serviceId }) => serviceId)).toEqual(ids.slice(0, 2));
      service.deregisterService({ serviceId: ids[0] });
      const second = service.listServices({ maxResults: 2, nextToken: first.nextToken });
      expect(second.services.map(({ serviceId }) => serviceId)).toEqual(ids.slice(2, 4));
      const third = service.listServices({ maxResults: 2, nextToken: second.nextToken });
      expect(third.services.map(({ serviceId }) => serviceId)).toEqual(ids.slice(4));
      expect(third).not.toHaveProperty('nextToken');
    });

    test('have at most 100 entries to a page', () => {
      const service = create();
      for (let i = 0; i < 101; i++) idOf(service, registration('gitlab'));
      const { services, nextToken } = service.listServices();
      expect(services).toHaveLength(100);
      expect(service.listServices({ nextToken }).services).toHaveLength(1);
      expect(errorOf(() => service.listServices({ maxResults: 101 })).paths).toEqual(['/maxResults']);
    });

    test('can be filtered by type', () => {
      const service = create();
      idOf(service, registration('gitlab'));
      const serviceId = idOf(service, registration('eventChannel'));
      expect(service.listServices({ filterServiceType: 'eventChannel' }).services.map((s) => s.serviceId)).toEqual([serviceId]);
      expect(service.listServices({ filterServiceType: 'github' }).services).toEqual([]);
      expect(errorOf(() => service.listServices({ filterServiceType: 'gitlub' })).paths).toEqual(['/filterServiceType']);
    });

    test('go on only with a token of the same list', () => {
      const service = create();
      idOf(service, registration('gitlab'));
      idOf(service, registration('gitlab'));
      const { nextToken } = service.listServices({ maxResults: 1, filterServiceType: 'gitlab' });
      expect(errorOf(() => service.listServices({ nextToken })).code).toBe('ValidationException');
      expect(errorOf(() => service.listServices({ nextToken: 'made-up' })).code).toBe('ValidationException');
    });
  });

  describe('tags', () => {
    test('can be added, overwritten and removed', () => {
      const service = create();
      const serviceId = idOf(service, registration('gitlab', {}, { tags: { a: '1', b: '2' } }));
      const resourceArn = `arn:aws:aidevops:eu-west-1:111122223333:service/${serviceId}`;
      service.tagResource({ resourceArn, tags: { b: '3', c: '4' } });
      service.untagResource({ resourceArn, tagKeys: ['a', 'absent'] });
      expect(service.listTagsForResource({ resourceArn })).toEqual({ tags: { b: '3', c: '4' } });
      expect(service.getService({ serviceId }).tags).toEqual({ b: '3', c: '4' });
    });

    test('belong to a full ARN of this account and region', () => {
      const service = create();
      const serviceId = idOf(service, registration('gitlab'));
      const other = `arn:aws:aidevops:us-east-1:111122223333:service/${serviceId}`;
      expect(errorOf(() => service.tagResource({ resourceArn: other, tags: {} })).code).toBe('ResourceNotFoundException');
      expect(errorOf(() => service.tagResource({ resourceArn: serviceId, tags: {} })).paths).toEqual(['/resourceArn']);
    });
  });

  describe('behind a tag fence', () => {
    const fence = { tagKey: 'provider', tagValue: 'ours' };
    const ours = { provider: 'ours' };
    const denied = { code: 'AccessDeniedException', status: 403 };

    test('nothing is registered without the tag', () => {
      const service = create({ fence });
      expect(errorOf(() => service.registerService(registration('gitlab')))).toMatchObject(denied);
      expect(errorOf(() => service.registerService(registration('gitlab', {}, { tags: { provider: 'theirs' } })))).toMatchObject(denied);
      expect(service.registerService(registration('gitlab', {}, { tags: ours })).serviceId).toBeDefined();
    });

    test('an absent service cannot be told from a foreign one, except by GetService', () => {
      const service = create();
      const foreign = idOf(service, registration('gitlab'));
      service.configure({ fence });
      for (const serviceId of [foreign, 'absent']) {
        expect(errorOf(() => service.deregisterService({ serviceId }))).toMatchObject(denied);
        expect(errorOf(() => service.untagResource({ resourceArn: service.arnOf(serviceId), tagKeys: ['a'] }))).toMatchObject(denied);
      }
      expect(service.getService({ serviceId: foreign }).service.serviceId).toBe(foreign);
      expect(errorOf(() => service.getService({ serviceId: 'absent' })).code).toBe('ResourceNotFoundException');
    });

    test('one\'s own can be tagged and removed', () => {
      const service = create({ fence });
      const serviceId = idOf(service, registration('gitlab', {}, { tags: ours }));
      const resourceArn = service.arnOf(serviceId);
      expect(errorOf(() => service.tagResource({ resourceArn, tags: { a: 'b' } }))).toMatchObject(denied);
      service.tagResource({ resourceArn, tags: { ...ours, a: 'b' } });
      service.untagResource({ resourceArn, tagKeys: ['a'] });
      expect(service.getService({ serviceId }).tags).toEqual(ours);
      expect(service.deregisterService({ serviceId })).toEqual({});
    });

    test('operations that the policy does not grant are denied', () => {
      expect(errorOf(() => create({ denied: ['ListServices'] }).listServices())).toMatchObject(denied);
    });
  });
});
