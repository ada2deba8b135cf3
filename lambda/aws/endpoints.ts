import { partition } from '@aws-sdk/core/client';

/** The services that the handler calls, by the name that the environment variable of an endpoint override has for them. */
const SERVICES = {
  DEVOPS_AGENT: { host: 'cp.aidevops', dualStack: true },
  SECRETS_MANAGER: { host: 'secretsmanager', dualStack: false },
  CLOUDFORMATION: { host: 'cloudformation', dualStack: false },
  SNS: { host: 'sns', dualStack: false },
};

/** In AWS GovCloud (US), the only endpoints of these are FIPS endpoints, without being called so. */
const FIPS_BY_ITSELF = ['cloudformation', 'sns'];

type Environment = Readonly<Record<string, string | undefined>>;

/** The endpoint of a service, as the AWS SDKs choose it: an override, or the Region's own in its partition, with FIPS where it is asked for. */
export function endpointOf(service: keyof typeof SERVICES, region: string, env: Environment): string {
  const { host, dualStack } = SERVICES[service];
  const { name, dnsSuffix, dualStackDnsSuffix } = partition(region);
  const fips = env.AWS_USE_FIPS_ENDPOINT === 'true' && !(name === 'aws-us-gov' && FIPS_BY_ITSELF.includes(host));
  return env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL
    ?? `https://${host}${fips ? '-fips' : ''}.${region}.${dualStack ? dualStackDnsSuffix : dnsSuffix}`;
}

/** Whether an endpoint is overridden, as on a local cloud, which speaks plain HTTP. */
export function isEndpointOverridden(env: Environment): boolean {
  return ['', ...Object.keys(SERVICES).map((service) => `_${service}`)].some((suffix) => env[`AWS_ENDPOINT_URL${suffix}`] !== undefined);
}
