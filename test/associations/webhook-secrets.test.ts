/** The secrets that receive webhooks: what is written to them, what is read from them, and what is kept out of every text. */
import { Captured } from '../../lambda/associations/diff';
import { requestOf, revisionOf, valueOf, WebhookSecrets } from '../../lambda/associations/webhook-secrets';
import { Clock } from '../../lambda/clock';
import { CallError, Webhook } from '../../lambda/devops-agent';
import { Failure } from '../../lambda/failure';
import { Redactor } from '../../lambda/redaction';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hook-AbCdEf';
const OWNER = { agentSpaceId: 'space', serviceId: 'service', associationId: 'a' };
const HMAC: Webhook = { webhookUrl: 'https://example.com/w', webhookId: 'w', webhookType: 'hmac', webhookSecret: 'canary-hmac' };
const KEY: Webhook = { webhookUrl: 'https://example.com/w', webhookId: 'w', webhookType: 'apikey', apiKey: 'canary-key' };

const EVENT = { StackId: 'stack', LogicalResourceId: 'It', RequestId: 'request' };

/** Secrets with one set of versions by their labels, in virtual time. */
function begin(event: Partial<typeof EVENT> = {}) {
  const versions = new Map<string, { versionId: string; text?: string }>();
  const written: { versionId: string; text: string; stages: readonly string[] }[] = [];
  const fault: { error?: CallError; times: number } = { times: Infinity };
  let time = 0;
  const meet = () => {
    if (fault.error && fault.times-- > 0) throw fault.error;
  };
  const clock: Clock = {
    now: () => time,
    remaining: () => 300_000 - time,
    sleep: async (ms) => {
      time += ms;
    },
    random: () => 0.5,
  };
  const redactor = new Redactor();
  const secrets = new WebhookSecrets({
    getValue: async (_, { versionStage } = {}) => {
      meet();
      const version = versions.get(versionStage!);
      if (!version) throw new CallError('GetSecretValue', 'ResourceNotFoundException', 'there is none', 400);
      return version;
    },
    putValue: async (_, version, stages) => {
      meet();
      written.push({ ...version, stages });
    },
  }, clock, redactor, { ...EVENT, ...event });
  return { secrets, versions, written, fault, clock, redactor };
}

describe('The value of a webhook', () => {
  test.each([['secret', HMAC], ['key', KEY]])('has its %s, and the association that it is of', (_, webhook) => {
    const value = valueOf(webhook, { ...OWNER, other: 'x' } as typeof OWNER, 'r')!;
    expect(value).toMatchObject({ ...OWNER, webhookId: 'w', revision: 'r' });
    expect(JSON.parse(value.text)).toEqual({ ...webhook, ...OWNER });
  });

  test.each<[string, object]>([['no id', { webhookId: undefined }], ['no credential', { webhookSecret: undefined }]])('is none with %s', (_, more) => {
    expect(valueOf({ ...HMAC, ...more }, OWNER, 'r')).toBeUndefined();
  });
});

describe('A value is written', () => {
  const value = (more: Partial<Captured> = {}): Captured => ({ ...valueOf(HMAC, OWNER, revisionOf('1'))!, ...more });

  test('as the current version and that of its association, under an id that names the revision, the resource and the request', async () => {
    const { secrets, written } = begin({ RequestId: 'request-1' });
    await secrets.write(ARN, value());
    expect(written).toEqual([{
      text: value().text,
      versionId: expect.stringMatching(new RegExp(`^webhook-${revisionOf('1')}-[0-9a-f]{8}-${requestOf('request-1')}-[0-9a-f]{24}$`)),
      stages: ['AWSCURRENT', expect.stringMatching(/^association-[0-9a-f]$/)],
    }]);
  });

  test('under another id each time, since Secrets Manager ignores a version that it has', async () => {
    const { secrets, written, clock } = begin();
    await secrets.write(ARN, value());
    await clock.sleep(1);
    await secrets.write(ARN, value());
    await secrets.write(ARN, value({ text: 'another' }));
    expect(new Set(written.map(({ versionId }) => versionId)).size).toBe(3);
  });

  test('with its credential kept out of every text', async () => {
    const { secrets, redactor } = begin();
    await secrets.write(ARN, value());
    expect(redactor.redact('they said canary-hmac')).toBe('they said ***');
  });

  test('once more where the call was throttled', async () => {
    const { secrets, written, fault } = begin();
    Object.assign(fault, { error: new CallError('PutSecretValue', 'ThrottlingException', 'Rate exceeded', 400), times: 2 });
    await secrets.write(ARN, value());
    expect(written).toHaveLength(1);
  });
});

describe('A value is read', () => {
  const text = JSON.stringify({ ...HMAC, ...OWNER });
  const versionId = `webhook-${revisionOf('1')}-00000000-${requestOf('request')}-0123456789abcdef01234567`;

  test('with the association that it is of, and the revision and the request of its version', async () => {
    const { secrets, versions } = begin();
    versions.set('AWSCURRENT', { versionId, text });
    expect(await secrets.current(ARN)).toEqual({ ...OWNER, webhookId: 'w', revision: revisionOf('1'), byThisResource: false, request: requestOf('request'), text });
    expect(await secrets.previous(ARN)).toBeUndefined();
  });

  test.each<[string, Partial<typeof EVENT>, boolean]>([
    ['this resource', { RequestId: 'another' }, true],
    ['another resource', { LogicalResourceId: 'Other' }, false],
    ['a resource of another stack', { StackId: 'other' }, false],
  ])('as one that %s has written', async (_, reader, byThisResource) => {
    const { secrets, written } = begin();
    await secrets.write(ARN, valueOf(HMAC, OWNER, revisionOf('1'))!);
    const again = begin(reader);
    again.versions.set('AWSCURRENT', written[0]);
    expect(await again.secrets.current(ARN)).toMatchObject({ byThisResource });
  });

  test.each(['theirs', `x${versionId}`, versionId.replace('webhook-', 'webhook-x')])('as one of no revision where its version is not the handler\'s: %s', async (other) => {
    const { secrets, versions } = begin();
    versions.set('AWSCURRENT', { versionId: other, text });
    expect(await secrets.current(ARN)).toMatchObject({ revision: revisionOf(''), request: undefined });
  });

  test.each([...Object.keys(OWNER), 'webhookId'])('as none without %s', async (field) => {
    const { secrets, versions } = begin();
    for (const other of [undefined, 7]) {
      versions.set('AWSCURRENT', { versionId, text: JSON.stringify({ ...JSON.parse(text), [field]: other }) });
      expect(await secrets.current(ARN)).toBeUndefined();
    }
  });

  test('as none without a text', async () => {
    const { secrets, versions } = begin();
    versions.set('AWSCURRENT', { versionId });
    expect(await secrets.current(ARN)).toBeUndefined();
  });

  test('from the version before, and from that of the association', async () => {
    const { secrets, versions, written } = begin();
    expect(await secrets.kept(ARN, 'a')).toEqual([]);
    await secrets.write(ARN, valueOf(HMAC, OWNER, 'r')!);
    versions.set(written[0].stages[1], { versionId, text });
    expect(await secrets.kept(ARN, 'a')).toMatchObject([{ text }]);
    versions.set('AWSPREVIOUS', { versionId, text: text.replace('canary', 'other') });
    expect(await secrets.kept(ARN, 'a')).toMatchObject([{ text: text.replace('canary', 'other') }, { text }]);
    expect(await secrets.previous(ARN)).toMatchObject({ text: text.replace('canary', 'other') });
  });

  test.each([['secret', HMAC], ['key', KEY]])('with its %s kept out of every text', async (_, webhook) => {
    const { secrets, versions, redactor } = begin();
    versions.set('AWSCURRENT', { versionId, text: JSON.stringify(webhook) });
    await secrets.current(ARN);
    expect(redactor.redact(`they said ${webhook.webhookSecret ?? webhook.apiKey}`)).toBe('they said ***');
  });

  test('without keeping an ordinary word out of every text before there is a webhook', async () => {
    const { secrets, versions, redactor } = begin();
    versions.set('AWSCURRENT', { versionId, text: JSON.stringify({ webhookSecret: 'pending', apiKey: 'pending' }) });
    await secrets.current(ARN);
    expect(redactor.redact('the consent is pending')).toBe('the consent is pending');
  });

  test('with a text that is no JSON kept out of every text, too', async () => {
    const { secrets, versions, redactor } = begin();
    versions.set('AWSCURRENT', { versionId, text: 'canary-of-theirs' });
    expect(await secrets.current(ARN)).toBeUndefined();
    expect(redactor.redact('they said canary-of-theirs')).toBe('they said ***');
  });
});

describe('A secret that refuses', () => {
  const call = ({ secrets }: ReturnType<typeof begin>, verb: string) => (
    verb === 'reading' ? secrets.current(ARN) : secrets.write(ARN, valueOf(HMAC, OWNER, 'r')!));

  test.each(['reading', 'writing'])('fails %s it, in the row of associations', async (verb) => {
    const world = begin();
    const error = world.fault.error = new CallError('Call', 'InvalidRequestException', 'no', 400);
    const failure = await call(world, verb).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ step: `${verb} the webhook's secret ${ARN}`, words: 'InvalidRequestException: no', row: 'association failed', cause: error });
  });

  test.each(['reading', 'writing'])('throttles %s it: the error stays what it is, so that the event is delivered again', async (verb) => {
    const world = begin();
    world.fault.error = new CallError('Call', 'ThrottlingException', 'Rate exceeded', 400);
    await expect(call(world, verb)).rejects.toBe(world.fault.error);
  });

  test('is named within bounds', async () => {
    const { secrets, fault } = begin();
    fault.error = new CallError('GetSecretValue', 'InvalidRequestException', 'no', 400);
    const failure = await secrets.current('x'.repeat(1_000)).catch((thrown) => thrown);
    expect(failure.step).toBe(`reading the webhook's secret ${'x'.repeat(297)}…`);
  });

  test('passes on a bug as it is', async () => {
    const world = begin();
    world.fault.error = new TypeError('a bug') as never;
    await expect(call(world, 'reading')).rejects.toBe(world.fault.error);
  });
});
