/**
 * The floor: the calls of a first Create of an MCP server with a bearer token and a generated name, signed by hand over node:http(s), and nothing else:
 * no types of errors, no retries, no redelivery, no Update. What a handler can at best take for its start.
 */

import { createHash, createHmac } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';

const env = process.env as { [name: string]: string };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

function send(url: URL, method: string, headers: http.OutgoingHttpHeaders, body: string): Promise<any> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https;
    request(url, { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => text += part);
      response.on('end', () => (response.statusCode! < 300 ? resolve(text && JSON.parse(text)) : reject(new Error(`${response.statusCode} ${text}`))));
    }).on('error', reject).end(body);
  });
}

function call(service: string, target: string, method: string, extra: { [name: string]: string }, body: string): Promise<any> {
  const url = new URL(target);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: { [name: string]: string } = { ...extra, 'host': url.host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': date };
  if (env.AWS_SESSION_TOKEN) headers['x-amz-security-token'] = env.AWS_SESSION_TOKEN;
  const names = Object.keys(headers).sort();
  const request = [
    method,
    url.pathname,
    [...url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort().join('&'),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${env.AWS_REGION}/${service}/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${env.AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(request)}`).toString('hex');
  return send(url, method, {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }, body);
}

export async function handler(event: any): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const { Service: service, Request: { name, serviceDetails } } = event.ResourceProperties;
  const api = env.AWS_ENDPOINT_URL_DEVOPS_AGENT ?? `https://cp.aidevops.${env.AWS_REGION}.api.aws`;
  const details = serviceDetails[service];
  const token = details.authorizationConfig.bearerToken;
  const secret = await call('secretsmanager', env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? `https://secretsmanager.${env.AWS_REGION}.amazonaws.com`, 'POST',
    { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' }, JSON.stringify({ SecretId: token.tokenValue.$secret }));
  const { serviceId } = await call('aidevops', `${api}/v1/register/${service}`, 'POST', json, JSON.stringify({
    name,
    tags: { 'cdk-devops-agent:provider': env.PROVIDER },
    serviceDetails: {
      [service]: {
        ...details,
        name: `${details.name.$uniqueName}-${sha256(event.RequestId).slice(0, 8)}`,
        authorizationConfig: { bearerToken: { ...token, tokenValue: secret.SecretString } },
      },
    },
  }));
  const { StackId, RequestId, LogicalResourceId } = event;
  await send(new URL(event.ResponseURL), 'PUT', { 'content-type': '' }, JSON.stringify({
    Status: 'SUCCESS', PhysicalResourceId: serviceId, StackId, RequestId, LogicalResourceId, Data: { ServiceId: serviceId },
  }));
}
