/** The associations that the templates of a schedule declare. */
import { Kind, Properties, serviceOf, Slot, Variant } from './registrations';
import { RegistrableService } from '../simulator/model';

/** The use of a service by one Agent Space. Numbers are variants. */
export interface Use {
  readonly configuration: number;
  readonly capabilities: number;
  readonly webhook: boolean;
  readonly rotation: number;
}

/** What the Agent Spaces of a schedule use a service for: one entry for each space, null for none. */
export type Uses = readonly (Use | null)[];

/** An association as a template declares it. */
export interface Declared {
  readonly AgentSpaceId: string;
  readonly Configuration: object;
  readonly Capabilities?: object;
  readonly Webhook?: { readonly SecretArn: string; readonly RotationRevision?: string };
}

/** The Agent Spaces that there are now, and the services that resources of this name associate. */
interface Spaces {
  readonly ids: readonly string[];
  readonly sharedService: (owner: string) => string;
}

/** The number of Agent Spaces of a schedule. */
export const SPACES = 3;

/** The service that `ServiceAssociation`s associate: one of another stack, of a type that no registration of a schedule has. */
export const SHARED = 'servicenow';

const REVIEW = 'RELEASE_READINESS_REVIEW';
const CAPABILITIES = [
  undefined,
  { [REVIEW]: { enabled: { $boolean: 'true' } } },
  { [REVIEW]: { enabled: { $boolean: 'true' }, triggerFilterGroups: [{ events: ['PULL_REQUEST_DRAFT'], targetBranches: { patterns: ['main'] } }] } },
];

/** The name of a resource of a stack, by which its associations are told from all others. */
export function nameOf(stackId: string, logicalId: string): string {
  return `${stackId.split('/').slice(1).join('')}${logicalId}`;
}

/** The properties of a registration together with its associations. */
export function withAssociations(properties: Properties, slot: Slot, owner: string, variant: Variant, { ids }: Spaces): Properties {
  const declared = declaredOf(serviceOf(slot.kind), owner, variant.spaces ?? [], ids);
  return declared.length > 0 ? { ...properties, Associations: declared } : properties;
}

/** The properties of a `ServiceAssociation`: of the first space that uses the service. Nothing if none does. */
export function serviceAssociation(
  { ServiceToken, ServiceTimeout, Contract }: Properties, { retain }: Slot, owner: string, variant: Variant,
  { ids, sharedService }: Spaces,
): Properties | undefined {
  const [declared] = declaredOf(SHARED, owner, variant.spaces ?? [], ids);
  const serviceId = sharedService(`${owner}${variant.config === 2 ? 2 : ''}`);
  return declared && {
    ServiceToken, ServiceTimeout, Contract, ServiceId: serviceId, ...declared, ...(retain || variant.retain ? { Retain: 'true' } : {}),
  };
}

/** The associations that properties declare: those of a registration, or the one of a `ServiceAssociation`. */
export function declaredIn(kind: Kind, properties: Properties): readonly Declared[] {
  return kind === 'association' ? [properties as unknown as Declared] : (properties.Associations ?? []) as Declared[];
}

function declaredOf(service: RegistrableService, owner: string, uses: Uses, spaces: readonly string[]): Declared[] {
  return uses.flatMap((use, i) => (use ? [{
    AgentSpaceId: spaces[i],
    Configuration: { [service]: configurationOf(service, owner, use.configuration) },
    ...(use.capabilities > 0 ? { Capabilities: CAPABILITIES[use.capabilities] } : {}),
    ...(use.webhook ? { Webhook: { SecretArn: hookOf(owner, i), ...(use.rotation > 0 ? { RotationRevision: `r${use.rotation}` } : {}) } } : {}),
  }] : []));
}

/** Every resource has targets of its own: where a space has a target from one service only, none stands in the way of another. */
function configurationOf(service: RegistrableService, owner: string, variant: number): object {
  switch (service) {
    case 'eventChannel': return {};
    case 'pagerduty': return { services: variant > 0 ? [owner, `${owner}2`] : [owner], customerEmail: 'on-call@example.com' };
    case 'servicenow': return { instanceId: owner, ...(variant > 0 ? { authScopes: ['read'] } : {}) };
    case 'dynatrace': return { envId: owner, ...(variant > 0 ? { resources: ['HOST-1'] } : {}) };
    default: return { tools: variant > 0 ? [owner, `${owner}2`] : [owner] };
  }
}

function hookOf(owner: string, space: number): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:hook-${owner}${space}-AbCdEf`;
}
