import { RawProperties } from './registration';

/** The event of a custom resource, as CloudFormation sends it. */
export interface CloudFormationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType?: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: RawProperties;
  readonly OldResourceProperties?: RawProperties;
}

/** The time at which CloudFormation made the event, in milliseconds: the date of the signature in its ResponseURL. */
export function eventTime(event: CloudFormationEvent): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(event.ResponseURL);
  if (!date) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The time that CloudFormation waits for the answer, in milliseconds. Its own default is an hour. */
export function serviceTimeout(event: CloudFormationEvent): number {
  return (Number(event.ResourceProperties.ServiceTimeout) || 3600) * 1000;
}

/** The ARN of a service in the account and the Region of the stack. */
export function serviceArn(event: CloudFormationEvent, serviceId: string): string {
  const [, partition, , region, account] = event.StackId.split(':');
  return `arn:${partition}:aidevops:${region}:${account}:service/${serviceId}`;
}
