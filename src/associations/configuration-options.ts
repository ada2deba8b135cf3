/** The options of `AssociationConfiguration`: those parts of an association that are an integration's own. */

import { McpTool } from './mcp-tool';

/**
 * Options of an association with a Dynatrace environment.
 */
export interface DynatraceConfigurationOptions {
  /**
   * The id of the Dynatrace environment, such as `abc12345`.
   */
  readonly environmentId: string;

  /**
   * The resources that are monitored.
   *
   * @default - none are named
   */
  readonly resources?: string[];
}

/**
 * Options of an association with a ServiceNow instance.
 */
export interface ServiceNowConfigurationOptions {
  /**
   * The short name of the instance: `acme` for `https://acme.service-now.com`. A URL is an error.
   *
   * @default - the short name in the registration's `instanceUrl`; of a `ServiceAssociation`, none
   */
  readonly instanceId?: string;

  /**
   * The authentication scopes that AWS DevOps Agent is limited to.
   *
   * @default - no limit beyond those of the OAuth client
   */
  readonly authScopes?: string[];
}

/**
 * Options of an association with PagerDuty services.
 */
export interface PagerDutyConfigurationOptions {
  /**
   * The ids of the PagerDuty services: at least one, such as `PABC123`.
   */
  readonly serviceIds: string[];

  /**
   * The email address of a PagerDuty user, which AWS DevOps Agent names in its requests.
   */
  readonly customerEmail: string;
}

/**
 * Options of an association with a GitLab project.
 */
export interface GitLabConfigurationOptions {
  /**
   * The id of the project: digits.
   */
  readonly projectId: string;

  /**
   * The full path of the project, such as `platform/checkout`.
   */
  readonly projectPath: string;

  /**
   * The host name of the GitLab instance.
   *
   * @default - the host name in the registration's `targetUrl`; of a `ServiceAssociation`, none
   */
  readonly instanceIdentifier?: string;

  /**
   * The id of the release management association that runs the automated tests of this project: 1 to 255 letters, digits
   * and `-`.
   *
   * @default - none
   */
  readonly releaseManagementAssociationId?: string;
}

/**
 * Options of an association with a New Relic account.
 */
export interface NewRelicConfigurationOptions {
  /**
   * The account's id: 3 to 7 digits.
   */
  readonly accountId: string;

  /**
   * The `https://` URL of New Relic's MCP server, such as `https://mcp.newrelic.com/mcp/`.
   */
  readonly endpoint: string;
}

/**
 * Options of what an Agent Space may use of Grafana.
 */
export interface GrafanaToolsOptions {
  /**
   * The id of the Grafana organization: digits.
   *
   * @default - not given
   */
  readonly organizationId?: string;

  /**
   * The names of the tools that the Agent Space may use: letters, digits, `-` and `_`.
   *
   * @default - AWS DevOps Agent decides
   */
  readonly tools?: string[];

  /**
   * The tools with elevated access that are enabled: at most 500.
   *
   * @default - none
   */
  readonly elevatedTools?: McpTool[];
}

/**
 * Options of an association with Grafana.
 */
export interface GrafanaConfigurationOptions extends GrafanaToolsOptions {
  /**
   * The `https://` URL of Grafana, such as `https://acme.grafana.net`.
   */
  readonly endpoint: string;
}

/**
 * Options of an association with an MCP server.
 */
export interface McpServerConfigurationOptions {
  /**
   * The tools that the Agent Space may use: at least one, each once. If one of them is classified, such as by
   * `McpTool.readOnly()`, there are at most 500.
   */
  readonly tools: McpTool[];
}

/**
 * Options of an association with Datadog.
 */
export interface DatadogConfigurationOptions {
  /**
   * The tools with elevated access that are enabled: at most 500.
   *
   * @default - none
   */
  readonly elevatedTools?: McpTool[];
}

/**
 * Options of an association with an Azure subscription.
 */
export interface AzureSubscriptionConfigurationOptions {
  /**
   * The id of the Azure subscription: a GUID.
   */
  readonly subscriptionId: string;
}

/**
 * Options of an association with an Azure DevOps project.
 */
export interface AzureDevOpsConfigurationOptions {
  /**
   * The name of the Azure DevOps organization.
   */
  readonly organizationName: string;

  /**
   * The id of the project.
   */
  readonly projectId: string;

  /**
   * The name of the project.
   */
  readonly projectName: string;
}
