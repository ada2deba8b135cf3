import { RegistrableService, registeredService, validate } from './model';
import { oAuth3LO, role, registration, errorOf, idOf, listed } from './samples';
import { hashOf } from './server';
import { DevOpsAgentService, RegisterServiceInput, ServiceOptions } from './service';

describe('the service, with users and endpoints', () => {
  let time: number;
  beforeEach(() => {
    time = Date.parse('2026-01-02T03:04:05.000Z');
  });
  const create = (options: Partial<ServiceOptions> = {}) => new DevOpsAgentService({ now: () => time }, options, '111122223333', 'eu-west-1');

  describe('consent', () => {
    const threeLegged = registration('mcpserver', { authorizationConfig: { oAuth3LO } }, { tags: { a: 'b' }, name: 'Display name' });

    test.each<[string, RegisterServiceInput, string]>([
      ['oAuth3LO', threeLegged, 'https://id.example.com/authorize?'],
      ['authorizationDiscovery', registration('mcpserverdatadog', {}, { tags: { a: 'b' } }), 'https://mcp.datadoghq.com/authorize?'],
    ])('%s: there is no service before it, and one with its tags after it', (_, input, prefix) => {
      const service = create();
      const answer = service.registerService(input);
      expect(answer).toEqual({ additionalStep: { oauth: { authorizationUrl: expect.stringContaining(prefix) } }, tags: { a: 'b' } });
      expect(listed(service)).toEqual([]);
      time += 60_000;
      const serviceId = service.consent(answer.additionalStep!.oauth.authorizationUrl);
      expect(listed(service)).toEqual([serviceId]);
      const { service: shown, tags } = service.getService({ serviceId });
      expect(tags).toEqual({ a: 'b' });
      expect(shown.createdAt).toBe('2026-01-02T03:05:05.000Z');
      expect(shown.additionalServiceDetails![input.service]).toMatchObject({ authorizationMethod: 'oauth-3lo' });
      expect(validate(registeredService, shown)).toEqual([]);
    });

    test('twice is as good as once', () => {
      const service = create();
      service.registerService(threeLegged);
      const [{ token }] = service.snapshot().pending;
      const serviceId = service.consent(token);
      expect(service.consent(token)).toBe(serviceId);
      expect(listed(service)).toEqual([serviceId]);
      expect(service.snapshot().pending).toEqual([]);
    });

    test('to something unknown is an error', () => {
      expect(errorOf(() => create().consent('unknown')).code).toBe('ResourceNotFoundException');
    });

    test('comes too late if somebody took the name meanwhile', () => {
      const service = create();
      service.registerService(threeLegged);
      const [{ token }] = service.snapshot().pending;
      idOf(service, registration('mcpserver'));
      expect(errorOf(() => service.consent(token)).code).toBe('ConflictException');
    });

    test('reserves the name if the option says so', () => {
      const service = create({ pendingHoldsKey: true });
      service.registerService(threeLegged);
      expect(errorOf(() => service.registerService(registration('mcpserver'))).code).toBe('ConflictException');
      expect(service.consent(service.snapshot().pending[0].token)).toBeDefined();
    });
  });

  describe('live validation', () => {
    test('refuses an endpoint for as often as asked', () => {
      const service = create();
      service.refuse({ endpoint: 'https://gitlab.example.com', times: 1, message: 'the endpoint did not answer' });
      expect(service.registerService(registration('gitlab', { targetUrl: 'https://other.example.com' })).serviceId).toBeDefined();
      expect(errorOf(() => service.registerService(registration('gitlab')))).toMatchObject({
        code: 'ValidationException', message: 'the endpoint did not answer',
      });
      expect(service.registerService(registration('gitlab')).serviceId).toBeDefined();
    });

    test.each<RegistrableService>(['azureidentity', 'mcpserversigv4', 'remoteagentsigv4'])('refuses a role until it is assumable: %s', (type) => {
      const service = create();
      service.refuse({ roleArn: role, until: time + 30_000, message: 'the role cannot be assumed' });
      time += 29_999;
      expect(errorOf(() => service.registerService(registration(type))).message).toBe('the role cannot be assumed');
      time += 1;
      expect(service.registerService(registration(type)).serviceId).toBeDefined();
    });

    test('refuses one credential, with the error of choice, until it is told not to', () => {
      const service = create();
      service.refuse({ service: 'gitlab', credential: hashOf('glpat-canary'), message: 'revoked', code: 'InvalidParameterException' });
      expect(errorOf(() => service.registerService(registration('gitlab')))).toMatchObject({ code: 'InvalidParameterException', message: 'revoked' });
      expect(service.registerService(registration('gitlab', { tokenValue: 'fresh' })).serviceId).toBeDefined();
      service.clearRefusals();
      expect(service.registerService(registration('gitlab')).serviceId).toBeDefined();
    });
  });
});
