import { RegistrableService, serviceDetails } from './model';
import { redact } from './redaction';
import { Details, Refusal, RegisterServiceInput, ServiceError, Tags } from './types';

const withPrivateConnections: readonly RegistrableService[] = ['gitlab', 'mcpserver', 'mcpservergrafana', 'remoteagent'];

export function serviceNotFound(id: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Service ${id} not found`);
}

/** The details of the type that is registered. */
export function detailsOf(input: RegisterServiceInput): Details {
  const details = input.serviceDetails[input.service];
  if (details === undefined) {
    const path = '/serviceDetails';
    const message = `Value at '${path}' failed to satisfy constraint: The details are not those of a service of type ${input.service}`;
    throw new ServiceError('ValidationException', message, [{ path, message }]);
  }
  return details;
}

export function checkPrivateConnections(input: RegisterServiceInput, active?: readonly string[]): void {
  const split = [input.targetUrlPrivateConnectionName, input.exchangeUrlPrivateConnectionName].filter((name) => name !== undefined);
  const all = input.privateConnectionName === undefined ? split : [input.privateConnectionName, ...split];
  if (all.length === 0) return;
  if (!withPrivateConnections.includes(input.service)) {
    throw new ServiceError('ValidationException', `A service of type ${input.service} does not support private connections`);
  }
  if (input.privateConnectionName !== undefined && split.length > 0) {
    throw new ServiceError(
      'ValidationException',
      'targetUrlPrivateConnectionName and exchangeUrlPrivateConnectionName cannot be specified when privateConnectionName is provided',
    );
  }
  const inactive = all.find((name) => active && !active.includes(name));
  if (inactive !== undefined) throw new ServiceError('ValidationException', `Private connection ${inactive} is not active`);
}

export function checkNewTags(tags: Tags, maxTags: number): void {
  const reserved = Object.keys(tags).find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) {
    throw new ServiceError('ValidationException', `Tag key ${reserved} is invalid: the prefix aws: is reserved`);
  }
  if (Object.keys(tags).length > maxTags) {
    throw new ServiceError('ValidationException', `A resource can have at most ${maxTags} tags`);
  }
}

/** A refusal and the number of registrations that it still refuses. */
export interface PendingRefusal {
  readonly rule: Refusal;
  left: number;
}

/** The live validation in RegisterService: fails by the first refusal that fits. */
export function checkLive(refusals: readonly PendingRefusal[], input: RegisterServiceInput, details: Details, now: number): void {
  const authorization = details.authorizationConfig as Details | undefined;
  const endpoints = [details.endpoint, details.targetUrl, details.instanceUrl];
  const roles = [details.webIdentityRoleArn, authorization?.mcpRoleArn, authorization?.roleArn];
  const hashes = () => stringsIn(redact(serviceDetails[input.service], details));

  const hit = refusals.find(({ rule, left }) => left > 0
    && (rule.until === undefined || now < rule.until)
    && (rule.service === undefined || rule.service === input.service)
    && (rule.endpoint === undefined || endpoints.includes(rule.endpoint))
    && (rule.roleArn === undefined || roles.includes(rule.roleArn))
    && (rule.credential === undefined || hashes().includes(rule.credential)));
  if (hit) {
    hit.left -= 1;
    throw new ServiceError(hit.rule.code ?? 'ValidationException', hit.rule.message);
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
