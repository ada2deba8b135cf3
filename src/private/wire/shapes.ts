/** The kinds that more than one construct or factory takes. */

import { IRole } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { SECRET_FIELD } from './details';
import { MAX_CONSENT_WAIT_SECONDS } from '../contract';
import { check } from '../validation/check';
import { Consent, ConsentWait } from '../validation/consent';
import { plainUrl } from '../validation/credential-names';
import { bool, constructWith, duration, instanceOf, Kind, listOf, mapOf, oneOf, optional, refined, Shape, structureOf, text } from '../validation/kinds';
import { AGENT_SPACE_ID, ANY_TEXT, CONSOLE_URL, DESCRIPTION, HEADER_NAME, ROLE_ARN, SERVER_NAME, SIGNING_REGION, SIGNING_SERVICE } from '../validation/rules';

export const secret = constructWith<ISecret>('secretArn', 'an ISecret of aws-cdk-lib/aws-secretsmanager, such as Secret.fromSecretNameV2(…)');

export const secretField = instanceOf(SECRET_FIELD, 'SecretField.fromSecretsManager(secret, field)');

export const secretHeaders = mapOf(secretField, HEADER_NAME);

export const role: Kind<IRole> = refined(constructWith<IRole>('roleArn', 'an IRole of aws-cdk-lib/aws-iam, such as a Role'), ({ roleArn }) => check('', roleArn, ROLE_ARN));

export const encryptionKey = constructWith<IKey>('keyArn', 'an IKey of aws-cdk-lib/aws-kms, such as a Key');

export const removalPolicy = oneOf(RemovalPolicy, 'RemovalPolicy');

export const agentSpace: Kind<aws_devopsagent.IAgentSpaceRef> = refined(
  constructWith<aws_devopsagent.IAgentSpaceRef>('agentSpaceRef', 'an IAgentSpaceRef, such as a CfnAgentSpace or CfnAgentSpace.fromAgentSpaceId(…)'),
  ({ agentSpaceRef }) => check('', agentSpaceRef.agentSpaceId, AGENT_SPACE_ID));

export const CREDENTIALS: Shape<{ readonly credentialsRevision?: string }> = { credentialsRevision: optional(text(ANY_TEXT)) };

const DESCRIBED = { description: optional(text(DESCRIPTION)) };

export const MCP_SERVER = { ...DESCRIBED, serverName: optional(text(SERVER_NAME)) };

export const REMOTE_AGENT = { ...DESCRIBED, agentName: optional(text(SERVER_NAME)) };

export const SIGV4 = { signingService: text(SIGNING_SERVICE), signingRegion: optional(text(SIGNING_REGION)), role: optional(role) };

const WAIT: Shape<ConsentWait> = {
  topic: refined(constructWith<ITopic>('topicArn', 'an ITopic of aws-cdk-lib/aws-sns, such as a Topic'), ({ fifo, node }) =>
    fifo ? [`: '${node.path}' is a FIFO topic, whose messages need a group. Use a standard topic.`] : []),
  timeout: optional(refined(duration, (timeout) =>
    isWait(timeout) ? [] : [`: ${timeout.toHumanString()} must be 1 to ${MAX_CONSENT_WAIT_SECONDS / 60} minutes, in whole seconds.`])),
};

export const CONSENT: Shape<Consent> = {
  returnToEndpoint: optional(plainUrl(CONSOLE_URL, 'Leave it out.')),
  authorized: optional(bool),
  waitForConsent: optional(structureOf(WAIT)),
};

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** The next step for the user, if the bounds do not imply it. */
  readonly fix?: string;
}

/** A list of a bounded number of items. */
export function boundedList<T>(item: Kind<T>, { min = 0, max = Infinity, fix }: Bounds): Kind<T[]> {
  const list = listOf(item);
  const problemsOf = (length: number) => {
    if (length >= min && length <= max) return [];
    return [`: ${length} were given, but the API takes ${length < min ? `at least ${min}` : `at most ${max}`}.${fix ? ` ${fix}` : ''}`];
  };
  return {
    ...list,
    read: (given) => {
      const reading = list.read(given);
      const length = Array.isArray(given) && !Token.isUnresolved(given) ? given.length : undefined;
      return length === undefined ? reading : { ...reading, problems: [...problemsOf(length), ...reading.problems] };
    },
  };
}

function isWait(timeout: Duration): boolean {
  if (timeout.isUnresolved()) return true;
  const seconds = timeout.toMilliseconds() / 1000;
  return Number.isInteger(seconds) && seconds >= 60 && seconds <= MAX_CONSENT_WAIT_SECONDS;
}
