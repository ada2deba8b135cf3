import { Template } from 'aws-cdk-lib/assertions';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack, StackProps } from 'aws-cdk-lib/core';
import { OAuthClient, SecretField } from '../src';

export const GUID = '01234567-89ab-cdef-0123-456789abcdef';
export const VERSION_ID = 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111';

export const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';

/** A secret whose ARN is known, so that expectations can be written out. */
export const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:tools-AbCdEf';

export type Resource = { Type: string; Properties: any; DependsOn?: string[]; DeletionPolicy?: string; UpdateReplacePolicy?: string };

export function newStack(props?: StackProps): Stack {
  return new Stack(new App(), 'Tools', props);
}

export function secretIn(stack: Stack): ISecret {
  return stack.node.tryFindChild('ToolsSecret') as ISecret | undefined ?? Secret.fromSecretCompleteArn(stack, 'ToolsSecret', SECRET_ARN);
}

export function clientIn(stack: Stack): OAuthClient {
  return OAuthClient.fromSecretsManager(secretIn(stack));
}

export function fieldIn(stack: Stack, field = 'token'): SecretField {
  return SecretField.fromSecretsManager(secretIn(stack), field);
}

/** The leaf that a field of a registration's first secret is rendered as. */
export function leaf(field: string): object {
  return { $secret: '0', field };
}

/** The template of a stack as it is synthesized with its whole app, which finds cycles and validation errors too. */
export function templateOf(stack: Stack): { Resources: { [logicalId: string]: Resource }; Outputs?: any; Parameters?: any } {
  return Template.fromStack(stack).toJSON() as any;
}

export function resourcesOfType(stack: Stack, type: string): [string, Resource][] {
  return Object.entries(templateOf(stack).Resources).filter(([, resource]) => resource.Type === type);
}

/** The properties of the only registration of a stack. */
export function registrationIn(stack: Stack): any {
  const [[, resource], ...others] = resourcesOfType(stack, 'Custom::DevOpsAgentService');
  expect(others).toEqual([]);
  return resource.Properties;
}

/** Every statement of every policy of a stack that is attached to a role. */
export function statementsIn(stack: Stack, resources = templateOf(stack).Resources): any[] {
  return Object.values(resources)
    .filter(({ Type }) => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

export function actionsOf(statement: any): string[] {
  return [statement.Action].flat();
}

export function statementsAllowing(stack: Stack, action: string): any[] {
  return statementsIn(stack).filter((statement) => actionsOf(statement).includes(action));
}

/** What an attempt throws. */
export function errorOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}
