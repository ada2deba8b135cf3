import * as fc from 'fast-check';
import { answerBody } from '../lambda/answer';
import { CallError } from '../lambda/devops-agent';
import { Failure, foreign, MAX_WORDS, quoted, sentence } from '../lambda/failure';
import { refusalOf } from '../lambda/lifecycle/act';
import { advice } from '../lambda/lifecycle/advice';
import { Goal } from '../lambda/lifecycle/state';

const SUBJECT = { service: 'mcpserver', logicalId: 'Registration', requestId: 'request-1', kind: 'registration' as const, update: false };
const asTold = (text: string) => text;

describe('a text of others', () => {
  test('that is plain and short is told as it is', () => {
    expect(foreign('Ünïcode, 漢字 and 😀: "quoted" \\ told', 200)).toBe('Ünïcode, 漢字 and 😀: "quoted" \\ told');
  });

  test.each([
    ['control characters', 'a\u0000b\u0007c\u009fd', 'a b c d'],
    ['terminal escapes', 'a\u001b[2Jb', 'a [2Jb'],
    ['bidi overrides', 'a\u202eb\u2066c', 'a b c'],
    ['invisible characters', 'a\u200bb\ufeffc\u00add', 'a b c d'],
    ['line breaks of every kind', 'a\r\n\u0085b\u2028c', 'a b c'],
    ['half surrogates', 'a\ud800b\udc00', 'a b'],
    ['spaces around it', '  a  ', 'a'],
  ])('has no %s', (_, text, told) => {
    expect(foreign(text, 100)).toBe(told);
  });

  test.each([
    ['ASCII', 'abcdefghij', 9, 'abcdef…'],
    ['what just fits', 'abcdefghi', 9, 'abcdefghi'],
    ['characters of three bytes', '漢字漢字', 9, '漢字…'],
    ['characters of two code units', '😀😀😀', 11, '😀😀…'],
    ['what JSON escapes', '""""""', 9, '"""…'],
    ['a text whose beginning is cleaned away', `${' '.repeat(100)}a`, 9, '…'],
  ])('is cut between characters, by what it takes in an answer: %s', (_, text, max, told) => {
    expect(foreign(text, max)).toBe(told);
  });

  test('never takes more than its bytes, and never begins or ends within a character', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 60 }), (text, max) => {
      const told = foreign(text, max);
      expect(Buffer.byteLength(JSON.stringify(told)) - 2).toBeLessThanOrEqual(max);
      expect(Buffer.from(told).toString()).toBe(told);
    }));
  });

  test('in quotes is a text, or JSON', () => {
    expect([quoted('a'), quoted(undefined), quoted({ a: [1] }), quoted('x'.repeat(500))]).toEqual(['\'a\'', '\'undefined\'', '\'{"a":[1]}\'', `'${'x'.repeat(97)}…'`]);
  });
});

describe('a sentence', () => {
  test('says what failed, why, and the next step', () => {
    expect(sentence(SUBJECT, new Failure('RegisterService', 'It is full. ', 'fix the cause and redeploy'), asTold))
      .toBe('mcpserver (Registration): RegisterService failed: It is full; fix the cause and redeploy (request id request-1)');
  });

  test('has its words redacted before they are cut: the beginning of a value at the cut would not be recognized', () => {
    const words = `${'x'.repeat(MAX_WORDS - 8)}s3cr3t-value and more`;
    const told = sentence(SUBJECT, new Failure('RegisterService', words, 'redeploy'), (text) => text.replaceAll('s3cr3t-value', '***'));
    expect(told).toContain('x***');
    expect(told).not.toContain('s3cr3t');
  });

  test('ends its words without the punctuation of others', () => {
    expect(sentence(SUBJECT, new Failure('RegisterService', 'It is full.;, ', 'redeploy'), asTold)).toContain('It is full; redeploy');
  });

  test('of an error that nobody foresaw asks for a report, without a stack', () => {
    expect(sentence(SUBJECT, new TypeError('x is undefined\n at y'), asTold)).toMatch(/the handler failed: TypeError: x is undefined at y; please report this with the request id \(/);
    expect(sentence(SUBJECT, 'a string', asTold)).toContain('the handler failed: a string;');
  });

  test('keeps the next step and the request id in an answer, with ten Agent Spaces of long names', () => {
    const spaces = Array.from({ length: 10 }, (_, index) => foreign(`${index}${'漢'.repeat(255)}`, 60)).join(', ');
    const failure = new Failure('DeregisterService', '漢'.repeat(5_000), `remove its association from the Agent Space ${spaces}, then redeploy`);
    const reason = sentence({ ...SUBJECT, service: '漢'.repeat(5_000), logicalId: 'R'.repeat(255), update: true }, failure, asTold);
    const event = {
      RequestType: 'Update',
      ResponseURL: '',
      StackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/${'S'.repeat(128)}/5a1f`,
      RequestId: 'request-1',
      LogicalResourceId: 'R'.repeat(255),
      PhysicalResourceId: '',
      ResourceProperties: {},
    } as const;
    const body = answerBody(event, { status: 'FAILED', physicalId: 'p'.repeat(200), reason });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(JSON.parse(body).Reason).toBe(reason);
    expect(reason).toMatch(/, then redeploy; if the stack ends in .* \(request id request-1\)$/);
  });

  test('that does not fit all the same is cut between characters, and the answer is one that CloudFormation takes', () => {
    const event = { RequestType: 'Create', ResponseURL: '', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResourceProperties: {} } as const;
    const body = answerBody(event, { status: 'FAILED', physicalId: 'p', reason: '😀"'.repeat(5_000) });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(body)).toBeGreaterThan(4080);
    expect(JSON.parse(body).Reason).toMatch(/^(😀")+😀?…$/u);
  });
});

test('a failure keeps its cause and its row', () => {
  const cause = new Error('it');
  expect(new Failure('a', 'b', 'c', { cause, row: 'refused' })).toMatchObject({ cause, row: 'refused', message: 'a: b' });
  expect(new Failure('a', 'b', 'c')).toMatchObject({ cause: undefined, row: undefined });
});

test.each([
  ['ENOTFOUND', /^check that AWS DevOps Agent is available in eu-west-9 and, in a VPC, that the Lambda function reaches it, then redeploy$/],
  ['EAI_AGAIN', /^check that AWS DevOps Agent is available in eu-west-9/],
  ['ECONNRESET', /^fix the cause and redeploy$/],
])('a call that fails with %s has its own next step', (code, next) => {
  const refusal = refusalOf(new CallError('ListServices', code, `getaddrinfo ${code}`));
  expect(advice(refusal, { type: 'Update', stackId: 'arn:aws:cloudformation:eu-west-9:000000000000:stack/Tools/5a1f' } as Goal)).toMatch(next);
});
