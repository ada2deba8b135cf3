/** The rules about the content of associations that go beyond the model's shapes, and the normal form of what the API shows. */

import { ConfigurationType } from './association-model';
import { RegistrableService } from './model';
import { Details, ServiceError } from './types';

interface Content {
  readonly configuration: Details;
  readonly capabilities?: Details;
}

/** The types of configuration that a service takes. */
function typesOf(service: RegistrableService): ConfigurationType[] {
  return service === 'azureidentity' ? ['azure', 'azuredevops'] : [service];
}

/** The type of a configuration, and what it holds. */
function partsOf(configuration: Details): [type: ConfigurationType, members: Details] {
  return Object.entries(configuration)[0] as [ConfigurationType, Details];
}

export function typeOfConfiguration(configuration: Details): ConfigurationType {
  return partsOf(configuration)[0];
}

function invalid(path: string, message: string): ServiceError {
  return new ServiceError('ValidationException', message, [{ path, message }]);
}

/** Fails if the content does not suit a service of this type. */
export function checkContent(service: RegistrableService, { configuration, capabilities = {} }: Content): void {
  const [type, members] = partsOf(configuration);
  if (!typesOf(service).includes(type)) {
    throw invalid('/configuration', `The configuration is not one for a service of type ${service}`);
  }
  if (type === 'servicenow' && /[/:.]/.test(String(members.instanceId ?? ''))) {
    throw invalid('/configuration/servicenow/instanceId', 'The instance id is the short name of the instance, not its URL');
  }
  const { tools, toolDetails } = members as { tools?: string[]; toolDetails?: { name: string }[] };
  const named = new Set(toolDetails?.map(({ name }) => name));
  if (tools && toolDetails && (tools.some((tool) => !named.has(tool)) || [...named].some((name) => !tools.includes(name)))) {
    throw invalid(`/configuration/${type}/toolDetails`, 'The names in toolDetails must be those in tools');
  }
  for (const [capability, { triggerFilterGroups = [] }] of Object.entries(capabilities as Record<string, { triggerFilterGroups?: Details[] }>)) {
    // That other capabilities refuse it, instead of passing over it, is inference: the harder case for a caller.
    if (capability !== 'RELEASE_READINESS_REVIEW' && triggerFilterGroups.some(({ targetBranches }) => targetBranches !== undefined)) {
      throw invalid(`/capabilities/${capability}/triggerFilterGroups`, 'targetBranches is applicable to RELEASE_READINESS_REVIEW only');
    }
  }
}

/** The projects, instances and tools that an association is about, in the words of the API's refusal of a second one: inference. */
export function targetsOf(configuration: Details): string[] {
  const [type, members] = partsOf(configuration);
  const each = (what: string, names: unknown) => (names as string[] | undefined ?? []).map((name) => `${what} ${name}`);
  switch (type) {
    case 'dynatrace': return [`Dynatrace environment ${members.envId}`];
    case 'servicenow': return each('ServiceNow instance', members.instanceId === undefined ? [] : [members.instanceId]);
    case 'pagerduty': return each('PagerDuty service', members.services);
    case 'gitlab': return [`GitLab project ${members.projectId}`];
    case 'mcpservernewrelic': return [`New Relic account ${members.accountId}`];
    case 'mcpservergrafana': return [`Grafana instance ${members.endpoint}`];
    case 'azure': return [`Azure subscription ${members.subscriptionId}`];
    case 'azuredevops': return [`Azure DevOps project ${members.projectId}`];
    case 'mcpserver':
    case 'mcpserversigv4': return each('Tool', members.tools);
    default: return [];
  }
}

/** A configuration in a normal form: an equal one, in other words. The form is invented; that there may be one, a caller has to expect. */
export function normalConfiguration(configuration: Details): Details {
  const [type, members] = partsOf(configuration);
  const { tools, toolDetails, endpoint, instanceIdentifier } = members as {
    tools?: string[]; toolDetails?: { name: string; toolClassification?: string }[]; endpoint?: string; instanceIdentifier?: string;
  };
  return {
    [type]: {
      ...members,
      ...(tools && { tools: [...new Set(tools)].sort() }),
      ...(toolDetails && { toolDetails: toolDetails.map((tool) => ({ toolClassification: 'READ_ONLY', ...tool })).sort(byName) }),
      ...(endpoint && { endpoint: endpoint.replace(/^(https:\/\/[^/]+)$/, '$1/') }),
      ...(type === 'gitlab' && { instanceIdentifier: instanceIdentifier?.toLowerCase() ?? 'gitlab.com' }),
      ...(type === 'servicenow' && { authScopes: members.authScopes ?? [] }),
      ...(type === 'dynatrace' && { resources: members.resources ?? [] }),
    },
  };
}

/** Capabilities in a normal form: none at all instead of an empty map, and none of them without a word on whether it is enabled. */
export function normalCapabilities(capabilities: Details | undefined): Details | undefined {
  const entries = Object.entries(capabilities ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined
    : Object.fromEntries(entries.map(([name, capability]) => [name, { enabled: false, ...capability as Details }]));
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
