/** The local engine's side of the custom-resource protocol: the other tests of this folder show what AWS would only if it holds. */

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws } from '../support/aws';
import { Engine } from '../support/engine';
import { newWorkspace } from '../support/workspace';

/** A custom resource that asks CloudFormation about itself before it answers. */
const PROBE = `
const { appendFileSync } = require('fs');
const { request } = require('http');
const send = (url, method, headers, body) => new Promise((resolve, reject) => request(url, { method, headers }, (response) => {
  let text = '';
  response.on('data', (part) => text += part).on('end', () => resolve(text));
}).on('error', reject).end(body));
exports.handler = async ({ RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId, ResourceProperties }) => {
  const described = await send(process.env.AWS_ENDPOINT_URL, 'POST', {
    'content-type': 'application/x-www-form-urlencoded',
    'authorization': 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0',
  }, new URLSearchParams({ Action: 'DescribeStackResource', Version: '2010-05-15', StackName: StackId, LogicalResourceId }).toString());
  const element = (name) => new RegExp('<' + name + '>([^<]*)<').exec(described)?.[1];
  appendFileSync(process.env.PROBE_FILE, JSON.stringify({
    event: [RequestType, PhysicalResourceId ?? ''].join(' '),
    shown: [element('ResourceStatus'), element('PhysicalResourceId')].join(' '),
    since: element('LastUpdatedTimestamp'),
    date: new URL(ResponseURL).searchParams.get('X-Amz-Date'),
  }) + '\\n');
  await send(ResponseURL, 'PUT', {}, JSON.stringify({
    Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: RequestType === 'Delete' ? PhysicalResourceId : ResourceProperties.Id,
  }));
};`;

let engine: Engine;
let records: { event: string; shown: string; since: string; date: string }[];

beforeAll(async () => {
  const workspace = newWorkspace(join('e2e', 'engine'));
  const file = join(workspace.dir, 'probe.jsonl');
  appendFileSync(file, '');
  engine = await Engine.start(workspace, { PROBE_FILE: file });
  process.once('exit', () => engine.kill());
  const aws = new Aws(engine.url);
  const apply = async (action: string, id?: string) => {
    const template = {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
        Probe: {
          Type: 'AWS::Lambda::Function',
          Properties: { Code: { ZipFile: PROBE }, Handler: 'index.handler', Runtime: 'nodejs22.x', Timeout: 60, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
        },
        It: { Type: 'Custom::It', Properties: { ServiceToken: { 'Fn::GetAtt': ['Probe', 'Arn'] }, ServiceTimeout: 60, Id: id } },
      },
    };
    await aws.cloudFormation(action, {
      StackName: 'Probed',
      ...id !== undefined && { 'TemplateBody': JSON.stringify(template), 'Capabilities.member.1': 'CAPABILITY_IAM' },
    });
    while ((await aws.stackStatus('Probed'))?.endsWith('_IN_PROGRESS')) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await apply('CreateStack', 'one');
  await apply('UpdateStack', 'two');
  await apply('DeleteStack');
  records = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
});

afterAll(() => engine?.stop());

test('a resource is in progress while its event is awaited, except for the clean-up of what it replaced', () => {
  expect(records.map(({ event, shown }) => [event, shown])).toEqual([
    ['Create ', 'CREATE_IN_PROGRESS '],
    ['Update one', 'UPDATE_IN_PROGRESS one'],
    ['Delete one', 'UPDATE_COMPLETE two'],
    ['Delete two', 'DELETE_IN_PROGRESS two'],
  ]);
});

test('a response URL has the date of its event, which is when the operation began', () => {
  for (const { event, shown, since, date } of records) {
    expect([event, date]).toEqual([event, expect.stringMatching(/^\d{8}T\d{6}Z$/)]);
    if (!shown.includes('IN_PROGRESS')) continue;
    const [, year, month, day, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(date)!.map(Number);
    expect(Math.abs(Date.parse(since) - Date.UTC(year, month - 1, day, hour, minute, second))).toBeLessThanOrEqual(1_500);
  }
});
