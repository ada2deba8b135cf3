/** The handler of the probe: questions that only the API itself can answer, asked with the client of the handler under test. */

import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { devOpsAgentClient } from '../../lambda/aws/devops-agent-client';
import { endpointOf } from '../../lambda/aws/endpoints';
import { secretsManager } from '../../lambda/aws/secrets-manager';
import { CallError, DevOpsAgent, RegisterInput } from '../../lambda/devops-agent';
import { Secrets } from '../../lambda/ports';

interface Apis {
  readonly api: DevOpsAgent;
  readonly secrets: Pick<Secrets, 'getValue'>;
}

interface About { readonly [member: string]: string }

async function read({ secrets }: Apis, secretArn: string): Promise<{ [field: string]: string }> {
  return JSON.parse((await secrets.getValue(secretArn)).text!);
}

/** The services of a type, by their ids. */
async function listed({ api }: Apis, type: string): Promise<Map<string, { name?: string }>> {
  const services = [];
  let nextToken: string | undefined;
  do {
    const page = await api.list(type, nextToken);
    services.push(...page.services);
    ({ nextToken } = page);
  } while (nextToken);
  return new Map(services.map((service) => [service.serviceId, service]));
}

/** The seconds until something is so, or 'never' within a time. */
async function secondsUntil(isSo: () => Promise<boolean>, limit: number): Promise<number | 'never'> {
  const start = Date.now();
  while (Date.now() - start < limit * 1000) {
    if (await isSo()) return Math.round((Date.now() - start) / 1000);
    await sleep(1000);
  }
  return 'never';
}

/** The refusal of a call, as the handler reads it. A service that it registered all the same is deregistered. */
async function refusal({ api }: Apis, call: () => Promise<unknown>): Promise<object> {
  try {
    const result = await call() as { serviceId?: string } | undefined;
    if (result?.serviceId) await api.deregister(result.serviceId);
    return { refused: false };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { conflict, denied, status, code, message } = error;
    // The service's own words are for the log: an assertion compares what the handler makes of them.
    console.log(JSON.stringify({ code, status, message }));
    return { refused: true, status: String(status), conflict, denied };
  }
}

/** The input of RegisterService for a server of the MCP family with a bearer token. */
async function serverInput(apis: Apis, { type, name, endpoint, secretArn }: About): Promise<RegisterInput> {
  const { token } = await read(apis, secretArn);
  const authorizationConfig = { bearerToken: { tokenName: 'Bearer token', tokenValue: token } };
  return { service: type, name, tags: {}, serviceDetails: { [type]: { name, endpoint, authorizationConfig } } };
}

const QUESTIONS: { [question: string]: (apis: Apis, about: About) => Promise<object> } = {
  /** Whether a service is listed under its name, and has the ownership tags that were asked for. */
  async registered(apis, { serviceId, type }) {
    const { service, tags } = await apis.api.get(serviceId);
    const summary = (await listed(apis, type)).get(serviceId);
    return { type: service.serviceType, listed: summary !== undefined, name: summary?.name ?? service.name, provider: tags['cdk-devops-agent:provider'] };
  },

  /** The refusal of a second event channel, and the number of them then. */
  async secondEventChannel(apis) {
    const refused = await refusal(apis, () => apis.api.register({ service: 'eventChannel', name: 'second', tags: {}, serviceDetails: { eventChannel: { type: 'webhook' } } }));
    return { ...refused, eventChannels: (await listed(apis, 'eventChannel')).size };
  },

  /** The refusal of a name that a server has, of this type or of another. */
  async takenName(apis, about) {
    const input = await serverInput(apis, about);
    return refusal(apis, () => apis.api.register(input));
  },

  /** The refusal of a deregistration: while the service is in use, or for want of its tag. */
  async deregistration(apis, { serviceId }) {
    return refusal(apis, () => apis.api.deregister(serviceId));
  },

  /** The time that a list takes to show a service, and a name to be free again. */
  async lags(apis, about) {
    const { api } = apis;
    const input = await serverInput(apis, about);
    const register = async () => (await api.register(input)).serviceId!;
    const serviceId = await register();
    const list = await secondsUntil(async () => (await listed(apis, about.type)).has(serviceId), 30);
    await api.deregister(serviceId);
    let again: string | undefined;
    const name = await secondsUntil(async () => {
      again = await register().catch((error: unknown) => {
        if (error instanceof CallError && error.conflict) return undefined;
        throw error;
      });
      return again !== undefined;
    }, 60);
    if (again) await api.deregister(again);
    console.log(JSON.stringify({ list, name }));
    return { list: list === 'never' ? 'more than 30 seconds' : 'in time', name: name === 'never' ? 'more than 60 seconds' : 'in time' };
  },

  /** Whether a captured webhook takes a signed event, and no forged one. */
  async webhook(apis, { secretArn }) {
    const { webhookUrl, webhookSecret } = await read(apis, secretArn);
    const post = async (key: string) => {
      const timestamp = new Date().toISOString();
      const body = JSON.stringify({ eventType: 'incident', incidentId: 'integ', action: 'created', priority: 'LOW', title: 'An integration test', timestamp });
      const signature = createHmac('sha256', key).update(`${timestamp}:${body}`).digest('base64');
      const headers = { 'content-type': 'application/json', 'x-amzn-event-timestamp': timestamp, 'x-amzn-event-signature': signature };
      return (await fetch(webhookUrl, { method: 'POST', headers, body })).ok;
    };
    return { signed: await post(webhookSecret), forged: await post('forged') };
  },
};

export async function answerTo(apis: Apis, { question, ...about }: About): Promise<object> {
  return QUESTIONS[question](apis, about);
}

export async function handler(event: About): Promise<object> {
  const region = process.env.AWS_REGION!;
  const at = (service: Parameters<typeof endpointOf>[0]) => ({ region, credentials: fromEnv(), endpoint: endpointOf(service, region, process.env) });
  return answerTo({ api: devOpsAgentClient(at('DEVOPS_AGENT')), secrets: secretsManager(at('SECRETS_MANAGER')) }, event);
}
