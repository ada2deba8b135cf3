/** The constraints of the API's model that more than one construct or authorization has. */

import { Rule } from './check';

export const ANY_TEXT: Rule = {
  pattern: /[^]*/,
  min: 0,
  allowed: 'any text',
};

export const DISPLAY_NAME: Rule = {
  pattern: /^[\p{L}\p{N} _-]+$/u,
  max: 255,
  allowed: "1 to 255 letters, digits, spaces, '_' and '-'",
};

export const DESCRIPTION: Rule = {
  pattern: /^[\p{L}\p{N}\p{P}\p{S}\p{Z}]+$/u,
  max: 500,
  allowed: '1 to 500 letters, digits, punctuation marks, symbols and spaces, without line breaks or other control characters',
  sensitive: true,
};

export const SERVICE_ID: Rule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  max: 255,
  allowed: "1 to 255 letters, digits, '-' and '_'",
};

export const SERVICE_ARN: Rule = {
  pattern: /^arn:aws[a-zA-Z-]*:aidevops:[a-z0-9-]+:\d{12}:service\/[a-zA-Z0-9_-]{1,255}$/,
  allowed: 'the ARN of a service of AWS DevOps Agent (arn:aws:aidevops:<region>:<account>:service/<service id>)',
};

export const KMS_KEY_ARN: Rule = {
  pattern: /^arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/,
  allowed: 'the full ARN of a symmetric, single-Region key (arn:aws:kms:<region>:<account>:key/<uuid>)',
  fix: 'Aliases and multi-Region keys are not accepted.',
};

export const PRIVATE_CONNECTION_NAME: Rule = {
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  min: 3,
  max: 30,
  allowed: "3 to 30 lower-case letters, digits and '-', without a '-' at either end",
};

export const TAG_KEY: Rule = {
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  max: 128,
  allowed: '1 to 128 letters, digits, spaces and _ . : / = + - @',
};

export const TAG_VALUE: Rule = {
  pattern: TAG_KEY.pattern,
  min: 0,
  max: 256,
  allowed: 'at most 256 letters, digits, spaces and _ . : / = + - @',
};

export const ROLE_ARN: Rule = {
  pattern: /^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role\/[a-zA-Z0-9+=,.@_/-]+$/,
  max: 255,
  allowed: 'the ARN of an IAM role of the partition aws, aws-cn or aws-us-gov (arn:aws:iam::<account>:role/<name>), at most 255 characters',
};

export const HTTPS_URL: Rule = {
  // The API's pattern lets spaces pass, which no URL has.
  pattern: /^https:\/\/[a-zA-Z0-9.-]+(?::[0-9]+)?(?:\/\S*)?$/,
  allowed: "an https:// URL: a host name, optionally ':' and a port, optionally '/' and a path without white space",
  url: true,
};

export const ENDPOINT: Rule = {
  ...HTTPS_URL,
  max: 2048,
  allowed: `${HTTPS_URL.allowed}, at most 2048 characters`,
};

export const CONSOLE_URL: Rule = {
  pattern: /^https:\/\/([a-zA-Z0-9.-]*\.(console\.(aws|aws-dev)|awsc-(integ|preprod)\.aws)\.amazon\.com|[a-zA-Z0-9-]+\.aidevops(-beta|-gamma)?\.global\.app\.aws)(\/.*)?$/,
  allowed: 'a URL of the AWS console (https://<region>.console.aws.amazon.com/…) or of the DevOps Agent web app (https://<id>.aidevops.global.app.aws/…)',
  fix: 'Leave it out to return to the DevOps Agent console of the stack\'s region.',
  url: true,
};

export const SERVER_NAME: Rule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  max: 128,
  allowed: "1 to 128 letters, digits, '-' and '_'",
};

export const CLIENT_ID: Rule = {
  pattern: /^[\u0020-\u007E]+$/,
  max: 255,
  allowed: '1 to 255 printable ASCII characters',
  sensitive: true,
};

export const CLIENT_NAME: Rule = {
  pattern: /^[\p{L}\p{N}\p{Z}._-]+$/u,
  max: 100,
  allowed: "1 to 100 letters, digits, spaces, '.', '_' and '-'",
};

export const OAUTH_SCOPE: Rule = {
  pattern: /^[!#-[\]-~]+$/,
  max: 256,
  allowed: '1 to 256 printable ASCII characters without spaces, double quotes and backslashes',
};

export const HEADER_NAME: Rule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  max: 256,
  allowed: "the name of an HTTP header: 1 to 256 letters, digits, '-' and '_'",
};

export const HEADER_VALUE: Rule = {
  pattern: /^[!-~]([ \t]*[!-~])*$/,
  max: 4096,
  allowed: '1 to 4096 printable ASCII characters, without white space at either end',
  sensitive: true,
};

export const API_KEY_HEADER: Rule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  allowed: "the name of an HTTP header: letters, digits, '-' and '_'",
};

export const AUTHORIZATION_HEADER: Rule = {
  pattern: /^[a-zA-Z0-9-]+$/,
  allowed: "the name of an HTTP header: letters, digits and '-'",
};

export const CREDENTIAL_NAME: Rule = {
  pattern: /^[a-zA-Z0-9_\s-]+$/,
  allowed: "letters, digits, spaces, '-' and '_'",
};

export const SIGNING_SERVICE: Rule = {
  pattern: /[^]/,
  max: 100,
  allowed: "1 to 100 characters, the service's name in signatures, such as execute-api",
};

export const SIGNING_REGION: Rule = {
  pattern: /^(\*|[a-z]{2,4}(-[a-z]+)+-\d+)$/,
  max: 50,
  allowed: "an AWS region such as us-east-1, at most 50 characters, or '*' for every region",
};

export const AGENT_SPACE_ID: Rule = {
  pattern: /^[a-zA-Z0-9-]+$/,
  max: 64,
  allowed: "the id of an Agent Space: 1 to 64 letters, digits and '-'",
};

export const NOT_BLANK: Rule = {
  pattern: /\S/,
  allowed: 'not blank',
};

/** A tool's name. AWS DevOps Agent takes longer ones where a tool is only named. */
export const TOOL_NAME: Rule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  allowed: "the name of a tool: letters, digits, '-' and '_'",
};

export const DETAILED_TOOL_NAME: Rule = {
  ...TOOL_NAME,
  max: 128,
  allowed: "the name of a tool: 1 to 128 letters, digits, '-' and '_'",
};

export const GUID: Rule = {
  pattern: /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
  allowed: 'a GUID such as 01234567-89ab-cdef-0123-456789abcdef',
};

export const NUMERIC_ID: Rule = { pattern: /^[0-9]+$/, allowed: 'digits' };

export const ACCOUNT_ID_OF_NEW_RELIC: Rule = { pattern: /^[0-9]+$/, min: 3, max: 7, allowed: '3 to 7 digits' };
