package devopstools;

import io.github.cdkdevopsagent.AzureIdentityRegistration;
import io.github.cdkdevopsagent.ConsentOptions;
import io.github.cdkdevopsagent.DevOpsAgentServicePrincipal;
import io.github.cdkdevopsagent.EventChannelAssociationOptions;
import io.github.cdkdevopsagent.EventChannelRegistration;
import io.github.cdkdevopsagent.IAssociation;
import io.github.cdkdevopsagent.McpServerAuthorization;
import io.github.cdkdevopsagent.McpServerRegistration;
import io.github.cdkdevopsagent.OAuthClient;
import io.github.cdkdevopsagent.PagerDutyRegistration;
import io.github.cdkdevopsagent.SecretField;
import io.github.cdkdevopsagent.ServiceRegistration;
import io.github.cdkdevopsagent.WebhookOptions;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.interfaces.devopsagent.IAgentSpaceRef;
import software.amazon.awscdk.services.devopsagent.CfnAgentSpace;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.secretsmanager.Secret;

public class DevOpsToolsApp {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "DevOpsTools");

        // An OAuth client. The secret holds {"client_id": "…", "client_secret": "…"}.
        PagerDutyRegistration pagerDuty = PagerDutyRegistration.Builder.create(stack, "PagerDuty")
                .subdomain("acme")
                .authorization(OAuthClient.fromSecretsManager(
                        Secret.fromSecretNameV2(stack, "PagerDutyClient", "devops-tools/pagerduty")))
                .build();

        // A bearer token. The secret holds {"token": "…"}.
        String endpoint = (String) app.getNode().tryGetContext("runbooks");
        McpServerRegistration runbooks = McpServerRegistration.Builder.create(stack, "Runbooks")
                .endpoint(endpoint != null ? endpoint : "https://runbooks.example.com/mcp")
                .description("How we operate our services")
                .authorization(McpServerAuthorization.bearerToken(SecretField.fromSecretsManager(
                        Secret.fromSecretNameV2(stack, "RunbooksToken", "devops-tools/runbooks"), "token")))
                .build();

        // A user's consent: deploy, open the URL in the output WikiConsentUrl, then deploy with `-c consented=true`.
        McpServerRegistration wiki = McpServerRegistration.Builder.create(stack, "Wiki")
                .endpoint("https://wiki.example.com/mcp")
                .authorization(McpServerAuthorization.authorizationDiscovery(ConsentOptions.builder()
                        .authorized("true".equals(app.getNode().tryGetContext("consented")))
                        .build()))
                .build();

        // No credential at all: the webhook through which anything can start an investigation. Another name replaces the service.
        EventChannelRegistration eventChannel = EventChannelRegistration.Builder.create(stack, "EventChannel")
                .displayName((String) app.getNode().tryGetContext("channel"))
                .build();

        // The Agent Space whose investigations it starts, with `-c agentSpace=<agent space id>`. The webhook's URL and credential go into a secret.
        String agentSpaceId = (String) app.getNode().tryGetContext("agentSpace");
        if (agentSpaceId != null) {
            IAgentSpaceRef agentSpace = CfnAgentSpace.fromAgentSpaceId(stack, "AgentSpace", agentSpaceId);
            IAssociation association = eventChannel.associateWith(agentSpace, EventChannelAssociationOptions.builder()
                    .webhook(WebhookOptions.builder().build())
                    .build());
            CfnOutput.Builder.create(stack, "WebhookSecret").value(association.getWebhook().getSecret().getSecretArn()).build();
        }

        // No secret either: Azure trusts the tokens that AWS issues for this role.
        AzureIdentityRegistration azure = AzureIdentityRegistration.Builder.create(stack, "Azure")
                .tenantId("11111111-2222-3333-4444-555555555555")
                .clientId("66666666-7777-8888-9999-000000000000")
                .webIdentityRole(Role.Builder.create(stack, "AzureRole").assumedBy(new DevOpsAgentServicePrincipal()).build())
                .build();

        for (ServiceRegistration registration : List.of(pagerDuty, runbooks, wiki, eventChannel, azure)) {
            CfnOutput.Builder.create(stack, registration.getNode().getId() + "ServiceId").value(registration.getServiceId()).build();
        }
        CfnOutput.Builder.create(stack, "WikiConsentUrl").value(wiki.getConsentUrl()).build();

        app.synth();
    }
}
