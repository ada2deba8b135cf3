import { createHash } from 'node:crypto';
import { Tweaks, send, call, register, control } from './client';
import { FaultRule } from './faults';
import { registrableServices } from './model';
import { canary, registration, samples } from './samples';
import { hashOf, LogEntry, Simulator, SimulatorOptions } from './server';

describe('the server', () => {
  let simulator: Simulator;
  let url: string;
  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await Simulator.start(options);
    url = simulator.url;
  };
  const registeredId = async (input = registration('gitlab')): Promise<string> => (await register(url, input)).body.serviceId;
  const lastEntry = (): LogEntry => simulator.log[simulator.log.length - 1];
  afterEach(() => simulator.close());

  describe('operations', () => {
    beforeEach(() => start());

    test('are reached by path and method, and answer with the status of the model', async () => {
      const registered = await register(url, registration('gitlab', {}, { tags: { 'a b': 'c' } }));
      expect(registered.status).toBe(201);
      const { serviceId } = registered.body;
      const arn = `arn:aws:aidevops:us-east-1:000000000000:service/${serviceId}`;
      const tagsPath = `/tags/${encodeURIComponent(arn)}`;

      const get = await call(url, 'GET', `/v1/services/${serviceId}`);
      expect([get.status, get.body.service.serviceId, get.body.tags]).toEqual([200, serviceId, { 'a b': 'c' }]);
      const list = await call(url, 'POST', '/v1/services/list?maxResults=5&filterServiceType=gitlab');
      expect([list.status, list.body.services.map((s: any) => s.serviceId)]).toEqual([200, [serviceId]]);
      const tag = await call(url, 'POST', tagsPath, { tags: { d: 'e', f: 'g' } });
      expect([tag.status, tag.text]).toEqual([204, '']);
      const untag = await call(url, 'DELETE', `${tagsPath}?tagKeys=a%20b&tagKeys=f`);
      expect([untag.status, untag.text]).toEqual([204, '']);
      const tags = await call(url, 'GET', tagsPath);
      expect([tags.status, tags.body]).toEqual([200, { tags: { d: 'e' } }]);

      const deregistered = await call(url, 'DELETE', `/v1/services/${serviceId}`);
      expect([deregistered.status, deregistered.body]).toEqual([200, {}]);
      expect((await call(url, 'GET', `/v1/services/${serviceId}`)).status).toBe(404);
    });

    test('errors have their type in a header, and their message and fields in the body', async () => {
      const answer = await register(url, registration('gitlab', { tokenType: 'project' }));
      expect(answer.status).toBe(400);
      expect(answer.headers['x-amzn-errortype']).toBe('ValidationException');
      expect(answer.body).toEqual({
        message: expect.stringContaining('1 validation error detected'),
        fieldList: [{ path: '/serviceDetails/gitlab/tokenType', message: expect.any(String) }],
      });
    });

    test('every answer has a request id of its own', async () => {
      const answers = [
        await register(url, registration('eventChannel')),
        await register(url, registration('eventChannel')),
        await call(url, 'GET', '/nowhere'),
        await call(url, 'POST', '/v1/services/list', undefined, { secretKey: 'wrong' }),
        await send(url, 'GET', '/_simulator/health', {}),
      ];
      expect(answers.map(({ status }) => status)).toEqual([201, 409, 404, 403, 200]);
      const ids = answers.map(({ headers }) => headers['x-amzn-requestid']);
      expect(new Set(ids).size).toBe(5);
      expect(ids).not.toContain(undefined);
    });

    test.each<[string, string, string, unknown, number, string]>([
      ['a filter in the body', 'POST', '/v1/services/list', { filterServiceType: 'gitlab' }, 400, 'ValidationException'],
      ['an unknown query parameter', 'POST', '/v1/services/list?filter=gitlab', undefined, 400, 'ValidationException'],
      ['a query parameter given twice', 'POST', '/v1/services/list?maxResults=1&maxResults=2', undefined, 400, 'ValidationException'],
      ['a page size that is no number', 'POST', '/v1/services/list?maxResults=ten', undefined, 400, 'ValidationException'],
      ['a misspelt member', 'POST', '/v1/register/gitlab', { serviceDetail: {} }, 400, 'ValidationException'],
      ['a member of the path in the body', 'POST', '/v1/register/gitlab', { service: 'gitlab', serviceDetails: {} }, 400, 'ValidationException'],
      ['an unknown service', 'POST', '/v1/register/jira', { serviceDetails: registration('gitlab').serviceDetails }, 400, 'ValidationException'],
      ['a body that is no JSON', 'POST', '/v1/register/gitlab', '{"serviceDetails":', 400, 'SerializationException'],
      ['a body that is no object', 'POST', '/v1/register/gitlab', '[]', 400, 'SerializationException'],
      ['an ARN whose slash is not encoded', 'GET', '/tags/arn:aws:aidevops:us-east-1:000000000000:service/x', undefined, 404, 'UnknownOperationException'],
      ['a wrong method', 'PUT', '/v1/services/x', undefined, 404, 'UnknownOperationException'],
      ['too large a body', 'POST', '/v1/register/gitlab', { serviceDetails: 'x'.repeat(1024 * 1024) }, 413, 'ContentSizeExceededException'],
    ])('%s is refused', async (_, method, target, body, status, code) => {
      const answer = await call(url, method, target, body);
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([status, code]);
    });

    test('a body must say that it is JSON', async () => {
      const answer = await call(url, 'POST', '/v1/register/gitlab', '{}', { headers: { 'content-type': 'text/plain' } });
      expect(answer.status).toBe(415);
    });

    test('an empty object is as good as no body', async () => {
      expect((await call(url, 'POST', '/v1/services/list', {})).status).toBe(200);
    });
  });

  describe('authentication', () => {
    beforeEach(() => start({ credentials: { test: 'test', temporary: { secretKey: 'secret', sessionToken: 'session' } } }));

    const list = (tweaks: Tweaks) => call(url, 'POST', '/v1/services/list?nextToken=a%2Bb%20c&maxResults=1', {}, tweaks);

    test.each<[string, Tweaks, string]>([
      ['a wrong secret key', { secretKey: 'wrong' }, 'InvalidSignatureException'],
      ['an unknown access key', { accessKey: 'unknown' }, 'UnrecognizedClientException'],
      ['a wrong signing name', { service: 'devops-agent' }, 'InvalidSignatureException'],
      ['a wrong region', { region: 'eu-west-1' }, 'InvalidSignatureException'],
      ['an x-amz header that is not signed', { unsignedHeaders: { 'x-amz-extra': '1' } }, 'InvalidSignatureException'],
      ['a body that was changed', { replacedBody: '{ }' }, 'InvalidSignatureException'],
      ['a wrong body hash in a header', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, 'InvalidSignatureException'],
      ['a date too long ago', { skewMs: -6 * 60_000 }, 'InvalidSignatureException'],
      ['a date too far ahead', { skewMs: 6 * 60_000 }, 'InvalidSignatureException'],
      ['temporary credentials without their token', { accessKey: 'temporary', secretKey: 'secret' }, 'UnrecognizedClientException'],
      ['a token that belongs to no temporary credentials', { headers: { 'x-amz-security-token': 'session' } }, 'UnrecognizedClientException'],
    ])('%s is refused', async (_, tweaks, code) => {
      const answer = await list(tweaks);
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, code]);
      expect(lastEntry()).toMatchObject({ operation: 'ListServices', signed: false, status: 403, error: code });
    });

    test('a request without, or with half a signature is refused', async () => {
      const headers = { 'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, '') };
      const answers = [
        await send(url, 'POST', '/v1/services/list', headers),
        await send(url, 'POST', '/v1/services/list', { ...headers, authorization: 'Bearer token' }),
        await send(url, 'POST', '/v1/services/list', { ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/aidevops/aws4_request' }),
      ];
      expect(answers.map((a) => [a.status, a.headers['x-amzn-errortype']])).toEqual([
        [403, 'MissingAuthenticationTokenException'], [403, 'IncompleteSignatureException'], [403, 'IncompleteSignatureException'],
      ]);
    });

    test('a good signature is accepted: encoded queries, right body hash, session token, some skew', async () => {
      const hash = createHash('sha256').update('{}').digest('hex');
      const good: Tweaks[] = [
        {},
        { headers: { 'x-amz-content-sha256': hash, 'x-amz-extra': '  a  ' } },
        { accessKey: 'temporary', secretKey: 'secret', headers: { 'x-amz-security-token': 'session' } },
        { skewMs: -4 * 60_000 },
      ];
      for (const tweaks of good) {
        // Authentic, and refused only for a token that no list ever gave.
        expect((await list(tweaks)).body).toEqual({ message: 'Invalid nextToken' });
      }
    });

    test('an effect needs a signature', async () => {
      await register(url, registration('gitlab'), { secretKey: 'wrong' });
      expect(simulator.service.snapshot().services).toEqual([]);
    });
  });

  test('the allowed skew can be set', async () => {
    await start({ maxSkewMs: 1000 });
    expect((await call(url, 'POST', '/v1/services/list', undefined, { skewMs: -60_000 })).status).toBe(403);
  });

  describe('the log', () => {
    test('tells what was asked, when, and what came of it, without credentials', async () => {
      await start({ clock: { now: () => 1_000 } });
      const input = registration('gitlab', {}, { name: 'Display name', tags: { a: 'b' } });
      const answer = await register(url, input);
      expect(simulator.log).toEqual([{
        at: 1_000,
        requestId: answer.headers['x-amzn-requestid'],
        operation: 'RegisterService',
        service: 'gitlab',
        serviceId: answer.body.serviceId,
        path: { service: 'gitlab' },
        query: {},
        body: {
          serviceDetails: { gitlab: { ...samples.gitlab.details, tokenValue: hashOf('glpat-canary') } },
          name: 'Display name',
          tags: { a: 'b' },
        },
        signed: true,
        status: 201,
      }]);
      await call(url, 'POST', '/v1/services/list?filterServiceType=gitlab&maxResults=7');
      expect(lastEntry()).toMatchObject({ operation: 'ListServices', service: 'gitlab', query: { filterServiceType: 'gitlab', maxResults: '7' } });
      await call(url, 'DELETE', `/v1/services/${answer.body.serviceId}`);
      expect(lastEntry()).toMatchObject({ operation: 'DeregisterService', service: 'gitlab', serviceId: answer.body.serviceId, status: 200 });
    });

    test.each(registrableServices)('holds no credential of %s, accepted or refused', async (service) => {
      await start();
      await register(url, registration(service));
      await register(url, registration(service, { unknown: 'canary' }));
      await register(url, registration(service), { secretKey: 'wrong' });
      await call(url, 'POST', `/v1/register/${service}`, '{"tokenValue": "canary"');
      expect(simulator.log.map(({ status }) => status)).toEqual([201, 400, 403, 400]);
      expect(JSON.stringify(simulator.log)).not.toMatch(canary);
    });

    test('hides whatever it is told to hide', async () => {
      await start();
      simulator.hideSecrets(['top-secret']);
      await register(url, registration('gitlab', { groupId: 'a top-secret id' }, { name: 'top-secret' }));
      await call(url, 'GET', '/v1/services/top-secret');
      const text = JSON.stringify(simulator.log);
      expect(text).not.toContain('top-secret');
      expect(text).toContain(`a ${hashOf('top-secret')} id`);
    });
  });

  describe('faults', () => {
    beforeEach(() => start());
    const count = () => simulator.service.snapshot().services.length;
    const inject = (rule: Omit<FaultRule, 'operation'>) => simulator.injectFault({ operation: 'RegisterService', ...rule });
    const attempt = (tweaks?: Tweaks) => register(url, registration('gitlab'), tweaks);

    test.each([['resetBefore', 0], ['resetAfter', 1]] as const)('%s: the connection breaks, and %i services exist', async (kind, expected) => {
      inject({ kind });
      await expect(attempt()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(count()).toBe(expected);
      expect(lastEntry()).toMatchObject({ fault: kind, operation: 'RegisterService' });
      expect(lastEntry()).not.toHaveProperty('status');
      expect(lastEntry().serviceId !== undefined).toBe(expected === 1);
    });

    test('hangAfter: the service exists, and no answer ever comes', async () => {
      inject({ kind: 'hangAfter' });
      await expect(attempt({ timeoutMs: 200 })).rejects.toThrow('no answer');
      expect(count()).toBe(1);
      expect(lastEntry()).toMatchObject({ fault: 'hangAfter', serviceId: simulator.service.snapshot().services[0].serviceId });
    });

    test.each([
      ['status429', 429, 'ThrottlingException', 0],
      ['status500Before', 500, 'InternalServerException', 0],
      ['status500After', 500, 'InternalServerException', 1],
      ['accessDenied', 403, 'AccessDeniedException', 0],
    ] as const)('%s: %i %s, and %i services exist', async (kind, status, code, expected) => {
      inject({ kind });
      const answer = await attempt();
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([status, code]);
      expect(count()).toBe(expected);
      expect(lastEntry()).toMatchObject({ fault: kind, status, error: code });
    });

    test.each([['htmlBefore', 0], ['htmlAfter', 1]] as const)('%s: a page of a load balancer, and %i services exist', async (kind, expected) => {
      inject({ kind });
      const answer = await attempt();
      expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([502, 'text/html', undefined]);
      expect(answer.text).toMatch(/^<html>/);
      expect(count()).toBe(expected);
    });

    test('malformedAfter: the right status, half the JSON, and the service exists', async () => {
      inject({ kind: 'malformedAfter' });
      const answer = await attempt();
      expect([answer.status, answer.body]).toEqual([201, undefined]);
      expect(answer.text).toContain('{"serviceId":"');
      expect(count()).toBe(1);
    });

    test('delay: the answer comes later', async () => {
      inject({ kind: 'delay', ms: 150 });
      const before = Date.now();
      expect((await attempt()).status).toBe(201);
      expect(Date.now() - before).toBeGreaterThanOrEqual(145);
    });

    test('delay: the effect comes even if the caller has gone, but not after a reset', async () => {
      inject({ kind: 'delay', ms: 300 });
      await expect(attempt({ timeoutMs: 50 })).rejects.toThrow('no answer');
      expect(count()).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(count()).toBe(1);

      inject({ kind: 'delay', ms: 300 });
      await expect(attempt({ timeoutMs: 50 })).rejects.toThrow('no answer');
      simulator.reset();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(count()).toBe(0);
    });

    test('hit the calls that they are meant for, and no others', async () => {
      inject({ kind: 'status429', service: 'gitlab', after: 1, times: 2 });
      expect((await register(url, registration('dynatrace'))).status).toBe(201);
      expect((await call(url, 'POST', '/v1/services/list')).status).toBe(200);
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await attempt()).status);
      expect(statuses).toEqual([201, 429, 429, 201]);
    });

    test('take their turns in a queue, and can be called off', async () => {
      inject({ kind: 'status429' });
      inject({ kind: 'status500Before', times: 5 });
      expect([(await attempt()).status, (await attempt()).status]).toEqual([429, 500]);
      simulator.clearFaults();
      expect((await attempt()).status).toBe(201);
    });

    test('know the type of a service that is addressed by its id', async () => {
      const serviceId = await registeredId();
      simulator.injectFault({ operation: 'DeregisterService', service: 'gitlab', kind: 'status500After' });
      expect((await call(url, 'DELETE', `/v1/services/${serviceId}`)).status).toBe(500);
      expect(count()).toBe(0);
    });
  });

  describe('control over HTTP', () => {
    beforeEach(() => start({ service: { listLagMs: 60_000 } }));

    test('shows health, log and services, without credentials', async () => {
      const serviceId = await registeredId();
      expect(await control(url, 'GET', 'health')).toEqual({ status: 'ok', url, region: 'us-east-1', account: '000000000000' });
      expect((await control(url, 'GET', 'log')).log).toEqual(simulator.log);
      const { services } = await control(url, 'GET', 'services');
      expect(services).toEqual([{
        serviceId,
        serviceType: 'gitlab',
        details: { ...samples.gitlab.details, tokenValue: hashOf('glpat-canary') },
        tags: {},
        createdAt: expect.any(Number),
      }]);
    });

    test('changes options, and refuses misspelt ones', async () => {
      const serviceId = await registeredId();
      const list = async () => (await call(url, 'POST', '/v1/services/list')).body.services.map((s: any) => s.serviceId);
      expect(await list()).toEqual([]);
      expect(await control(url, 'POST', 'options', { listLagMs: 0 })).toMatchObject({ listLagMs: 0 });
      expect(await list()).toEqual([serviceId]);
      await expect(control(url, 'POST', 'options', { listLag: 0 })).rejects.toThrow('400');
    });

    test('gives consent', async () => {
      const answer = await register(url, registration('mcpserverdatadog'));
      expect(answer.status).toBe(201);
      const { authorizationUrl } = answer.body.additionalStep.oauth;
      const { serviceId } = await control(url, 'POST', 'consent', { authorizationUrl });
      expect((await call(url, 'GET', `/v1/services/${serviceId}`)).status).toBe(200);
      await expect(control(url, 'POST', 'consent', { token: 'unknown' })).rejects.toThrow('404');
    });

    test('injects faults and refusals, and calls them off', async () => {
      await control(url, 'POST', 'faults', [{ operation: 'RegisterService', kind: 'status429', times: 9 }]);
      expect((await register(url, registration('gitlab'))).status).toBe(429);
      await control(url, 'DELETE', 'faults');
      await control(url, 'POST', 'refusals', { endpoint: 'https://gitlab.example.com', forMs: 60_000, message: 'the endpoint did not answer' });
      expect((await register(url, registration('gitlab'))).body.message).toBe('the endpoint did not answer');
      await control(url, 'DELETE', 'refusals');
      expect((await register(url, registration('gitlab'))).status).toBe(201);
      await expect(control(url, 'POST', 'faults', { operation: 'RegisterServices', kind: 'status429' })).rejects.toThrow('No such operation');
      await expect(control(url, 'POST', 'faults', { operation: 'RegisterService', kind: 'status418' })).rejects.toThrow('No such kind of fault');
    });

    test('hides secrets and resets', async () => {
      await control(url, 'POST', 'secrets', { secrets: ['top-secret'] });
      await register(url, registration('gitlab', {}, { name: 'top-secret' }));
      expect(JSON.stringify(await control(url, 'GET', 'log'))).not.toContain('top-secret');
      expect(JSON.stringify(await control(url, 'GET', 'services'))).not.toContain('top-secret');
      await control(url, 'POST', 'reset');
      expect((await control(url, 'GET', 'log')).log).toEqual([]);
      expect((await control(url, 'GET', 'services')).services).toEqual([]);
    });

    test('knows its commands only, and leaves no trace in the log', async () => {
      await expect(control(url, 'POST', 'resset')).rejects.toThrow('404');
      expect(simulator.log).toEqual([]);
    });
  });
});
