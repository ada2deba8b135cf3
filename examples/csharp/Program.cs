using Amazon.CDK;
using Amazon.CDK.AWS.DevOpsAgent;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.SecretsManager;
using CdkDevOpsAgent;

namespace DevOpsTools
{
    public static class Program
    {
        public static void Main()
        {
            var app = new App();
            var stack = new Stack(app, "DevOpsTools");

            // An OAuth client. The secret holds {"client_id": "…", "client_secret": "…"}.
            var pagerDuty = new PagerDutyRegistration(stack, "PagerDuty", new PagerDutyRegistrationProps
            {
                Subdomain = "acme",
                Authorization = OAuthClient.FromSecretsManager(
                    Secret.FromSecretNameV2(stack, "PagerDutyClient", "devops-tools/pagerduty"))
            });

            // A bearer token. The secret holds {"token": "…"}.
            var runbooks = new McpServerRegistration(stack, "Runbooks", new McpServerRegistrationProps
            {
                Endpoint = (string)app.Node.TryGetContext("runbooks") ?? "https://runbooks.example.com/mcp",
                Description = "How we operate our services",
                Authorization = McpServerAuthorization.BearerToken(SecretField.FromSecretsManager(
                    Secret.FromSecretNameV2(stack, "RunbooksToken", "devops-tools/runbooks"), "token"))
            });

            // A user's consent: deploy, open the URL in the output WikiConsentUrl, then deploy with `-c consented=true`.
            var wiki = new McpServerRegistration(stack, "Wiki", new McpServerRegistrationProps
            {
                Endpoint = "https://wiki.example.com/mcp",
                Authorization = McpServerAuthorization.AuthorizationDiscovery(new ConsentOptions
                {
                    Authorized = (string)app.Node.TryGetContext("consented") == "true"
                })
            });

            // No credential at all: the webhook through which anything can start an investigation. Another name replaces the service.
            var eventChannel = new EventChannelRegistration(stack, "EventChannel", new EventChannelRegistrationProps
            {
                DisplayName = (string)app.Node.TryGetContext("channel")
            });

            // The Agent Space whose investigations it starts, with `-c agentSpace=<agent space id>`. The webhook's URL and credential go into a secret.
            var agentSpaceId = (string)app.Node.TryGetContext("agentSpace");
            if (agentSpaceId != null)
            {
                var agentSpace = CfnAgentSpace.FromAgentSpaceId(stack, "AgentSpace", agentSpaceId);
                var association = eventChannel.AssociateWith(agentSpace, new EventChannelAssociationOptions
                {
                    Webhook = new WebhookOptions()
                });
                new CfnOutput(stack, "WebhookSecret", new CfnOutputProps { Value = association.Webhook.Secret.SecretArn });
            }

            // No secret either: Azure trusts the tokens that AWS issues for this role.
            var azure = new AzureIdentityRegistration(stack, "Azure", new AzureIdentityRegistrationProps
            {
                TenantId = "11111111-2222-3333-4444-555555555555",
                ClientId = "66666666-7777-8888-9999-000000000000",
                WebIdentityRole = new Role(stack, "AzureRole", new RoleProps { AssumedBy = new DevOpsAgentServicePrincipal() })
            });

            foreach (var registration in new ServiceRegistration[] { pagerDuty, runbooks, wiki, eventChannel, azure })
            {
                new CfnOutput(stack, $"{registration.Node.Id}ServiceId", new CfnOutputProps { Value = registration.ServiceId });
            }
            new CfnOutput(stack, "WikiConsentUrl", new CfnOutputProps { Value = wiki.ConsentUrl });

            app.Synth();
        }
    }
}
