import { readFileSync } from 'node:fs';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { KEY_PARAMETER } from './organization-stage';

/** The logical ids of the registrations in a template that are not encrypted with the organization's key. */
function registrationsWithoutKey(templatePath: string): string[] {
  const { Resources, Parameters = {} } = JSON.parse(readFileSync(templatePath, 'utf8'));
  return Object.keys(Resources).filter((id) => {
    const { Type, Properties } = Resources[id];
    return Type === 'Custom::DevOpsAgentService' && Parameters[Properties.Request.kmsKeyArn?.Ref]?.Default !== KEY_PARAMETER;
  });
}

/** Refuses to synthesize an app that breaks a rule of the organization. */
export class OrganizationPolicy implements IPolicyValidationPlugin {
  public readonly name = 'Acme';

  public validate({ templatePaths }: IPolicyValidationContext): PolicyValidationPluginReport {
    const violatingResources = templatePaths.flatMap((templatePath) => registrationsWithoutKey(templatePath).map((resourceLogicalId) =>
      ({ resourceLogicalId, templatePath, locations: ['Properties/Request/kmsKeyArn'] })));
    const violation = {
      ruleName: 'organization-key',
      description: 'This registration is not encrypted with the key of the organization.',
      fix: 'Leave encryptionKey out: the blueprint gives the key. If the blueprint does not know this kind of registration yet, ask the platform team.',
      violatingResources,
    };
    const success = violatingResources.length === 0;
    return { success, violations: success ? [] : [violation] };
  }
}
