from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_devopsagent import CfnAgentSpace
from aws_cdk.aws_iam import Role
from aws_cdk.aws_secretsmanager import Secret
from cdk_devops_agent import (
    AzureIdentityRegistration, DevOpsAgentServicePrincipal, EventChannelRegistration, McpServerAuthorization,
    McpServerRegistration, OAuthClient, PagerDutyRegistration, SecretField, WebhookOptions,
)

app = App()
stack = Stack(app, "DevOpsTools")

# An OAuth client. The secret holds {"client_id": "…", "client_secret": "…"}.
pager_duty = PagerDutyRegistration(
    stack, "PagerDuty",
    subdomain="acme",
    authorization=OAuthClient.from_secrets_manager(
        Secret.from_secret_name_v2(stack, "PagerDutyClient", "devops-tools/pagerduty"),
    ),
)

# A bearer token. The secret holds {"token": "…"}.
runbooks = McpServerRegistration(
    stack, "Runbooks",
    endpoint=app.node.try_get_context("runbooks") or "https://runbooks.example.com/mcp",
    description="How we operate our services",
    authorization=McpServerAuthorization.bearer_token(
        SecretField.from_secrets_manager(Secret.from_secret_name_v2(stack, "RunbooksToken", "devops-tools/runbooks"), "token"),
    ),
)

# A user's consent: deploy, open the URL in the output WikiConsentUrl, then deploy with `-c consented=true`.
wiki = McpServerRegistration(
    stack, "Wiki",
    endpoint="https://wiki.example.com/mcp",
    authorization=McpServerAuthorization.authorization_discovery(authorized=app.node.try_get_context("consented") == "true"),
)

# No credential at all: the webhook through which anything can start an investigation. Another name replaces the service.
event_channel = EventChannelRegistration(stack, "EventChannel", display_name=app.node.try_get_context("channel"))

# The Agent Space whose investigations it starts, with `-c agentSpace=<agent space id>`. The webhook's URL and credential go into a secret.
agent_space_id = app.node.try_get_context("agentSpace")
if agent_space_id:
    agent_space = CfnAgentSpace.from_agent_space_id(stack, "AgentSpace", agent_space_id)
    association = event_channel.associate_with(agent_space, webhook=WebhookOptions())
    CfnOutput(stack, "WebhookSecret", value=association.webhook.secret.secret_arn)

# No secret either: Azure trusts the tokens that AWS issues for this role.
azure = AzureIdentityRegistration(
    stack, "Azure",
    tenant_id="11111111-2222-3333-4444-555555555555",
    client_id="66666666-7777-8888-9999-000000000000",
    web_identity_role=Role(stack, "AzureRole", assumed_by=DevOpsAgentServicePrincipal()),
)

for registration in [pager_duty, runbooks, wiki, event_channel, azure]:
    CfnOutput(stack, f"{registration.node.id}ServiceId", value=registration.service_id)
CfnOutput(stack, "WikiConsentUrl", value=wiki.consent_url)

app.synth()
