import { createHash } from 'node:crypto';
import { operations, RegistrableService, registrableServices, serviceDetails, Shape, validate } from './model';
import { hide, redact } from './redaction';
import { canary, bearerToken, apiKey, samples, registration, oAuth3LO } from './samples';
import { hashOf } from './server';
import { Details } from './service';

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
