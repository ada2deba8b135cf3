package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdevopsagent"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	agent "github.com/cdk-devops-agent/cdk-devops-agent-go/cdkdevopsagent"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("DevOpsTools"), nil)

	// An OAuth client. The secret holds {"client_id": "…", "client_secret": "…"}.
	pagerDuty := agent.NewPagerDutyRegistration(stack, jsii.String("PagerDuty"), &agent.PagerDutyRegistrationProps{
		Subdomain: jsii.String("acme"),
		Authorization: agent.OAuthClient_FromSecretsManager(awssecretsmanager.Secret_FromSecretNameV2(
			stack, jsii.String("PagerDutyClient"), jsii.String("devops-tools/pagerduty")), nil),
	})

	// A bearer token. The secret holds {"token": "…"}.
	endpoint := context(app, "runbooks")
	if endpoint == nil {
		endpoint = jsii.String("https://runbooks.example.com/mcp")
	}
	runbooks := agent.NewMcpServerRegistration(stack, jsii.String("Runbooks"), &agent.McpServerRegistrationProps{
		Endpoint:    endpoint,
		Description: jsii.String("How we operate our services"),
		Authorization: agent.McpServerAuthorization_BearerToken(agent.SecretField_FromSecretsManager(awssecretsmanager.Secret_FromSecretNameV2(
			stack, jsii.String("RunbooksToken"), jsii.String("devops-tools/runbooks")), jsii.String("token")), nil),
	})

	// A user's consent: deploy, open the URL in the output WikiConsentUrl, then deploy with `-c consented=true`.
	consented := context(app, "consented")
	wiki := agent.NewMcpServerRegistration(stack, jsii.String("Wiki"), &agent.McpServerRegistrationProps{
		Endpoint: jsii.String("https://wiki.example.com/mcp"),
		Authorization: agent.McpServerAuthorization_AuthorizationDiscovery(&agent.ConsentOptions{
			Authorized: jsii.Bool(consented != nil && *consented == "true"),
		}),
	})

	// No credential at all: the webhook through which anything can start an investigation. Another name replaces the service.
	eventChannel := agent.NewEventChannelRegistration(stack, jsii.String("EventChannel"), &agent.EventChannelRegistrationProps{
		DisplayName: context(app, "channel"),
	})

	// The Agent Space whose investigations it starts, with `-c agentSpace=<agent space id>`. The webhook's URL and credential go into a secret.
	if agentSpaceId := context(app, "agentSpace"); agentSpaceId != nil {
		agentSpace := awsdevopsagent.CfnAgentSpace_FromAgentSpaceId(stack, jsii.String("AgentSpace"), agentSpaceId)
		association := eventChannel.AssociateWith(agentSpace, &agent.EventChannelAssociationOptions{Webhook: &agent.WebhookOptions{}})
		awscdk.NewCfnOutput(stack, jsii.String("WebhookSecret"), &awscdk.CfnOutputProps{
			Value: association.Webhook().Secret().SecretArn(),
		})
	}

	// No secret either: Azure trusts the tokens that AWS issues for this role.
	azure := agent.NewAzureIdentityRegistration(stack, jsii.String("Azure"), &agent.AzureIdentityRegistrationProps{
		TenantId: jsii.String("11111111-2222-3333-4444-555555555555"),
		ClientId: jsii.String("66666666-7777-8888-9999-000000000000"),
		WebIdentityRole: awsiam.NewRole(stack, jsii.String("AzureRole"), &awsiam.RoleProps{
			AssumedBy: agent.NewDevOpsAgentServicePrincipal(nil),
		}),
	})

	for _, registration := range []agent.ServiceRegistration{pagerDuty, runbooks, wiki, eventChannel, azure} {
		awscdk.NewCfnOutput(stack, jsii.String(*registration.Node().Id()+"ServiceId"), &awscdk.CfnOutputProps{
			Value: registration.ServiceId(),
		})
	}
	awscdk.NewCfnOutput(stack, jsii.String("WikiConsentUrl"), &awscdk.CfnOutputProps{Value: wiki.ConsentUrl()})

	app.Synth(nil)
}

// context returns the value that `-c name=value` gives, or nil.
func context(app awscdk.App, name string) *string {
	if value, given := app.Node().TryGetContext(jsii.String(name)).(string); given {
		return &value
	}
	return nil
}
