import { Association } from './association';
import { WireRequest } from '../../src/private/contract';

/** Properties as they arrive: written by any release of the library, or by a property override. */
export interface RawProperties {
  readonly [key: string]: unknown;
}

/** The desired state of a registration: its properties, checked, whichever version of the contract wrote them. */
export interface Registration {
  /** The version of the contract that the properties were written in. */
  readonly version: string;
  readonly service: string;
  /** The request, in which each `$secret` leaf has the secret's own id. */
  readonly request: WireRequest;
  readonly tags: { readonly [key: string]: string };
  readonly adoptExisting: boolean;
  /** Whether a user has to consent before the service exists. */
  readonly consent: boolean;
  /** Whether the user has consented. */
  readonly authorized: boolean;
  readonly retain: boolean;
  readonly credentialsRevision: string;
  /** The time in milliseconds in which a refusal may be due to something that is not ready yet. Absent: the default. */
  readonly readiness?: number;
  /** The wait of the deployment for the consent, `timeout` in milliseconds. Absent: it does not wait. */
  readonly wait?: { readonly topicArn: string; readonly timeout: number };
  /** The Agent Spaces that the service is associated with, in the template's order. They are no part of the configuration: they change in place. */
  readonly associations: readonly Association[];
}
