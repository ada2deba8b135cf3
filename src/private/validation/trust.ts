/** The validation of the trust of a role that AWS DevOps Agent assumes. Only what cannot work is a problem. */

import { CfnRole, IRole } from 'aws-cdk-lib/aws-iam';
import { CfnResource, IResource, Stack, Token } from 'aws-cdk-lib/core';
import { quoted } from './check';
import { differ } from './environment';
import { rendered } from '../rendered';

const SERVICE = 'aidevops.amazonaws.com';

/** A value of a policy as it stands in a template: what is no string is known only at deployment. */
type Value = string | object;

interface Statement {
  readonly Effect?: string;
  readonly Action?: Value | Value[];
  readonly Principal?: '*' | { readonly [type: string]: Value | Value[] };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Value | Value[] } };
}

/** The problems of a role of this app, whose trust policy is complete when the app is synthesized. */
export function trustProblems(scope: IResource, role: IRole): string[] {
  const statements = trustOf(role);
  if (!statements) return [];

  const trusting = statements.filter((statement) => statement.Effect === 'Allow' && isForAssuming(statement) && mayNameService(statement));
  if (trusting.length === 0) return [`role: '${role.node.path}' does not trust ${SERVICE}, which assumes it. ${fix(scope, role)}`];
  const failures = trusting.map(({ Condition = {} }) => failureOf(Condition, Stack.of(scope)));
  return failures.some((failure) => failure === undefined) ? [] : [`role: '${role.node.path}' trusts ${SERVICE} only where ${failures[0]}. ${fix(scope, role)}`];
}

/** The principal is for the Region of the role's own stack, unless it is told another one. */
function fix(scope: IResource, role: IRole): string {
  const options = differ(scope.env.region, Stack.of(role).region) ? `{ region: '${scope.env.region}' }` : '';
  return `Create the role with assumedBy: new DevOpsAgentServicePrincipal(${options}).`;
}

function trustOf(role: IRole): Statement[] | undefined {
  const resource = role.node.defaultChild;
  if (!CfnResource.isCfnResource(resource) || resource.cfnResourceType !== CfnRole.CFN_RESOURCE_TYPE_NAME) return undefined;
  const { Resources = {} } = resource.stack.resolve(rendered(resource));
  const [template] = Object.values<any>(Resources);
  const statements = template?.Properties?.AssumeRolePolicyDocument?.Statement;
  return Array.isArray(statements) ? inEnvironment(statements, resource.stack) : undefined;
}

/** A part of a template, with the account and the Region of its stack in place of the pseudo parameters, as far as they are known. */
function inEnvironment<T>(part: T, { account, region }: Stack): T {
  const environment: { [parameter: string]: string | undefined } = { 'AWS::AccountId': known(account), 'AWS::Region': known(region) };
  return JSON.parse(JSON.stringify(part), (_, value) => environment[value?.Ref] ?? value);
}

function isForAssuming({ Action }: Statement): boolean {
  return listOf(Action).some((action) => typeof action !== 'string' || ['sts:assumerole', 'sts:assume*', 'sts:*', '*'].includes(action.toLowerCase()));
}

function mayNameService({ Principal }: Statement): boolean {
  if (Principal === undefined || Principal === '*') return true;
  return Object.entries(Principal).some(([type, values]) => /^(Fn::|Ref$)/.test(type) || listOf(values).map(textOf).some((text) =>
    (type === 'Service' && (text.includes(UNKNOWN) || text.startsWith('aidevops.'))) || (type === 'AWS' && ['*', UNKNOWN].includes(text))));
}

/** Why a condition never holds for the services of a stack's account and Region, if it is known. */
function failureOf(condition: NonNullable<Statement['Condition']>, stack: Stack): string | undefined {
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, values] of Object.entries(keys)) {
      const texts = listOf(values).map(textOf);
      const fits = FITTING[key.toLowerCase()]?.(operator.replace(/IfExists$/, ''), stack);
      if (fits && !texts.some(fits)) return `${key} is ${texts.map(quoted).join(' or ')} (${operator}), which a service of this account and Region never is`;
    }
  }
  return undefined;
}

/** Stands for what is known only at deployment. */
const UNKNOWN = '…';

type Fits = ((text: string) => boolean) | undefined;

/** The value that each key needs, if the operator is one that compares. */
const FITTING: { readonly [key: string]: (operator: string, stack: Stack) => Fits } = {
  'aws:sourceaccount': (operator, { account }) => (['StringEquals', 'StringLike'].includes(operator)
    ? (text) => matches(text, known(account), operator === 'StringLike')
    : undefined),
  'aws:sourcearn': (operator, { region, account }) => (['ArnLike', 'ArnEquals', 'StringLike', 'StringEquals'].includes(operator)
    ? (text) => fitsService(text, known(region), known(account), operator !== 'StringEquals')
    : undefined),
};

function fitsService(pattern: string, region: string | undefined, account: string | undefined, wildcards: boolean): boolean {
  const [arn, partition, service, ...rest] = pattern.split(':');
  // A wildcard or something unknown may stand for several parts.
  if (rest.length < 3) return wildcards ? /[*…]/.test(pattern) : pattern.includes(UNKNOWN);
  const resource = rest.slice(2).join(':');
  const prefix = resource.split(wildcards ? /[*?…]/ : UNKNOWN)[0];
  return matches(arn, 'arn', wildcards) && matches(partition, undefined, wildcards) && matches(service, 'aidevops', wildcards)
    && matches(rest[0], region, wildcards) && matches(rest[1], account, wildcards)
    && (prefix === resource ? /^service\/[\w-]+$/.test(resource) : prefix.startsWith('service/') || 'service/'.startsWith(prefix));
}

/** Whether a value of a policy may match a text that is known or not. */
function matches(pattern: string, text: string | undefined, wildcards: boolean): boolean {
  if (text === undefined) return wildcards || !/[*?]/.test(pattern);
  const regular = pattern.replace(/[.+^${}()|[\]\\*?]/g, (character) => (wildcards && character === '*' ? '.*' : wildcards && character === '?' ? '.' : `\\${character}`));
  return new RegExp(`^${regular.replaceAll(UNKNOWN, '.*')}$`).test(text);
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

/** A value as a text, in which `UNKNOWN` stands for what is known only at deployment. */
function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  const [delimiter, parts] = (value as { 'Fn::Join'?: [string, unknown] })['Fn::Join'] ?? [];
  return delimiter === '' && Array.isArray(parts) ? parts.map((part) => (typeof part === 'string' ? part : UNKNOWN)).join('') : UNKNOWN;
}

function listOf(values: Value | Value[] | undefined): Value[] {
  return values === undefined ? [] : [values].flat();
}
