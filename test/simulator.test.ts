import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultRule } from './simulator/faults';
import { operations, RegistrableService, registrableServices, registeredService, serviceDetails, Shape, validate } from './simulator/model';
import { hide, redact } from './simulator/redaction';
import { hashOf, LogEntry, Simulator, SimulatorOptions } from './simulator/server';
import { Details, DevOpsAgentService, RegisterServiceInput, ServiceError, ServiceOptions } from './simulator/service';
import { SignatureError, verifySignature } from './simulator/signature';

// Every credential in here contains this word, in some case.
const canary = /canary/i;

const oAuthClientCredentials = { clientId: 'canary-id', clientSecret: 'canary-secret', exchangeParameters: { resource: 'canary-parameter' } };
const bearerToken = { tokenName: 'token', tokenValue: 'canary-token' };
const apiKey = { apiKeyName: 'key', apiKeyValue: 'canary-key', apiKeyHeader: 'x-api-key' };
const returnToEndpoint = 'https://us-east-1.console.aws.amazon.com/devops-agent';
const oAuth3LO = { clientId: 'canary-id', returnToEndpoint, authorizationUrl: 'https://id.example.com/authorize', exchangeUrl: 'https://id.example.com/token' };
const role = 'arn:aws:iam::111122223333:role/agent';
const guids = ['11111111-2222-3333-4444-555555555555', 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'];

/** A valid registration of each kind, and what GetService is to show of it. */
const samples: Record<RegistrableService, { details: Details; shown?: Details }> = {
  dynatrace: { details: { accountUrn: `urn:dtaccount:${guids[0]}`, authorizationConfig: { oAuthClientCredentials } } },
  servicenow: {
    details: { instanceUrl: 'https://acme.service-now.com', authorizationConfig: { oAuthClientCredentials } },
    shown: { instanceUrl: 'https://acme.service-now.com' },
  },
  pagerduty: {
    details: { scopes: ['incidents.read', 'as_account-us.acme'], authorizationConfig: { oAuthClientCredentials } },
    shown: { scopes: ['incidents.read', 'as_account-us.acme'] },
  },
  gitlab: {
    details: { targetUrl: 'https://gitlab.example.com', tokenType: 'group', tokenValue: 'glpat-canary', groupId: '7' },
    shown: { targetUrl: 'https://gitlab.example.com', tokenType: 'group', groupId: '7' },
  },
  eventChannel: { details: { type: 'webhook' } },
  mcpservernewrelic: {
    details: { authorizationConfig: { apiKey: { apiKey: 'NRAK-CANARY', accountId: '1234567', region: 'JP', entityGuids: ['a_b'] } } },
    shown: { accountId: '1234567', region: 'JP' },
  },
  mcpservergrafana: {
    details: { name: 'grafana', endpoint: 'https://grafana.example.com/mcp', authorizationConfig: { bearerToken } },
    shown: { endpoint: 'https://grafana.example.com/mcp', authorizationMethod: 'bearer-token' },
  },
  mcpserverdatadog: {
    details: { name: 'datadog', endpoint: 'https://mcp.datadoghq.com/v1', authorizationConfig: { authorizationDiscovery: { returnToEndpoint } } },
    shown: { name: 'datadog', endpoint: 'https://mcp.datadoghq.com/v1', authorizationMethod: 'oauth-3lo' },
  },
  mcpserver: {
    details: { name: 'server', endpoint: 'https://mcp.example.com/mcp', description: 'What it is for', authorizationConfig: { apiKey } },
    shown: {
      name: 'server',
      endpoint: 'https://mcp.example.com/mcp',
      description: 'What it is for',
      authorizationMethod: 'api-key',
      apiKeyHeader: 'x-api-key',
    },
  },
  mcpserversplunk: {
    details: {
      name: 'splunk',
      endpoint: 'https://splunk.example.com/mcp',
      authorizationConfig: { oAuthClientCredentials: { ...oAuthClientCredentials, exchangeUrl: 'https://id.example.com/token' } },
    },
    shown: { name: 'splunk', endpoint: 'https://splunk.example.com/mcp', authorizationMethod: 'oauth-client-credentials' },
  },
  azureidentity: {
    details: { tenantId: guids[0], clientId: guids[1], webIdentityRoleArn: role, webIdentityTokenAudiences: ['api://x'] },
    shown: { tenantId: guids[0], clientId: guids[1], webIdentityRoleArn: role, webIdentityTokenAudiences: ['api://x'] },
  },
  mcpserversigv4: {
    details: {
      name: 'sigv4',
      endpoint: 'https://sigv4.example.com/mcp',
      authorizationConfig: { region: '*', service: 'execute-api', mcpRoleArn: role, customHeaders: { 'x-a': 'canary-header' } },
    },
    shown: { name: 'sigv4', endpoint: 'https://sigv4.example.com/mcp', region: '*', service: 'execute-api', roleArn: role, mcpRoleArn: role },
  },
  remoteagent: {
    details: { name: 'agent', endpoint: 'https://agent.example.com/a2a', authorizationConfig: { bearerToken } },
    shown: { name: 'agent', endpoint: 'https://agent.example.com/a2a', authorizationMethod: 'bearer-token' },
  },
  remoteagentsigv4: {
    details: { name: 'agent4', endpoint: 'https://agent.example.com/4', authorizationConfig: { region: 'us-east-1', service: 'lambda', roleArn: role } },
    shown: { name: 'agent4', endpoint: 'https://agent.example.com/4', region: 'us-east-1', service: 'lambda', roleArn: role },
  },
};

function registration(service: RegistrableService, changes: Details = {}, others: Partial<RegisterServiceInput> = {}): RegisterServiceInput {
  return { service, serviceDetails: { [service]: { ...samples[service].details, ...changes } }, ...others };
}

/** The error that the API answers with, as code and message. */
function errorOf(action: () => unknown): { code: string; status: number; message: string; paths: string[] } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, status, message, fieldList = [] } = error;
    return { code, status, message, paths: fieldList.map(({ path }) => path) };
  }
  throw new Error('Expected an error, and there was none');
}

// --- a signer written from the specification, and sharing nothing with the verifier ------------------------------------------------------

interface SignerInput {
  method: string;
  /** As on the wire. */
  path: string;
  query?: string;
  headers: Record<string, string>;
  body?: string;
  accessKey: string;
  secretKey: string;
  region: string;
  service: string;
  /** Headers to leave out of the signature. */
  unsigned?: string[];
}

function sign(input: SignerInput): string {
  const strict = (text: string) => Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  const hex = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

  const headers = Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]);
  const signed = headers.filter(([name]) => !input.unsigned?.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const parameters = [...new URLSearchParams(input.query ?? '')].map(([name, value]) => [strict(name), strict(value)]);
  parameters.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : (a < b ? -1 : 1)));
  const canonical = `${input.method}\n${input.path.split('/').map(strict).join('/')}\n${parameters.map(([n, v]) => `${n}=${v}`).join('&')}\n`
    + `${signed.map(([name, value]) => `${name}:${value}\n`).join('')}\n${names}\n${hex(input.body ?? '')}`;

  const time = input.headers['x-amz-date'];
  const day = time.slice(0, 8);
  const scope = `${day}/${input.region}/${input.service}/aws4_request`;
  const key = mac(mac(mac(mac(`AWS4${input.secretKey}`, day), input.region), input.service), 'aws4_request');
  const signature = mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hex(canonical)}`).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${input.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

const documented = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };

/** Published by AWS with their signatures: the first in its guide to signing, the others in its test suite. */
const vectors: Array<{ name: string; input: SignerInput; signature: string }> = [
  {
    name: 'the documented ListUsers request',
    input: {
      ...documented,
      service: 'iam',
      method: 'GET',
      path: '/',
      query: 'Action=ListUsers&Version=2010-05-08',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'host': 'iam.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
      },
    },
    signature: '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
  {
    name: 'get-vanilla',
    input: {
      ...documented,
      service: 'service',
      method: 'GET',
      path: '/',
      headers: { 'host': 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
    },
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    input: {
      ...documented,
      service: 'service',
      method: 'GET',
      path: '/',
      query: 'Param2=value2&Param1=value1',
      headers: { 'host': 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
    },
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
];

// --- a small client -----------------------------------------------------------------------------------------------------------------------

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: any;
}

interface Tweaks {
  headers?: Record<string, string>;
  /** Sent, but not signed. */
  unsignedHeaders?: Record<string, string>;
  accessKey?: string;
  secretKey?: string;
  region?: string;
  service?: string;
  /** How far the signature's date is off. */
  skewMs?: number;
  /** Sent instead of the body that was signed. */
  replacedBody?: string;
  timeoutMs?: number;
}

function send(url: string, method: string, target: string, headers: Record<string, string>, body = '', timeoutMs = 5000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url + target, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: json });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** One signed request; a body that is not a string is sent as JSON. */
function call(url: string, method: string, target: string, body?: unknown, tweaks: Tweaks = {}): Promise<Answer> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const [path, query] = target.split('?');
  const date = new Date(Date.now() + (tweaks.skewMs ?? 0)).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    'host': new URL(url).host,
    'x-amz-date': date,
    ...(text !== '' && { 'content-type': 'application/json' }),
    ...tweaks.headers,
    ...tweaks.unsignedHeaders,
  };
  headers.authorization = sign({
    method,
    path,
    query,
    headers,
    body: text,
    accessKey: tweaks.accessKey ?? 'test',
    secretKey: tweaks.secretKey ?? 'test',
    region: tweaks.region ?? 'us-east-1',
    service: tweaks.service ?? 'aidevops',
    unsigned: Object.keys(tweaks.unsignedHeaders ?? {}),
  });
  return send(url, method, target, headers, tweaks.replacedBody ?? text, tweaks.timeoutMs);
}

function register(url: string, input: RegisterServiceInput, tweaks?: Tweaks): Promise<Answer> {
  const { service, ...body } = input;
  return call(url, 'POST', `/v1/register/${service}`, body, tweaks);
}

async function control(url: string, method: string, command: string, body?: unknown): Promise<any> {
  const answer = await send(url, method, `/_simulator/${command}`, {}, body === undefined ? '' : JSON.stringify(body));
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.body;
}

// ------------------------------------------------------------------------------------------------------------------------------------------

describe('the model table', () => {
  const walk = (shape: Shape, visit: (s: Shape) => void): void => {
    visit(shape);
    if (shape.kind === 'structure' || shape.kind === 'union') Object.values(shape.members).forEach((member) => walk(member, visit));
    if (shape.kind === 'list') walk(shape.member, visit);
    if (shape.kind === 'map') [shape.key, shape.value].forEach((part) => walk(part, visit));
  };
  const check = (service: RegistrableService, changes: Details) =>
    validate(serviceDetails[service], { ...samples[service].details, ...changes }).map(({ path }) => path);

  test('knows the fourteen services', () => {
    expect(registrableServices).toHaveLength(14);
  });

  test('is plain data with patterns that compile', () => {
    expect(JSON.parse(JSON.stringify(operations))).toEqual(operations);
    for (const { input } of Object.values(operations)) {
      walk(input, (shape) => {
        if (shape.kind === 'string' && shape.pattern !== undefined) expect(() => new RegExp(shape.pattern!, 'u')).not.toThrow();
      });
    }
  });

  test.each(registrableServices)('accepts a valid %s', (service) => {
    expect(validate(operations.RegisterService.input, registration(service))).toEqual([]);
  });

  test('names what is missing by its path, and quotes no value', () => {
    const details = { ...samples.gitlab.details, tokenValue: 'canary canary' } as Details;
    delete details.targetUrl;
    const errors = validate(serviceDetails.gitlab, details, '/serviceDetails/gitlab');
    expect(errors.map(({ path }) => path)).toEqual(['/serviceDetails/gitlab/targetUrl', '/serviceDetails/gitlab/tokenValue']);
    expect(JSON.stringify(errors)).not.toMatch(canary);
  });

  test.each<[string, RegistrableService, Details, string[]]>([
    ['a pattern that matches only a part', 'mcpserver', { name: 'has a space' }, ['/name']],
    ['a line break after a match', 'mcpserver', { name: 'server\n' }, ['/name']],
    ['a text that is too long', 'mcpserver', { name: 'n'.repeat(129) }, ['/name']],
    ['a value outside the enum', 'gitlab', { tokenType: 'project' }, ['/tokenType']],
    ['a misspelt member', 'mcpserver', { descripton: 'x' }, ['']],
    ['null', 'mcpserver', { description: null }, ['/description']],
    ['a number for a text', 'mcpserver', { name: 7 }, ['/name']],
    ['a text for a list', 'pagerduty', { scopes: 'incidents.read' }, ['/scopes']],
    ['two members of a union', 'mcpserver', { authorizationConfig: { apiKey, bearerToken } }, ['/authorizationConfig']],
    ['no member of a union', 'mcpserver', { authorizationConfig: {} }, ['/authorizationConfig']],
    ['an authorization of another service', 'mcpserverdatadog', { authorizationConfig: { apiKey } }, ['/authorizationConfig']],
    ['a text for a boolean', 'mcpserver', { authorizationConfig: { oAuth3LO: { ...oAuth3LO, supportCodeChallenge: 'true' } } },
      ['/authorizationConfig/oAuth3LO/supportCodeChallenge']],
    ['a page outside the console to return to', 'mcpserver',
      { authorizationConfig: { authorizationDiscovery: { returnToEndpoint: 'https://example.com/' } } },
      ['/authorizationConfig/authorizationDiscovery/returnToEndpoint']],
    ['eleven headers', 'mcpserversigv4', {
      authorizationConfig: {
        region: '*', service: 's', customHeaders: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`h-${i}`, 'v'])),
      },
    }, ['/authorizationConfig/customHeaders']],
    ['a header name with a colon', 'mcpserversigv4', { authorizationConfig: { region: '*', service: 's', customHeaders: { 'a:b': 'v' } } },
      ['/authorizationConfig/customHeaders']],
    ['an item of a list', 'mcpservernewrelic', {
      authorizationConfig: { apiKey: { apiKey: 'NRAK-1', accountId: '123', region: 'US', applicationIds: ['1', 'x'] } },
    }, ['/authorizationConfig/apiKey/applicationIds/1']],
  ])('refuses %s', (_, service, changes, paths) => {
    expect(check(service, changes)).toEqual(paths);
  });

  test('counts code points, not UTF-16 units', () => {
    expect(check('mcpserver', { description: '😀'.repeat(500) })).toEqual([]);
    expect(check('mcpserver', { description: '😀'.repeat(501) })).toEqual(['/description']);
  });

  test('takes hyphens and underscores in header names', () => {
    const named = (apiKeyHeader: string) => check('mcpserver', { authorizationConfig: { apiKey: { ...apiKey, apiKeyHeader } } });
    expect(named('X-Api_Key-1')).toEqual([]);
    expect(named('X.Api')).toEqual(['/authorizationConfig/apiKey/apiKeyHeader']);
  });
});

describe('redaction', () => {
  test.each(registrableServices)('leaves no credential of %s', (service) => {
    const shown = redact(operations.RegisterService.input, registration(service));
    expect(JSON.stringify(shown)).not.toMatch(canary);
  });

  test('lets a test tell which credential it was, and leaves the rest readable', () => {
    expect(redact(serviceDetails.gitlab, samples.gitlab.details)).toEqual({
      targetUrl: 'https://gitlab.example.com',
      tokenType: 'group',
      groupId: '7',
      tokenValue: `sha256:${createHash('sha256').update('glpat-canary').digest('hex').slice(0, 16)}`,
    });
    expect(redact(serviceDetails.mcpserver, samples.mcpserver.details)).toMatchObject({ description: 'What it is for' });
  });

  test('hashes what the model does not know', () => {
    expect(redact(serviceDetails.gitlab, { tokenValeu: 'canary', targetUrl: { nested: ['canary'] } })).toEqual({
      tokenValeu: hashOf('canary'), targetUrl: { nested: [hashOf('canary')] },
    });
  });

  test('finds a secret anywhere in a value', () => {
    expect(hide(['s3cret', 's3'], { a: ['x s3cret y'], s3: 's3' })).toEqual({ a: [`x ${hashOf('s3cret')} y`], [hashOf('s3')]: hashOf('s3') });
  });
});

describe('the service', () => {
  let time: number;
  beforeEach(() => {
    time = Date.parse('2026-01-02T03:04:05.000Z');
  });
  const create = (options: Partial<ServiceOptions> = {}) => new DevOpsAgentService({ now: () => time }, options, '111122223333', 'eu-west-1');
  const idOf = (service: DevOpsAgentService, input: RegisterServiceInput): string => {
    const { serviceId } = service.registerService(input);
    if (serviceId === undefined) throw new Error('Expected a service id');
    return serviceId;
  };
  const listed = (service: DevOpsAgentService) => service.listServices().services.map(({ serviceId }) => serviceId);
  const associate = (service: DevOpsAgentService, serviceId: string, type: RegistrableService) => {
    const { agentSpaceId } = service.createAgentSpace('space');
    return service.associateService({ agentSpaceId, serviceId, configuration: { [type]: {} } });
  };

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
    test('frees the identity at once by default', () => {
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
      expect(service.snapshot()).toEqual({ services: [], pending: [], agentSpaces: [], associations: [] });
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

  describe('associations', () => {
    test.each<[RegistrableService, string]>([['eventChannel', 'hmac'], ['dynatrace', 'hmac'], ['pagerduty', 'pagerduty'], ['gitlab', 'gitlab']])(
      '%s gets a webhook whose secret is shown once', (type, webhookType) => {
        const service = create();
        const serviceId = idOf(service, registration(type));
        const { association, webhook } = associate(service, serviceId, type);
        expect(webhook).toMatchObject({ webhookType, webhookUrl: expect.stringMatching(/^https:/), webhookSecret: expect.stringMatching(/.{32}/) });
        const { agentSpaceId } = association;
        expect(service.listAssociations({ agentSpaceId }).associations).toEqual([association]);
        const again = service.associateService({ agentSpaceId, serviceId, configuration: { [type]: { changed: true } } });
        expect(again.webhook!.webhookSecret).not.toBe(webhook!.webhookSecret);
        expect(again.webhook!.webhookUrl).not.toBe(webhook!.webhookUrl);
        expect(service.listAssociations({ agentSpaceId }).associations).toEqual([again.association]);
        expect(JSON.stringify(service.snapshot())).not.toContain(again.webhook!.webhookSecret);
      });

    test('of other services come without a webhook', () => {
      const service = create();
      expect(associate(service, idOf(service, registration('mcpserver')), 'mcpserver')).not.toHaveProperty('webhook');
    });

    test('need a space, a service and the configuration of its type', () => {
      const service = create();
      const serviceId = idOf(service, registration('gitlab'));
      const { agentSpaceId } = service.createAgentSpace('space');
      const attempt = (changes: Details) => errorOf(() =>
        service.associateService({ agentSpaceId, serviceId, configuration: { gitlab: {} }, ...changes })).code;
      expect(attempt({ agentSpaceId: 'absent' })).toBe('ResourceNotFoundException');
      expect(attempt({ serviceId: 'absent' })).toBe('ResourceNotFoundException');
      expect(attempt({ configuration: { mcpserver: {} } })).toBe('ValidationException');
    });

    test('end by their own id, not by that of the service', () => {
      const service = create();
      const serviceId = idOf(service, registration('gitlab'));
      const { agentSpaceId, associationId } = associate(service, serviceId, 'gitlab').association;
      expect(errorOf(() => service.disassociateService({ agentSpaceId, associationId: serviceId })).code).toBe('ResourceNotFoundException');
      service.disassociateService({ agentSpaceId, associationId });
      expect(service.listAssociations({ agentSpaceId }).associations).toEqual([]);
    });

    test('are listed in pages, and by type', () => {
      const service = create();
      const { agentSpaceId } = service.createAgentSpace('space');
      const types: RegistrableService[] = ['gitlab', 'mcpserver', 'eventChannel'];
      const ids = types.map((type) => {
        const serviceId = idOf(service, registration(type));
        return service.associateService({ agentSpaceId, serviceId, configuration: { [type]: {} } }).association.associationId;
      });
      const first = service.listAssociations({ agentSpaceId, maxResults: 2 });
      const second = service.listAssociations({ agentSpaceId, maxResults: 2, nextToken: first.nextToken });
      expect([...first.associations, ...second.associations].map((a) => a.associationId)).toEqual(ids);
      const some = service.listAssociations({ agentSpaceId, filterServiceTypes: 'eventChannel, gitlab' });
      expect(some.associations.map((a) => a.associationId)).toEqual([ids[0], ids[2]]);
    });

    test('spaces are listed in pages', () => {
      const service = create();
      const ids = ['a', 'b', 'c'].map((name) => service.createAgentSpace(name).agentSpaceId);
      const first = service.listAgentSpaces({ maxResults: 2 });
      const second = service.listAgentSpaces({ maxResults: 2, nextToken: first.nextToken });
      expect([...first.agentSpaces, ...second.agentSpaces].map((s) => s.agentSpaceId)).toEqual(ids);
    });
  });
});

describe('signatures', () => {
  const verify = (input: SignerInput, authorization: string) => verifySignature({
    method: input.method,
    url: input.path + (input.query === undefined ? '' : `?${input.query}`),
    rawHeaders: Object.entries({ ...input.headers, authorization }).flat(),
    body: Buffer.from(input.body ?? ''),
  }, {
    region: input.region,
    service: input.service,
    lookup: (accessKey) => (accessKey === input.accessKey ? { secretKey: input.secretKey } : undefined),
    now: Date.parse('2015-08-30T12:36:00Z'),
  });

  test.each(vectors)('$name: signer and verifier agree with AWS', ({ input, signature }) => {
    const authorization = sign(input);
    expect(authorization).toContain(`Signature=${signature}`);
    expect(() => verify(input, authorization)).not.toThrow();
    const tampered = authorization.replace(signature, signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')));
    expect(() => verify(input, tampered)).toThrow(SignatureError);
  });
});

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

      const { agentSpaceId } = simulator.service.createAgentSpace('space');
      const spaces = await call(url, 'POST', '/v1/agentspaces/list');
      expect([spaces.status, spaces.body.agentSpaces[0].name]).toEqual([200, 'space']);
      const associate = await call(url, 'POST', `/v1/agentspaces/${agentSpaceId}/associations`, { serviceId, configuration: { gitlab: {} } });
      expect([associate.status, associate.body.webhook.webhookType]).toEqual([201, 'gitlab']);
      const associations = await call(url, 'POST', `/v1/agentspaces/${agentSpaceId}/associations/list`);
      expect([associations.status, associations.body.associations]).toEqual([200, [associate.body.association]]);
      const { associationId } = associate.body.association;
      expect((await call(url, 'DELETE', `/v1/agentspaces/${agentSpaceId}/associations/${associationId}`)).status).toBe(204);

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

    test('associates and disassociates', async () => {
      const serviceId = await registeredId();
      const { agentSpaceId } = await control(url, 'POST', 'agent-spaces', { name: 'space' });
      const { association, webhook } = await control(url, 'POST', 'associate', { agentSpaceId, serviceId, configuration: { gitlab: {} } });
      expect(webhook.webhookSecret).toBeDefined();
      expect((await call(url, 'DELETE', `/v1/services/${serviceId}`)).status).toBe(409);
      await control(url, 'POST', 'disassociate', { agentSpaceId, associationId: association.associationId });
      expect((await call(url, 'DELETE', `/v1/services/${serviceId}`)).status).toBe(200);
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

describe('the process', () => {
  const main = join(__dirname, 'simulator', 'main.ts');

  test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, logs to a file, and stops on %s', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const log = join(folder, 'requests.jsonl');
    const options = ['--region', 'eu-west-1', '--account', '111122223333', '--access-key', 'other', '--secret-key', 'key', '--log', log];
    const child = spawn(process.execPath, [require.resolve('tsx/cli'), main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
      expect(line).toMatch(/^simulator listening on http:\/\/127\.0\.0\.1:\d+\n$/);
      const url = line.trim().split(' ').pop()!;
      expect(await control(url, 'GET', 'health')).toMatchObject({ region: 'eu-west-1', account: '111122223333' });

      const credentials = { accessKey: 'other', secretKey: 'key', region: 'eu-west-1' };
      const { serviceId } = (await register(url, registration('gitlab'), credentials)).body;
      await call(url, 'POST', '/v1/services/list');
      const entries = readFileSync(log, 'utf8').trim().split('\n').map((text) => JSON.parse(text));
      expect(entries).toMatchObject([
        { operation: 'RegisterService', serviceId, status: 201, signed: true },
        { operation: 'ListServices', status: 403, signed: false },
      ]);
    } finally {
      child.kill(signal);
    }
    expect(await exit).toBe(0);
    rmSync(folder, { recursive: true });
  }, 30_000);
});
