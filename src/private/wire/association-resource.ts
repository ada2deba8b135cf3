/** The custom resource of a `ServiceAssociation`, as it stands in the template. */

import { CfnResource, IResolvable, Resource } from 'aws-cdk-lib/core';
import { flag, isRetained } from './resource';
import {
  ASSOCIATION_RESOURCE_TYPE, AssociationProperties, CONTRACT_VERSION, HANDLER_TIMEOUT_SECONDS, ServiceAssociationProperties, serviceTimeoutSeconds,
} from '../contract';

export class AssociationResource extends CfnResource {
  constructor(scope: Resource, id: string, serviceToken: string | IResolvable, serviceId: string, association: AssociationProperties) {
    super(scope, id, {
      type: ASSOCIATION_RESOURCE_TYPE,
      properties: {
        ServiceToken: serviceToken,
        ServiceTimeout: String(serviceTimeoutSeconds(HANDLER_TIMEOUT_SECONDS)),
        ...{ Contract: CONTRACT_VERSION, ServiceId: serviceId, ...association } satisfies ServiceAssociationProperties,
      },
    });
  }

  protected get cfnProperties(): { [property: string]: any } {
    return { ...super.cfnProperties, Retain: flag(isRetained(this)) };
  }
}
