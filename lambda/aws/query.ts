import * as http from 'node:http';
import * as https from 'node:https';
import { HttpRequest } from '@smithy/types';
import { Caller, signerOf } from './aws-api';
import { CallError } from '../devops-agent';
import { Stacks, Topics } from '../ports';

const TIMEOUT = 10_000;

/** AWS CloudFormation over HTTPS. */
export function cloudFormation(caller: Caller): Stacks {
  return {
    describeResource: async (stackId, logicalId) => {
      const answer = await query('cloudformation', caller, {
        Action: 'DescribeStackResource', Version: '2010-05-15', StackName: stackId, LogicalResourceId: logicalId,
      });
      return {
        status: element(answer, 'ResourceStatus') ?? '',
        since: Date.parse(element(answer, 'LastUpdatedTimestamp') ?? ''),
        physicalId: element(answer, 'PhysicalResourceId'),
      };
    },
    stackStatus: async (stackId) => {
      const answer = await query('cloudformation', caller, { Action: 'DescribeStacks', Version: '2010-05-15', StackName: stackId });
      return element(answer, 'StackStatus') ?? '';
    },
  };
}

/** Amazon SNS over HTTPS. */
export function sns(caller: Caller): Topics {
  return {
    publish: async (topicArn, subject, message) => {
      await query('sns', caller, { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Subject: subject, Message: message });
    },
  };
}

/** One call of an API that takes a form and answers in XML: too small a part of either to bring a client of its own. */
async function query(service: string, caller: Caller, parameters: Record<string, string>): Promise<string> {
  const url = new URL(caller.endpoint);
  const body = new URLSearchParams(parameters).toString();
  const { headers } = await signerOf(caller, service).sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port ? Number(url.port) : undefined,
    path: '/',
    headers: { 'host': url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    query: {},
    body,
  } satisfies HttpRequest);
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { code?: string }) => reject(new CallError(parameters.Action, error.code ?? error.name, error.message));
    const { request } = url.protocol === 'http:' ? http : https;
    const call = request(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, timeout: TIMEOUT }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => answer += chunk);
      response.on('error', fail);
      response.on('end', () => (response.statusCode! < 300 ? resolve(answer) : reject(new CallError(
        parameters.Action, element(answer, 'Code') ?? `HTTP${response.statusCode}`, element(answer, 'Message') ?? 'no message', response.statusCode,
      ))));
    });
    call.on('timeout', () => call.destroy(new Error(`timed out after ${TIMEOUT / 1000} seconds`)));
    call.on('error', fail);
    call.end(body);
  });
}

/** The text of the first element with this name. None of those that are read has elements in it, and none but a message has entities. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
