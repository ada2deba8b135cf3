import { CallError } from '../lambda/devops-agent';

// The kinds of errors of a call: the handler acts on them, so none may pass for another.
const KINDS = ['ambiguous', 'throttled', 'denied', 'unresolved', 'absent', 'conflict', 'notReady'] as const;

function kinds(code: string, message: string, status?: number): string[] {
  const error = new CallError('RegisterService', code, message, status);
  return KINDS.filter((kind) => error[kind]);
}

test.each<[string, string, number | undefined, string[]]>([
  // A code alone, or a status alone, tells the kind.
  ['ThrottlingException', 'Rate exceeded', 400, ['throttled']],
  ['TooManyRequestsException', 'slow down', 400, ['throttled']],
  ['RequestLimitExceeded', 'slow down', 503, ['ambiguous', 'throttled']],
  ['Unknown', 'slow down', 429, ['throttled']],
  ['NotThrottlingException', 'it is wrong', 400, []],
  ['AccessDeniedException', 'not authorized', 400, ['denied']],
  ['Unknown', 'not authorized', 403, ['denied']],
  ['ResourceNotFoundException', 'no such service', 404, ['absent']],
  ['AccessDeniedException', 'no such service', 403, ['denied']],
  ['InternalServerException', 'an error', 500, ['ambiguous']],
  ['Unknown', 'an error', 499, []],
  ['ECONNRESET', 'reset', undefined, ['ambiguous']],
  ['ENOTFOUND', 'getaddrinfo', undefined, ['ambiguous', 'unresolved']],
  ['EAI_AGAIN', 'getaddrinfo', undefined, ['ambiguous', 'unresolved']],
  // A conflict, by its status or in words of either case.
  ['ConflictException', 'it is taken', 409, ['conflict']],
  ['ValidationException', 'A service of this name already exists', 400, ['conflict']],
  ['ValidationException', 'The client is ALREADY REGISTERED', 400, ['conflict']],
  ['InternalServerException', 'it already exists', 500, ['ambiguous']],
  ['ValidationException', 'it exists', 400, []],
  // Not ready: a role that cannot be assumed yet, or an endpoint that does not answer yet.
  ['ValidationException', 'The Role cannot be Assumed', 400, ['notReady']],
  ['ValidationException', 'the role is wrong', 400, []],
  ['ValidationException', 'it cannot be assumed', 400, []],
  ['ValidationException', 'the parole cannot be assumed', 400, []],
  ['ValidationException', 'Unable to access tools', 400, ['notReady']],
  ['ValidationException', 'unable to connect to the server', 400, ['notReady']],
  ['ValidationException', 'the server said 403 Forbidden', 400, ['notReady']],
  ['ValidationException', 'it timed out while initializing', 400, ['notReady']],
  ['ValidationException', 'Could not complete request to provider', 400, ['notReady']],
  ['InternalServerException', 'Unable to access tools', 500, ['ambiguous']],
])('%s: "%s" with status %s is %j', (code, message, status, expected) => {
  expect(kinds(code, message, status)).toEqual(expected);
});

test('the words are those of the service, or say that there was no response', () => {
  expect(new CallError('RegisterService', 'ConflictException', 'it is taken', 409).words).toBe('ConflictException: it is taken');
  expect(new CallError('RegisterService', 'ECONNRESET', 'socket hang up').words).toBe('no response (socket hang up)');
  expect(new CallError('RegisterService', 'ECONNRESET', '').words).toBe('no response (ECONNRESET)');
});

test('the name of an error is its code', () => {
  expect(new CallError('RegisterService', 'ConflictException', 'it is taken', 409)).toMatchObject({ name: 'ConflictException', operation: 'RegisterService' });
});
