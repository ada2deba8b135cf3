const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

const PSEUDO: { [name: string]: string } = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Tools',
};

/**
 * The properties of a custom resource as CloudFormation delivers them: functions evaluated, every number and boolean a
 * string, what is null left out.
 */
export function delivered(value: unknown): any {
  if (Array.isArray(value)) {
    return value.map(delivered);
  }
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[key, argument], ...others] = Object.entries(value).length > 0 ? Object.entries(value) : [['', undefined]];
  if (others.length === 0 && key === 'Ref') {
    return PSEUDO[argument as string] ?? `physical-id-of-${argument}`;
  }
  if (others.length === 0 && key === 'Fn::GetAtt') {
    const [logicalId] = argument as [string, string];
    return `arn:aws:iam::${ACCOUNT}:role/${logicalId}`;
  }
  if (others.length === 0 && key === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(delivered).join(separator);
  }
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, delivered(member)]));
}
