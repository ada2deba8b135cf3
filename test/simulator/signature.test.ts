import { SignatureError, verifySignature } from './signature';
import { SignerInput, sign } from './signer';

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
