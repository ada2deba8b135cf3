/** The values that several shapes of the API's model share. */

import { string } from './shapes';

export const httpsUrl = string({ pattern: 'https://[a-zA-Z0-9.-]+(?::[0-9]+)?(?:/.*)?' });
export const roleArn = string({ min: 1, max: 255, pattern: 'arn:(aws|aws-cn|aws-us-gov):iam::\\d{12}:role/[a-zA-Z0-9+=,.@_/-]+' });
export const guid = string({ min: 0, max: 36, pattern: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}' });
export const privateConnectionName = string({ min: 3, max: 30, pattern: '[a-z0-9]([a-z0-9-]*[a-z0-9])?' });
export const serviceId = string({ min: 1, max: 255, pattern: '[a-zA-Z0-9_-]+' });
export const agentSpaceId = string({ pattern: '[a-zA-Z0-9-]{1,64}' });
export const associationId = string({ min: 1, max: 255, pattern: '[a-zA-Z0-9-]+' });
