import { hashOf, Simulator } from './simulator/server';
import { ENCODINGS } from './support/encodings';
import { consented, eventChannel, mcpServer, OAUTH_SECRET, pagerDuty, Resource, TOKEN_SECRET } from './support/events';
import { environmentFor, Finished, Invocation } from './support/handler-process';
import { findLeaks, formsOf } from './support/leaks';
import { QueryApis } from './support/query-apis';
import { ResponseBucket } from './support/response-bucket';
import { SecretsManagerStub } from './support/secrets-manager';

// The bundle that ships, in a process of its own, over HTTP.
const CANARY = 'c4n4ry"quoted"/pl+us&am=p<~é>!';
const TOKEN = 'c4n4ry-t0ken/with+odd=chars';

let simulator: Simulator;
let secrets: SecretsManagerStub;
let apis: QueryApis;
let bucket: ResponseBucket;
let resource: Resource;
let outputs: string[];

beforeAll(async () => {
  simulator = await Simulator.start();
  secrets = await SecretsManagerStub.start();
  apis = await QueryApis.start();
  bucket = await ResponseBucket.start();
});

afterAll(async () => {
  await simulator.close();
  await secrets.close();
  await apis.close();
  await bucket.close();
});

beforeEach(() => {
  simulator.reset();
  bucket.answers.length = 0;
  bucket.raw.length = 0;
  apis.calls.length = 0;
  outputs = [];
  secrets.reset();
  secrets.secrets.set(OAUTH_SECRET, { text: JSON.stringify({ client_id: 'id', client_secret: 'c4n4ry-client-secret' }) });
  secrets.secrets.set(TOKEN_SECRET, { text: TOKEN });
  resource = new Resource('Registration', () => bucket.signedUrl());
});

function invoke(event: object, timeoutMs?: number): Invocation {
  return new Invocation(event, {
    ...environmentFor(simulator, secrets),
    AWS_ENDPOINT_URL_CLOUDFORMATION: apis.url,
    AWS_ENDPOINT_URL_SNS: apis.url,
  }, timeoutMs);
}

async function deliver(event: object, timeoutMs?: number): Promise<Finished> {
  const finished = await invoke(event, timeoutMs).finished;
  outputs.push(finished.output);
  return finished;
}

const registrations = () => simulator.log.filter((entry) => entry.operation === 'RegisterService');
const last = () => bucket.answers[bucket.answers.length - 1];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('Create, Update and Delete: signed calls, one answer each, nothing left', async () => {
  await deliver(resource.create(pagerDuty()));
  expect(last()).toMatchObject({ Status: 'SUCCESS', RequestId: 'Registration-request-1', LogicalResourceId: 'Registration' });
  const { PhysicalResourceId } = last();
  expect(simulator.log.map((entry) => [entry.operation, entry.signed, entry.status])).toEqual([['RegisterService', true, 201]]);
  expect(registrations()[0].body).toMatchObject({
    serviceDetails: { pagerduty: { authorizationConfig: { oAuthClientCredentials: { clientSecret: hashOf('c4n4ry-client-secret') } } } },
  });
  expect(secrets.reads).toEqual([OAUTH_SECRET]);

  await deliver(resource.update(PhysicalResourceId, pagerDuty({ tags: { team: 'sre' } }), pagerDuty()));
  expect(last()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  expect(simulator.service.snapshot().services[0].tags).toMatchObject({ team: 'sre' });

  await deliver(resource.delete(PhysicalResourceId, pagerDuty()));
  expect(last()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  expect(simulator.service.snapshot().services).toEqual([]);
  expect(bucket.answers).toHaveLength(3);
});

test('killed after the service committed and before it answered, then delivered again: one registration, one answer', async () => {
  simulator.injectFault({ operation: 'RegisterService', kind: 'hangAfter' });
  const event = resource.create(mcpServer());
  const first = invoke(event);
  await until(() => registrations().some((entry) => entry.serviceId !== undefined));
  first.kill();
  expect((await first.finished).signal).toBe('SIGKILL');
  expect(bucket.answers).toEqual([]);

  await deliver(event);
  const { services } = simulator.service.snapshot();
  expect(services).toHaveLength(1);
  expect(bucket.answers).toHaveLength(1);
  expect(last()).toMatchObject({ Status: 'SUCCESS', Data: { ServiceId: services[0].serviceId } });
});

describe('an event that comes late', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  test('and is still waited for, is carried out', async () => {
    const event = { ...resource.create(mcpServer()), ResponseURL: bucket.signedUrl(minutesAgo(1)) };
    apis.resource = { status: 'CREATE_IN_PROGRESS', since: minutesAgo(1).getTime() - 1_000 };
    await deliver(event);
    expect(apis.calls[0]).toEqual({ Action: 'DescribeStackResource', Version: '2010-05-15', StackName: event.StackId, LogicalResourceId: 'Registration' });
    expect(last()).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each<[string, QueryApis['resource'], RegExp]>([
    ['has been answered', { status: 'CREATE_COMPLETE', since: 0 }, /the resource's status is CREATE_COMPLETE/],
    ['belongs to a stack that is gone', undefined, /it knows no such resource/],
  ])('and %s, does nothing', async (_, known, why) => {
    apis.resource = known;
    await deliver({ ...resource.create(mcpServer()), ResponseURL: bucket.signedUrl(minutesAgo(1)) });
    expect(last()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(why) });
    expect(simulator.log).toEqual([]);
    expect(outputs[0]).toContain('"decision":"stale"');
  });

  test('and after CloudFormation has given up, asks nobody', async () => {
    await deliver({ ...resource.create(mcpServer()), ResponseURL: bucket.signedUrl(minutesAgo(40)) });
    expect(apis.calls).toEqual([]);
    expect(simulator.log).toEqual([]);
  });
});

test('a deployment that waits for a consent tells the topic, and ends with the service', async () => {
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:consents';
  const invocation = invoke(resource.create({ ...consented(), WaitForConsent: { TopicArn, TimeoutSeconds: '60' } } as never), 900_000);
  await until(() => apis.calls.length > 0);
  const [call] = apis.calls;
  expect(call).toMatchObject({ Action: 'Publish', TopicArn, Subject: 'AWS DevOps Agent waits for your consent' });
  const serviceId = simulator.service.consent(/https:\S+/.exec(call.Message)![0]);
  apis.resource = { status: 'CREATE_IN_PROGRESS', since: Date.now() - 60_000 };
  await invocation.finished;
  expect(last()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'consent/Registration-request-1', Data: { ServiceId: serviceId } });
});

test('a failed update names the way out of a rollback that fails', async () => {
  await deliver(resource.create(pagerDuty()));
  simulator.service.refuse({ message: 'The client is unknown' });
  await deliver(resource.update(last().PhysicalResourceId, pagerDuty({ subdomain: 'other' }), pagerDuty()));
  simulator.service.clearRefusals();
  expect(last().Reason).toMatch(/; if the stack ends in UPDATE_ROLLBACK_FAILED, remove the cause and run continue-update-rollback; only if it cannot be removed, add --resources-to-skip Registration: .*\(request id \S+\)$/);
});

test.each(['resetAfter', 'status500After', 'htmlAfter', 'malformedAfter'] as const)('an answer spoilt after the commit (%s) does not register twice', async (kind) => {
  simulator.injectFault({ operation: 'RegisterService', kind });
  await deliver(resource.create(mcpServer()));
  expect(last()).toMatchObject({ Status: 'SUCCESS' });
  expect(registrations()).toHaveLength(1);
  expect(simulator.service.snapshot().services).toHaveLength(1);
});

test.each(['status429', 'htmlBefore', 'resetBefore'] as const)('a list that fails for a while (%s) is asked again', async (kind) => {
  simulator.injectFault({ operation: 'ListServices', kind, times: 2 });
  await deliver(resource.create(mcpServer()));
  expect(last()).toMatchObject({ Status: 'SUCCESS' });
});

test('an answer that the bucket does not take at first is put again', async () => {
  bucket.refuse = 2;
  expect((await deliver(resource.create(mcpServer()))).code).toBe(0);
  expect(bucket.answers).toHaveLength(1);
});

test('an answer that the bucket never takes ends the invocation with an error, so that Lambda delivers again, and without the URL', async () => {
  bucket.refuse = 5;
  const { code, output } = await deliver(resource.create(mcpServer()));
  bucket.refuse = 0;
  expect(code).toBe(1);
  expect(output).not.toContain('signed-url-canary');
});

test('out of time: FAILED before Lambda ends the invocation, and no registration begun', async () => {
  simulator.injectFault({ operation: 'ListServices', kind: 'delay', ms: 30_000 });
  await deliver(resource.create(mcpServer()), 12_000);
  expect(last()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'failed/Registration-request-1', Reason: expect.stringContaining('time') });
  expect(registrations()).toEqual([]);
});

describe('a failed deployment says why, in one sentence', () => {
  test.each<[string, () => void, object, RegExp]>([
    ['a secret without the field', () => undefined, pagerDuty({ field: 'secret' }),
      /^pagerduty \(Registration\): reading the secret arn:\S+ failed: none of its 2 fields is 'secret'; add the field .*\(request id Registration-request-1\)$/],
    ['a secret that is not JSON', () => secrets.secrets.set(OAUTH_SECRET, { text: CANARY }), pagerDuty(), /failed: it is not JSON; store it as a JSON object with the field 'client_id'/],
    ['a binary secret', () => secrets.secrets.set(OAUTH_SECRET, { binary: true }), pagerDuty(), /failed: it is binary; store/],
    ['a secret that does not exist', () => secrets.secrets.clear(), pagerDuty(), /ResourceNotFoundException: Secrets Manager can't find.*; check that the secret exists/],
    ['an endpoint that the service refuses', () => simulator.service.refuse({ message: 'The endpoint did not answer' }), mcpServer(),
      /^mcpserver \(Registration\): RegisterService failed: ValidationException: The endpoint did not answer; /],
    ['a quota', () => simulator.service.refuse({ message: 'Too many services', code: 'ServiceQuotaExceededException' }), mcpServer(), /ServiceQuotaExceededException: Too many services;/],
  ])('%s', async (_, arrange, properties, sentence) => {
    arrange();
    await deliver(resource.create(properties as never));
    expect(last()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'failed/Registration-request-1' });
    expect(last().Reason).toMatch(sentence);
    expect(last().Reason).not.toMatch(/\n|    at /);
    expect(simulator.service.snapshot().services).toEqual([]);
    simulator.service.clearRefusals();
  });

  test('a secret that the role may not read', async () => {
    secrets.secrets.set(OAUTH_SECRET, { denied: true });
    await deliver(resource.create(pagerDuty()), 40_000);
    expect(last().Reason).toMatch(/reading the secret \S+ failed: AccessDeniedException: User is not authorized.*; check the secret's resource policy/);
  });

  test('an event channel that exists already', async () => {
    await deliver(new Resource('Other', () => bucket.signedUrl()).create(eventChannel()));
    await deliver(resource.create(eventChannel()));
    expect(last().Reason).toMatch(/^eventChannel \(Registration\): RegisterService failed: ConflictException: .*already registered.*, by .* of the resource Other of the stack Tools\); if the construct was renamed or moved, keep its logical id/);
    expect(simulator.service.snapshot().services).toHaveLength(1);
  });
});

test('a consent URL that does not fit into an answer fails the deployment, instead of an answer that nobody reads', async () => {
  const url = `https://login.example.com/${'x'.repeat(4000)}`;
  await deliver(resource.create({
    ...mcpServer(),
    Authorized: 'false',
    Request: {
      name: 'Tools-Mcp',
      serviceDetails: {
        mcpserver: {
          name: { $uniqueName: 'ToolsMcp' },
          endpoint: 'https://mcp.example.com/mcp',
          authorizationConfig: {
            oAuth3LO: { clientId: 'client', authorizationUrl: url, exchangeUrl: url, returnToEndpoint: 'https://us-east-1.console.aws.amazon.com/' },
          },
        },
      },
    },
  }));
  expect(last()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/the answer has \d+ bytes, and CloudFormation takes 4096; make the consent URL shorter/) });
});

test.each([
  ['letters of two bytes', 'é'], ['letters of three bytes', '漢'], ['letters of two code units', '😀'], ['what JSON escapes', '"'],
])('what to do and the request id are never cut, however much the service says in %s', async (_, char) => {
  simulator.service.refuse({ message: char.repeat(5000) });
  await deliver(resource.create(mcpServer()));
  const { PhysicalResourceId } = last();
  await deliver({ ...resource.update(PhysicalResourceId, mcpServer({ endpoint: 'https://mcp.example.com/2' }), mcpServer()), LogicalResourceId: 'R'.repeat(255) });
  simulator.service.clearRefusals();
  expect(bucket.answers.map(({ Reason }) => Reason)).toEqual([
    expect.stringMatching(/…; [^;…]+ \(request id Registration-request-1\)$/),
    expect.stringMatching(/…; [^;…]+; if the stack ends in .* \(request id Registration-request-2\)$/),
  ]);
});

/** A RegisterService that is refused in these words, and how the deployment fails. */
async function refusedWith(message: string): Promise<string> {
  simulator.service.refuse({ message });
  await deliver(resource.create(mcpServer()));
  simulator.service.clearRefusals();
  expect(last()).toMatchObject({ Status: 'FAILED' });
  expect(Buffer.byteLength(bucket.raw[0])).toBeLessThanOrEqual(4096);
  return last().Reason!;
}

test.each<[string, () => string[]]>([
  ['as it is', () => [CANARY]],
  ['in the encodings that the leak finder knows', () => Object.values(formsOf(CANARY))],
  ['in every other encoding', () => Object.values(ENCODINGS).map((encode) => encode(CANARY))],
])('no credential in what the handler says, whatever the service echoes %s', async (_, echoed) => {
  secrets.secrets.set(TOKEN_SECRET, { text: CANARY });
  const reason = await refusedWith(`The token was refused: ${echoed().join(' | ')}`);
  expect(reason).toMatch(/RegisterService failed: (the service's words are withheld, .*|ValidationException: The token was refused: \*\*\*); .*\(request id Registration-request-1\)$/);
  // The log and the answer are JSON themselves, which escapes once more what somebody else has escaped.
  const said = [{ where: 'log', text: outputs.join('\n') }, { where: 'answer', text: bucket.raw.join('\n') }, { where: 'reason', text: reason }];
  expect(findLeaks({ CANARY, URL: 'signed-url-canary' }, said)).toEqual([]);
});

test('a credential is redacted before the words are cut', async () => {
  secrets.secrets.set(TOKEN_SECRET, { text: CANARY });
  for (const length of [1440, 1450, 1460, 1470]) {
    const reason = await refusedWith(`${'x'.repeat(length)}${CANARY}`);
    expect(reason).not.toContain('c4n4ry');
  }
});

test.each(['.', ';', ' .', '\u001b[2J', '\ud800'])('a megabyte of words takes no time: %j', async (part) => {
  const start = Date.now();
  await refusedWith(part.repeat(1_000_000 / part.length));
  expect(Date.now() - start).toBeLessThan(5_000);
});

test('terminal escapes, bidi overrides and half surrogates of the service reach nobody', async () => {
  const reason = await refusedWith('\u001b[2J\u202Eevil\ud800 \u0007\u2028\u200b end\udc00');
  expect(reason).toMatch(/RegisterService failed: ValidationException: \[2J evil end; /);
  expect(outputs.join('')).not.toMatch(/\\u(001b|202e|d800|0007|2028|200b)/i);
});

test('a ResponseURL that is not HTTPS is not used, but on a local cloud', async () => {
  const finished = await new Invocation({ ...resource.create(mcpServer()), ResponseURL: bucket.signedUrl() }, {
    ...Object.fromEntries(Object.entries(environmentFor(simulator, secrets)).filter(([name]) => !name.startsWith('AWS_ENDPOINT_URL'))),
  }).finished;
  expect(finished.code).toBe(1);
  expect(finished.output).toContain('the ResponseURL of the event is not an HTTPS URL');
  expect(finished.output).not.toContain('signed-url-canary');
  expect([bucket.answers, simulator.log]).toEqual([[], []]);
});

test('an API whose host does not resolve: the Region, and the way out of a VPC', async () => {
  await new Invocation(resource.delete('failed/Registration-request-1', mcpServer()), {
    ...environmentFor(simulator, secrets), AWS_ENDPOINT_URL_DEVOPS_AGENT: 'https://cp.aidevops.us-east-1.invalid',
  }, 40_000).finished;
  expect(last().Reason).toMatch(/ListServices failed: no response \(getaddrinfo \S+ \S+\); check that AWS DevOps Agent is available in us-east-1 and, in a VPC, that the Lambda function reaches it, then delete again \(request id/);
});

test('a credential is taken out without the white space, too, that stands around it', async () => {
  secrets.secrets.set(OAUTH_SECRET, { text: JSON.stringify({ client_id: ` ${TOKEN} `, client_secret: 'c4n4ry-client-secret' }) });
  simulator.service.refuse({ message: `The client '${TOKEN}' is unknown` });
  await deliver(resource.create(pagerDuty()));
  simulator.service.clearRefusals();
  expect(last().Reason).toContain("The client '***' is unknown");
});

test('a credential that is no well-formed text is the service\'s to refuse', async () => {
  secrets.secrets.set(OAUTH_SECRET, { text: '{"client_id":"id","client_secret":"\\ud800"}' });
  simulator.service.refuse({ message: 'The client is unknown' });
  await deliver(resource.create(pagerDuty()));
  simulator.service.clearRefusals();
  expect(last().Reason).toMatch(/RegisterService failed: .*The client is unknown/);
});
