/** Acknowledgements of cdk-nag's findings, without a dependency on cdk-nag. */

import { Stack, Validations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/**
 * Acknowledges findings of cdk-nag on a construct, each with its reason.
 *
 * `Validations.acknowledge()` refuses ids with more than one `::`, which ARNs have, so its metadata is written here.
 */
export function acknowledge(construct: IConstruct, findings: { readonly [finding: string]: string }): void {
  const known = construct.node.metadata.some((entry) => Object.keys(findings).every((id) => id in Object(entry.data)));
  if (!known) construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, findings);
}

/** The id of a finding of the pack AwsSolutions in cdk-nag's notation, which has `<AWS::Region>` for a reference. */
export function finding(scope: IConstruct, rule: string, kind: 'Action' | 'Policy' | 'Resource', value: string): string {
  const resolved = Stack.of(scope).resolve(value);
  const parts: (string | { Ref: string })[] = resolved['Fn::Join']?.[1] ?? [resolved];
  return `AwsSolutions-${rule}[${kind}::${parts.map((part) => typeof part === 'string' ? part : `<${part.Ref}>`).join('')}]`;
}

/** A rule that the packs HIPAA Security and NIST 800-53 R5 share, by its ids, with a reason. */
export function inBothPacks(rule: string, reason: string): { readonly [finding: string]: string } {
  return { [`HIPAA.Security-${rule}`]: reason, [`NIST.800.53.R5-${rule}`]: reason };
}

export const INLINE_POLICY = inBothPacks('IAMNoInlinePolicy', 'The policy belongs to one role, and to the stack whose registrations need it.');
