import { associate, configurationOf, pairIn } from './association-samples';
import { RegistrableService } from './model';
import { errorOf, idOf, registration } from './samples';
import { DevOpsAgentService, ServiceOptions } from './service';

const SECOND = 1_000;

describe('an agent space', () => {
  let time: number;
  beforeEach(() => {
    time = Date.parse('2026-01-02T03:04:05.000Z');
  });
  const create = (options: Partial<ServiceOptions> = {}) => new DevOpsAgentService({ now: () => time }, options, '111122223333', 'eu-west-1');
  const pair = (type: RegistrableService, options?: Partial<ServiceOptions>) => pairIn(create(options), type);

  test.each(['ResourceNotFoundException', 'ValidationException', 'ConflictException'] as const)(
    'that is young refuses associations with %s', (youngSpaceError) => {
      const { associate: make, associations } = pair('gitlab', { youngSpaceMs: 30 * SECOND, youngSpaceError });
      time += 30 * SECOND - 1;
      expect(errorOf(make).code).toBe(youngSpaceError);
      expect(associations()).toEqual([]);
      time += 1;
      expect(make().association.status).toBe('valid');
    });

  test('refuses a change of its associations shortly after another one, but not a look, and not one of another space', () => {
    const { service, serviceId, agentSpaceId, associate: make, update, disassociate, associations } = pair('gitlab', { busySpaceMs: SECOND });
    const { associationId } = make().association;
    time += SECOND - 1;
    const changes = [() => make(), () => update(associationId), () => disassociate(associationId)];
    for (const change of changes) expect(errorOf(change)).toMatchObject({ code: 'ConflictException', status: 409 });
    expect(associations()).toHaveLength(1);
    expect(service.listWebhooks({ agentSpaceId, associationId }).webhooks).toHaveLength(1);
    expect(associate(service, serviceId, 'gitlab').association.status).toBe('valid');
    for (const change of changes) {
      time += SECOND;
      change();
      expect(errorOf(make).code).toBe('ConflictException');
    }
    expect(associations()).toEqual([]);
  });

  test.each<[RegistrableService, RegistrableService, string]>([
    ['gitlab', 'gitlab', 'GitLab project 42'],
    ['servicenow', 'servicenow', 'ServiceNow instance acme'],
    ['dynatrace', 'dynatrace', 'Dynatrace environment abc12345'],
    ['mcpserver', 'mcpserversigv4', 'Tool search'],
  ])('may refuse what it has from another service: %s, then %s', (type, other, target) => {
    const { service, agentSpaceId, associate: make } = pair(type, { exclusiveTargets: true });
    make();
    const second = { agentSpaceId, serviceId: idOf(service, registration(other)), configuration: configurationOf(other) };
    const refusal = () => errorOf(() => service.associateService(second));
    expect(refusal()).toMatchObject({ code: 'ConflictException', message: expect.stringContaining(`${target} is already associated`) });
    service.configure({ conflictStyle: 'validation' });
    expect(refusal()).toMatchObject({ code: 'ValidationException', message: expect.stringContaining(`${target} is already associated`) });
    // What it has from this service is none of another's.
    expect(make().association.status).toBe('valid');
    service.configure({ exclusiveTargets: false });
    expect(service.associateService(second).association.status).toBe('valid');
  });

  test('refuses in an update what it has from another service', () => {
    const { service, agentSpaceId, associate: make } = pair('gitlab', { exclusiveTargets: true });
    make();
    const serviceId = idOf(service, registration('gitlab'));
    const { association } = service.associateService({ agentSpaceId, serviceId, configuration: configurationOf('gitlab', { projectId: '43' }) });
    const { associationId } = association;
    expect(errorOf(() => service.updateAssociation({ agentSpaceId, associationId, configuration: configurationOf('gitlab') })).code).toBe('ConflictException');
  });

  test('cannot be deleted while it is associated', () => {
    const { service, agentSpaceId, associate: make, disassociate } = pair('gitlab');
    const { associationId } = make().association;
    expect(errorOf(() => service.deleteAgentSpace(agentSpaceId)).code).toBe('ConflictException');
    disassociate(associationId);
    service.deleteAgentSpace(agentSpaceId);
    expect(service.listAgentSpaces().agentSpaces).toEqual([]);
    expect(errorOf(() => service.deleteAgentSpace(agentSpaceId)).code).toBe('ResourceNotFoundException');
  });

  test('that goes by force takes its associations with it, and its successor has none', () => {
    const { service, serviceId, agentSpaceId, associate: make, update, disassociate, associations } = pair('gitlab', { disassociateLagMs: 5 * SECOND });
    const { associationId } = make().association;
    service.deleteAgentSpace(agentSpaceId, { force: true });
    for (const attempt of [make, associations, () => update(associationId), () => disassociate(associationId)]) {
      expect(errorOf(attempt)).toMatchObject({ code: 'ResourceNotFoundException', message: expect.stringContaining('Agent space') });
    }
    expect(service.snapshot()).toMatchObject({ agentSpaces: [], associations: [], webhooks: [] });
    const successor = service.createAgentSpace('space');
    expect(successor.agentSpaceId).not.toBe(agentSpaceId);
    expect(service.listAssociations({ agentSpaceId: successor.agentSpaceId }).associations).toEqual([]);
    expect(errorOf(() => service.deregisterService({ serviceId })).code).toBe('ConflictException');
    time += 5 * SECOND;
    expect(service.deregisterService({ serviceId })).toEqual({});
  });

  test('is listed in pages', () => {
    const service = create();
    const ids = ['a', 'b', 'c'].map((name) => service.createAgentSpace(name).agentSpaceId);
    const first = service.listAgentSpaces({ maxResults: 2 });
    const second = service.listAgentSpaces({ maxResults: 2, nextToken: first.nextToken });
    expect([...first.agentSpaces, ...second.agentSpaces].map((s) => s.agentSpaceId)).toEqual(ids);
  });

  test('is forgotten in a reset, with all that it has', () => {
    const { service, associate: make, associations } = pair('eventChannel');
    make();
    service.reset();
    expect(service.snapshot()).toEqual({ services: [], pending: [], agentSpaces: [], associations: [], webhooks: [] });
    expect(errorOf(associations).code).toBe('ResourceNotFoundException');
  });
});
