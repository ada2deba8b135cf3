import { Tags } from 'aws-cdk-lib';
import { CfnAgentSpace } from 'aws-cdk-lib/aws-devopsagent';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { aws_devopsagent } from 'aws-cdk-lib/interfaces';
import { EventChannelRegistration, IServiceRegistration, OAuthClient, PagerDutyRegistration } from 'cdk-devops-agent';
import { Construct } from 'constructs';

/**
 * Properties for `TeamDevOpsAgent`.
 */
export interface TeamDevOpsAgentProps {
  /**
   * The name of the team, which is its mailbox too: `checkout` for checkout@acme.example.
   */
  readonly team: string;

  /**
   * The ids of the PagerDuty services whose incidents are investigated.
   */
  readonly pagerDutyServiceIds: string[];

  /**
   * The Agent Space that investigates.
   *
   * @default - a new Agent Space with the name of the team
   */
  readonly agentSpace?: aws_devopsagent.IAgentSpaceRef;
}

/**
 * AWS DevOps Agent as every team of Acme has it: an Agent Space that investigates the team's incidents in PagerDuty, and what
 * is posted to its webhook. An account has one in a Region.
 */
export class TeamDevOpsAgent extends Construct {
  /**
   * The Agent Space of the team, for further associations.
   */
  public readonly agentSpace: aws_devopsagent.IAgentSpaceRef;

  /**
   * The registration of PagerDuty.
   */
  public readonly pagerDuty: IServiceRegistration;

  /**
   * The secret with the webhook that starts investigations.
   */
  public readonly webhook: ISecret;

  constructor(scope: Construct, id: string, props: TeamDevOpsAgentProps) {
    super(scope, id);
    Tags.of(this).add('acme:team', props.team);

    this.agentSpace = props.agentSpace ?? new CfnAgentSpace(this, 'AgentSpace', { name: props.team });

    const client = Secret.fromSecretNameV2(this, 'PagerDutyClient', 'devops-tools/pagerduty');
    const pagerDuty = new PagerDutyRegistration(this, 'PagerDuty', {
      displayName: `acme-${props.team}-pagerduty`,
      subdomain: 'acme',
      authorization: OAuthClient.fromSecretsManager(client),
    });
    pagerDuty.associateWith(this.agentSpace, {
      serviceIds: props.pagerDutyServiceIds,
      customerEmail: `${props.team}@acme.example`,
    });
    this.pagerDuty = pagerDuty;

    const events = new EventChannelRegistration(this, 'Events', { displayName: `acme-${props.team}-events` });
    this.webhook = events.associateWith(this.agentSpace, { webhook: {} }).webhook!.secret;
  }
}
