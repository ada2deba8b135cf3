import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib/core';
import { Aws, valuesOf } from '../support/aws';

const HANDLER = join(__dirname, '..', '..', 'assets', 'handler', 'index.js');

type Action = 'CreateStack' | 'UpdateStack';

export interface Deployed {
  readonly status: string | undefined;
  /** The status reasons of the resources that failed, in CloudFormation's order. */
  readonly failures: string[];
}

/** A stack made by `build`, deployed by CloudFormation itself: the CDK CLI takes seconds for what takes CloudFormation milliseconds. */
export function deployDirectly(aws: Aws, name: string, build: (stack: Stack) => void): Promise<Deployed> {
  return deploy(aws, 'CreateStack', name, build);
}

/** The same for a stack that there is. */
export function updateDirectly(aws: Aws, name: string, build: (stack: Stack) => void): Promise<Deployed> {
  return deploy(aws, 'UpdateStack', name, build);
}

/** Removes a stack with all that is in it. */
export async function deleteDirectly(aws: Aws, name: string): Promise<string | undefined> {
  await aws.cloudFormation('DeleteStack', { StackName: name });
  return settled(aws, name);
}

async function deploy(aws: Aws, action: Action, name: string, build: (stack: Stack) => void): Promise<Deployed> {
  const stack = new Stack(new App(), name, { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  build(stack);
  return deployTemplate(aws, action, name, Template.fromStack(stack).toJSON());
}

/** A stack of this template. */
export async function deployTemplate(aws: Aws, action: Action, name: string, template: { readonly [part: string]: any }): Promise<Deployed> {
  for (const { Type, Properties } of Object.values<any>(template.Resources)) {
    // There is no bucket for assets without the CLI; the code is the same.
    if (Type === 'AWS::Lambda::Function' && Properties.Code.S3Bucket) Properties.Code = { ZipFile: readFileSync(HANDLER, 'utf8') };
  }
  const before = action === 'UpdateStack' ? await failures(aws, name) : [];
  await aws.cloudFormation(action, {
    'StackName': name,
    // Too long for the request itself.
    'TemplateURL': await aws.putObject('templates', `${name}.json`, JSON.stringify(template)),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  });
  return { status: await settled(aws, name), failures: (await failures(aws, name)).slice(before.length) };
}

async function settled(aws: Aws, name: string): Promise<string | undefined> {
  for (;;) {
    const status = await aws.stackStatus(name);
    if (!status?.endsWith('_IN_PROGRESS')) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function failures(aws: Aws, name: string): Promise<string[]> {
  const events = await aws.cloudFormation('DescribeStackEvents', { StackName: name });
  return valuesOfMembers(events).filter(({ status }) => status.endsWith('_FAILED')).map(({ reason }) => reason).reverse();
}

function valuesOfMembers(xml: string): { status: string; reason: string }[] {
  return xml.split('<member>').slice(1).map((member) => ({
    status: valuesOf(member, 'ResourceStatus')[0] ?? '',
    reason: valuesOf(member, 'ResourceStatusReason')[0] ?? '',
  }));
}
