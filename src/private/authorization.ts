import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { ConsentOptions } from '../consent-options';
import { DetailsStructure } from './wire';

/** What an authorization tells the registration that uses it. */
export interface Authorization {
  /** The API's `authorizationConfig`: one member, the kind of authorization. */
  readonly config: DetailsStructure;
  readonly problems: string[];
  /** Whether tokens are fetched from a URL of their own, which a private connection may lead to. */
  readonly exchangesTokens: boolean;
  /** Whether a person has consented, where one has to. */
  readonly authorized?: boolean;
}

/** Where a browser returns to after a consent. */
export function returnToEndpoint(scope: IConstruct, consent: ConsentOptions): string {
  return consent.returnToEndpoint ?? `https://${Stack.of(scope).region}.console.aws.amazon.com/aidevops/home`;
}
