/** The validation of secrets, as far as synthesis knows them. */

import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IResource } from 'aws-cdk-lib/core';
import { check, Rule } from './check';
import { differ, regionProblems } from './environment';

/** A name with an ARN in it would become part of another ARN, which names no secret. */
const SECRET_NAME: Rule = {
  pattern: /^[\w/+=.@-]+$/,
  max: 512,
  allowed: 'the name of a secret: 1 to 512 letters, digits and / _ + = . @ -',
  fix: 'Secret.fromSecretNameV2() takes a name. For an ARN, use Secret.fromSecretCompleteArn(), or fromSecretPartialArn() if the ARN lacks the six characters at its end.',
};

/** The way out for a secret that is only read. */
export const READABLE_IN_REGION = 'Use one of the same region: of a replicated secret, import the replica by its name, with Secret.fromSecretNameV2().';

export function secretProblems(scope: IResource, secret: ISecret, prop: string, self: string, fixOfRegion?: string): string[] {
  return [
    ...check(`${prop} '${secret.node.path}'`, secret.secretName, SECRET_NAME),
    ...regionProblems(scope, prop, secret, self, fixOfRegion),
    ...keyProblems(scope, secret, prop, self),
  ];
}

/** The default key of AWS Secrets Manager cannot be shared, and the provider has to be allowed to use any other key. */
function keyProblems(scope: IResource, secret: ISecret, prop: string, self: string): string[] {
  return !secret.encryptionKey && differ(scope.env.account, secret.env.account)
    ? [`${prop}: '${secret.node.path}' belongs to account ${secret.env.account}, ${self} to ${scope.env.account}, and its encryptionKey is not known, without which it cannot be read there. Encrypt it with a key of its own, and pass the key: new Secret(…, { encryptionKey }), or Secret.fromSecretAttributes(…, { secretCompleteArn, encryptionKey }).`]
    : [];
}
