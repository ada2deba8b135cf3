import { pairIn } from './association-samples';
import { Answer, call, control, send } from './client';
import { RegistrableService } from './model';
import { eventHeaders } from './poster';
import { hashOf } from './redaction';
import { Simulator } from './server';
import { DevOpsAgentService } from './service';
import { AnsweredWebhook } from './types';
import { isCaptured, post as postDirectly } from '../support/captured-webhook';

const EVENT = JSON.stringify({ eventType: 'incident', incidentId: '1', action: 'created', title: 'Checkout is slow: é' });

describe('the webhooks over HTTP', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start();
    // The URLs are to be posted to as they are.
    simulator.service.configure({ webhookOrigin: simulator.url });
  });
  afterEach(() => simulator.close());

  const hookOf = (type: RegistrableService) => pairIn(simulator.service, type).associate().webhook!;
  const post = (url: string, headers: Record<string, string>, body = EVENT): Promise<Answer> =>
    send('', 'POST', url, headers, body);
  const posts = async () => (await control(simulator.url, 'GET', 'posts')).posts;

  const signed = (webhook: AnsweredWebhook) => eventHeaders(webhook, EVENT);

  describe.each<[RegistrableService, string]>([
    ['eventChannel', 'hmac'], ['servicenow', 'apikey'], ['gitlab', 'gitlab'], ['pagerduty', 'pagerduty'],
  ])('of %s (%s)', (type, webhookType) => {
    test('accepts what is authenticated, and remembers it', async () => {
      const hook = hookOf(type);
      expect(hook.webhookType).toBe(webhookType);
      expect((await post(hook.webhookUrl, signed(hook))).status).toBe(200);
      const [{ associationId }] = simulator.service.snapshot().associations;
      expect(await posts()).toEqual([{ at: expect.any(Number), path: new URL(hook.webhookUrl).pathname, associationId, status: 200, body: EVENT }]);
    });

    test('refuses what is not, and remembers why', async () => {
      const hook = hookOf(type);
      const { 'content-type': _type, ...headers } = signed(hook);
      const forged = signed({ ...hook, webhookSecret: 'guessed', apiKey: 'guessed' });
      const attempts = [{}, forged, ...Object.keys(headers).map((name) => ({ ...headers, [name]: '' }))];
      const statuses: number[] = [];
      for (const attempt of attempts) statuses.push((await post(hook.webhookUrl, attempt)).status);
      expect(statuses.slice(0, 2)).toEqual([401, 403]);
      expect(statuses.slice(2).filter((status) => status !== 401 && status !== 403)).toEqual([]);
      const refused = await posts();
      expect(refused.map(({ status }: any) => status)).toEqual(statuses);
      for (const { reason } of refused) expect(reason).toMatch(/^(no|wrong) x-|^(no|wrong) authorization/);
      expect(JSON.stringify(refused)).not.toContain(hook.webhookSecret ?? hook.apiKey);
    });
  });

  test.each(['body', 'time'])('an HMAC is of the time and the body: another %s does not go with it', async (part) => {
    const hook = hookOf('eventChannel');
    const headers = { ...signed(hook), ...(part === 'time' && { 'x-amzn-event-timestamp': '2026-01-02T03:04:06.000Z' }) };
    expect((await post(hook.webhookUrl, headers, part === 'body' ? `${EVENT} ` : EVENT)).status).toBe(403);
  });

  test('one webhook does not believe the credential of another', async () => {
    const [one, other] = [hookOf('eventChannel'), hookOf('dynatrace')];
    expect((await post(one.webhookUrl, signed(other))).status).toBe(403);
    expect((await post(other.webhookUrl, signed(other))).status).toBe(200);
  });

  test('after an association is made again, the new one works and the old one does not', async () => {
    const { associate, disassociate } = pairIn(simulator.service, 'eventChannel');
    const first = associate();
    const second = associate();
    disassociate(second.association.associationId);
    const third = associate();
    const statuses: number[] = [];
    for (const { webhook } of [first, second, third]) statuses.push((await post(webhook!.webhookUrl, signed(webhook!))).status);
    expect(statuses).toEqual([403, 403, 200]);
    expect((await posts()).map(({ reason }: any) => reason)).toEqual(['no such webhook', 'no such webhook', undefined]);
  });

  test('an update leaves the webhook as it is', async () => {
    const { associate, update } = pairIn(simulator.service, 'eventChannel');
    const { association, webhook } = associate();
    update(association.associationId);
    expect((await post(webhook!.webhookUrl, signed(webhook!))).status).toBe(200);
  });

  test('they are no part of the API: they need no signature of it, and leave no entry in its log', async () => {
    const hook = hookOf('eventChannel');
    await post(hook.webhookUrl, signed(hook));
    expect(simulator.log).toEqual([]);
    expect((await call(simulator.url, 'GET', new URL(hook.webhookUrl).pathname)).headers['x-amzn-errortype']).toBe('UnknownOperationException');
  });

  test('no credential is in what the simulator tells, wherever a caller puts it', async () => {
    const hook = hookOf('eventChannel');
    const secret = hook.webhookSecret!;
    const body = JSON.stringify({ secret });
    await post(hook.webhookUrl, eventHeaders(hook, body), body);
    await call(simulator.url, 'GET', `/v1/services/${encodeURIComponent(secret)}`);
    await call(simulator.url, 'POST', '/v1/services/list', { [secret]: secret });
    const told = JSON.stringify([simulator.log, await posts(), await control(simulator.url, 'GET', 'services')]);
    expect(told).not.toContain(secret);
    expect(told).toContain(hashOf(secret));
  });

  test('a reset forgets posts, but still keeps old credentials out of the log', async () => {
    const hook = hookOf('eventChannel');
    await post(hook.webhookUrl, {});
    simulator.reset();
    expect(await posts()).toEqual([]);
    await call(simulator.url, 'GET', `/v1/services/${encodeURIComponent(hook.webhookSecret!)}`);
    expect(JSON.stringify(simulator.log)).not.toContain(hook.webhookSecret);
  });
});

describe('a captured webhook, in virtual time', () => {
  const time = Date.parse('2026-01-02T03:04:05.000Z');
  const captured = (type: RegistrableService) => {
    const pair = pairIn(new DevOpsAgentService({ now: () => time }), type);
    const { association, webhook } = pair.associate();
    const { associationId, agentSpaceId, serviceId } = association;
    const isLive = (text: string) => isCaptured(pair.service, text, agentSpaceId, serviceId);
    return { ...pair, webhook: webhook!, association, isLive, content: { ...webhook, associationId, agentSpaceId, serviceId } };
  };

  test.each<RegistrableService>(['eventChannel', 'servicenow', 'gitlab', 'pagerduty'])('of %s is the one that the live association believes', (type) => {
    const { service, update, association, associate, webhook, isLive, content } = captured(type);
    expect(isLive(JSON.stringify(content))).toBe(true);
    expect(postDirectly(service, { ...webhook, webhookSecret: 'guessed', apiKey: 'guessed' })).toBe(403);
    expect(service.webhooks.posts.map(({ at, status }) => [at, status])).toEqual([[time, 200], [time, 403]]);
    update(association.associationId);
    expect(isLive(JSON.stringify(content))).toBe(true);
    associate();
    expect(isLive(JSON.stringify(content))).toBe(false);
  });

  test.each(['webhookId', 'agentSpaceId', 'serviceId', 'associationId', 'webhookSecret', 'webhookUrl'])('is none that has another %s', (name) => {
    const { isLive, content } = captured('eventChannel');
    expect(isLive(JSON.stringify({ ...content, [name]: 'https://other.example.com/other' }))).toBe(false);
  });

  test('is none before it is written, nor without an association', () => {
    const { disassociate, association, isLive, content } = captured('eventChannel');
    expect(isLive(JSON.stringify(Object.fromEntries(Object.keys(content).map((name) => [name, 'pending']))))).toBe(false);
    disassociate(association.associationId);
    expect(isLive(JSON.stringify(content))).toBe(false);
  });
});
