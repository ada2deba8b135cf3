import { RegistrableService } from './model';
import { Details, RegisteredService, Registration } from './types';

/** A registration as GetService and ListServices show it. */
export function show(registration: Registration): RegisteredService {
  const { input, details } = registration;
  const additional = additionalDetails(input.service, details);
  return {
    serviceId: registration.serviceId,
    serviceType: input.service,
    ...(input.name !== undefined && { name: input.name }),
    ...(input.kmsKeyArn !== undefined && { kmsKeyArn: input.kmsKeyArn }),
    ...(input.privateConnectionName !== undefined && { privateConnectionName: input.privateConnectionName }),
    ...(additional && { additionalServiceDetails: { [input.service]: additional } }),
    createdAt: iso(registration.createdAt),
    // Tags are no part of the service: changing them does not update it. Nothing else can be changed.
    updatedAt: iso(registration.createdAt),
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function needsConsent({ authorizationConfig }: Details): boolean {
  return ['oAuth3LO', 'authorizationDiscovery'].some((kind) => Object.hasOwn(authorizationConfig ?? {}, kind));
}

/** The page on which a user has to consent before there is a service. */
export function consentUrl({ authorizationConfig, endpoint }: Details, token: string): string {
  const { oAuth3LO, authorizationDiscovery } = authorizationConfig as { oAuth3LO?: Details; authorizationDiscovery?: Details };
  // OAuth puts the client id into the URL, and so does the simulator, although the model calls a client id sensitive.
  const [base, client] = oAuth3LO
    ? [String(oAuth3LO.authorizationUrl), oAuth3LO.clientId]
    : [`${new URL(String(endpoint)).origin}/authorize`, 'registered-dynamically'];
  const { returnToEndpoint } = oAuth3LO ?? authorizationDiscovery!;
  const query = Object.entries({ response_type: 'code', client_id: client, redirect_uri: returnToEndpoint, state: token })
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${base}${base.includes('?') ? '&' : '?'}${query}`;
}

/** The details of a registration that the API shows: never a credential, and not everything else. */
function additionalDetails(service: RegistrableService, details: Details): Details | undefined {
  const authorization = (details.authorizationConfig ?? {}) as Record<string, Details | undefined>;
  const pick = (from: Details, ...names: string[]) => Object.fromEntries(names.filter((n) => from[n] !== undefined).map((n) => [n, from[n]]));
  switch (service) {
    case 'dynatrace':
    case 'eventChannel':
      return undefined;
    case 'servicenow':
      return pick(details, 'instanceUrl');
    case 'pagerduty':
      return pick(details, 'scopes');
    case 'gitlab':
      return pick(details, 'targetUrl', 'tokenType', 'groupId');
    case 'mcpservernewrelic':
      return pick(authorization.apiKey ?? {}, 'accountId', 'region');
    case 'azureidentity':
      return pick(details, 'tenantId', 'clientId', 'webIdentityRoleArn', 'webIdentityTokenAudiences');
    case 'mcpservergrafana':
      return { ...pick(details, 'endpoint'), authorizationMethod: authorizationMethod(authorization) };
    case 'mcpserver':
    case 'mcpserverdatadog':
    case 'mcpserversplunk':
    case 'remoteagent':
      return {
        ...pick(details, 'name', 'endpoint', 'description'),
        authorizationMethod: authorizationMethod(authorization),
        ...pick(authorization.apiKey ?? {}, 'apiKeyHeader'),
        ...authorization.customHeaders && { customHeaderNames: Object.keys(authorization.customHeaders.headers as Details) },
      };
    case 'mcpserversigv4':
      return {
        ...pick(details, 'name', 'endpoint', 'description'),
        ...pick(authorization, 'region', 'service', 'mcpRoleArn'),
        // Required in an answer, though deprecated and optional in a request.
        roleArn: authorization.mcpRoleArn ?? authorization.roleArn ?? '',
      };
    case 'remoteagentsigv4':
      return { ...pick(details, 'name', 'endpoint', 'description'), ...pick(authorization, 'region', 'service', 'roleArn') };
  }
}

/** Discovery ends in a 3LO authorization; the API's answers have no word of its own for it. */
function authorizationMethod(authorization: Details): string {
  if (authorization.oAuthClientCredentials) return 'oauth-client-credentials';
  if (authorization.apiKey) return 'api-key';
  if (authorization.bearerToken) return 'bearer-token';
  if (authorization.customHeaders) return 'custom-headers';
  return 'oauth-3lo';
}
