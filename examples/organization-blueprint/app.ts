import { App, Environment, Stack, StageProps, Validations } from 'aws-cdk-lib';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  EventChannelRegistration, GrafanaRegistration, McpServerAuthorization, OAuthClient, PagerDutyRegistration, SecretField,
} from 'cdk-devops-agent';
import { Construct } from 'constructs';
import { OrganizationPolicy } from './organization-policy';
import { OrganizationStage } from './organization-stage';

/** The tools of one account in one Region. Nothing here says how the organization runs and encrypts them. */
class DevOpsTools extends OrganizationStage {
  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, props);

    const onCall = new Stack(this, 'OnCall');
    const agentSpaceId = StringParameter.valueForStringParameter(onCall, '/acme/devops-tools/agent-space-id');
    new EventChannelRegistration(onCall, 'Events', { displayName: 'acme-events' })
      .associateWith(CfnAgentSpace.fromAgentSpaceId(onCall, 'AgentSpace', agentSpaceId), { webhook: {} });
    new PagerDutyRegistration(onCall, 'PagerDuty', {
      displayName: 'acme-pagerduty',
      subdomain: 'acme',
      authorization: OAuthClient.fromSecretsManager(Secret.fromSecretNameV2(onCall, 'PagerDutyClient', 'devops-tools/pagerduty')),
    });

    const observability = new Stack(this, 'Observability');
    new GrafanaRegistration(observability, 'Grafana', {
      displayName: 'acme-grafana',
      endpoint: 'https://acme.grafana.net',
      authorization: McpServerAuthorization.bearerToken(
        SecretField.fromSecretsManager(Secret.fromSecretNameV2(observability, 'GrafanaToken', 'devops-tools/grafana'), 'token'),
      ),
      // `cdk synth '**' -c ownKey=true` shows how the organization's policy refuses another key.
      encryptionKey: this.node.tryGetContext('ownKey') ? new Key(observability, 'OwnKey') : undefined,
    });
  }
}

const ENVIRONMENTS: Environment[] = [
  { account: '111111111111', region: 'us-east-1' },
  { account: '222222222222', region: 'us-east-1' },
  { account: '222222222222', region: 'eu-central-1' },
];

const app = new App();
Validations.of(app).addPlugins(new OrganizationPolicy());
for (const env of ENVIRONMENTS) {
  new DevOpsTools(app, `DevOpsTools-${env.account}-${env.region}`, { env });
}
