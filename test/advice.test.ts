import { CallError } from '../lambda/devops-agent';
import { mcpServer } from './support/events';
import { conflicting, current, goal, service, STACK, update } from './support/facts';
import { refusalOf } from '../lambda/lifecycle/act';
import { adviceOn, disassociate, nameOf, registerAdvice, retry, wayOut } from '../lambda/lifecycle/advice';
import { decide } from '../lambda/lifecycle/decide';
import { Situation } from '../lambda/lifecycle/situation';
import { fingerprintOf, isManaged, Tags, tagsOf } from '../lambda/lifecycle/tags';
import { parseRegistration } from '../lambda/wire/parse';
import { TAG } from '../src/private/contract';

// The next steps that failures name, and the tags by which a service is recognized.
const REFUSED = refusalOf(new CallError('ListServices', 'ValidationException', 'it is wrong', 400));
const DENIED = refusalOf(new CallError('ListServices', 'AccessDeniedException', 'not authorized', 403));
const UNANSWERED = refusalOf(new CallError('RegisterService', 'ECONNRESET', 'reset'));
const UNRESOLVED = refusalOf(new CallError('RegisterService', 'ENOTFOUND', 'getaddrinfo'));

test('a Delete is sent once more by another deletion', () => {
  expect([retry(goal('Create')), retry(goal('Update')), retry(goal('Delete'))]).toEqual(['redeploy', 'redeploy', 'delete again']);
});

test('a refused call is the user\'s, a denied one the account\'s, and one to CloudFormation the role\'s', () => {
  const on = (operation: string, refusal = REFUSED) => adviceOn({ operation, refusal }, goal('Delete'));
  expect(on('ListServices')).toBe('fix the cause and delete again');
  expect(on('ListServices', DENIED)).toBe('check that the account is onboarded to AWS DevOps Agent in this Region and that no service control policy denies the call, then delete again');
  expect(on('DescribeStacks', DENIED)).toBe('allow the provider\'s role cloudformation:DescribeStacks and, in a VPC, let the Lambda function reach CloudFormation, then delete again');
  expect(on('ListDescribeStacks')).toBe('fix the cause and delete again');
});

test('a RegisterService without a response may have registered, unless there is no such host', () => {
  expect(registerAdvice(UNANSWERED, update())).toBe('redeploy; what the call may have registered is removed by the rollback or by the next deployment');
  expect(registerAdvice(UNRESOLVED, update())).toMatch(/^check that AWS DevOps Agent is available in eu-west-1 and/);
  expect(registerAdvice(REFUSED, update())).toBe('fix the cause and redeploy');
});

test('up to ten Agent Spaces are named, and those beyond are counted', () => {
  const spaces = Array.from({ length: 12 }, (_, index) => `S${index}`);
  const first = spaces.slice(0, 10).join(', ');
  expect(disassociate(spaces.slice(0, 10))).toBe(`remove its association from the Agent Space ${first}`);
  expect(disassociate(spaces)).toBe(`remove its association from the Agent Space ${first}, and 2 more`);
  expect(disassociate([])).toBe('remove its associations from all Agent Spaces');
});

test('a service is named with its owner, as far as its tags and its name go', () => {
  expect(nameOf(current)).toBe('current (\'name of current\', of the resource Resource of the stack App)');
  expect(nameOf({ ...current, name: undefined, tags: {} })).toBe('current (\'\')');
  expect(nameOf({ ...current, tags: { ...current.tags, [TAG.stack]: 'odd' } })).toContain('of the stack odd)');
  expect(nameOf({ ...current, name: 'x'.repeat(500) })).toHaveLength(`current ('${'x'.repeat(57)}…', of the resource Resource of the stack App)`.length);
});

test('a service is named within bounds, whatever it and its owner are called', () => {
  const long = '漢'.repeat(255);
  const tags = { ...current.tags, [TAG.resource]: long, [TAG.stack]: `arn:aws:cloudformation:us-east-1:000000000000:stack/${long}/5a1f` };
  const told = nameOf({ ...current, id: 'i'.repeat(5_000), name: long, tags });
  expect(Buffer.byteLength(told)).toBeLessThan(900);
  expect(told.match(/…/g)).toHaveLength(4);
  const rival = { ...service('rival'), tags: { ...service('rival').tags, [TAG.resource]: long } };
  expect(Buffer.byteLength(wayOut(new Situation(update(), conflicting({ rivals: [rival] }))))).toBeLessThan(450);
});

test('the way out of a conflict is a move only of a live service of another resource of the same stack', () => {
  const way = (tags: object) => wayOut(new Situation(update(), conflicting({ rivals: [{ ...service('rival'), tags: { ...service('rival').tags, [TAG.resource]: 'Other', ...tags } }] })));
  expect(way({})).toContain('overrideLogicalId(\'Other\')');
  expect(way({ [TAG.retain]: 'true' })).toBe('deregister the existing service, or give this one another unique key');
  expect(way({ [TAG.stack]: 'other' })).toBe('deregister the existing service, or give this one another unique key');
  expect(wayOut(new Situation(update(), conflicting({})))).toBe('deregister the existing service, or give this one another unique key');
});

test('a service is managed as soon as it has one of the tags of an owner', () => {
  const tags: Tags[] = [{ [TAG.stack]: STACK }, { [TAG.resource]: 'Resource' }, {}, { team: 'sre' }];
  expect(tags.map(isManaged)).toEqual([true, true, false, false]);
});

test('a new service has the user\'s tags and its owner\'s, and the latter win; a predecessor and a removal policy only where there are any', () => {
  const owner = { provider: 'P', stackId: STACK, logicalId: 'Resource', requestId: 'request' };
  const print = { configuration: 'A', versions: 'V', revision: '1' };
  const always = { team: 'sre', [TAG.provider]: 'P', [TAG.stack]: STACK, [TAG.resource]: 'Resource', [TAG.request]: 'request', [TAG.fingerprint]: 'A.V.1' };
  const registration = parseRegistration({ ...mcpServer(), Tags: { team: 'sre', [TAG.provider]: 'mine' } });
  expect(Object.keys(tagsOf(registration, owner, print))).toHaveLength(6);
  expect(tagsOf(registration, owner, print)).toEqual(always);
  expect(tagsOf({ ...registration, retain: true }, { ...owner, predecessor: 'old' }, print)).toEqual({ ...always, [TAG.predecessor]: 'old', [TAG.retain]: 'true' });
});

test('a service without a whole fingerprint is like no desired one', () => {
  expect(fingerprintOf({})).toEqual({ configuration: '', versions: '', revision: '' });
  expect(fingerprintOf({ [TAG.fingerprint]: 'A' })).toEqual({ configuration: 'A', versions: '', revision: '' });
  expect(decide(update(), conflicting({}, { attempts: [], current: { ...current, tags: { ...current.tags, [TAG.fingerprint]: '' } } }))).toMatchObject({ do: 'register' });
});
