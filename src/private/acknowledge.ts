import { Stack, Validations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/**
 * Says why a construct does what cdk-nag's AwsSolutions rules report, finding by finding.
 *
 * `Validations.acknowledge()` refuses ids with more than one `::`, which those of ARNs have, so the metadata that it
 * would write is written here.
 */
export function acknowledge(construct: IConstruct, findings: { readonly [finding: string]: string }): void {
  const known = construct.node.metadata.some((entry) => Object.keys(findings).every((id) => id in Object(entry.data)));
  if (!known) construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, findings);
}

/** A finding as cdk-nag spells it: with `<AWS::Region>` for a reference. */
export function finding(scope: IConstruct, rule: string, kind: 'Action' | 'Policy' | 'Resource', value: string): string {
  const resolved = Stack.of(scope).resolve(value);
  const parts: (string | { Ref: string })[] = resolved['Fn::Join']?.[1] ?? [resolved];
  return `AwsSolutions-${rule}[${kind}::${parts.map((part) => typeof part === 'string' ? part : `<${part.Ref}>`).join('')}]`;
}
