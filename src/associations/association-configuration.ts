/** The configurations of associations, each in the API's own shape. */

import {
  AzureDevOpsConfigurationOptions, AzureSubscriptionConfigurationOptions, DatadogConfigurationOptions, DynatraceConfigurationOptions,
  GitLabConfigurationOptions, GrafanaConfigurationOptions, McpServerConfigurationOptions, NewRelicConfigurationOptions,
  PagerDutyConfigurationOptions, ServiceNowConfigurationOptions,
} from './configuration-options';
import { McpTool } from './mcp-tool';
import { Brand } from '../private/copies';
import { checkUnique, Rule } from '../private/validation/check';
import { instanceOf, Kind, listOf, optional, Reading, readOptions, refined, Shape, text } from '../private/validation/kinds';
import { ACCOUNT_ID_OF_NEW_RELIC, GUID, HTTPS_URL, NOT_BLANK, NUMERIC_ID, TOOL_NAME } from '../private/validation/rules';
import { Details, DetailsStructure, unlessEmpty } from '../private/wire/details';
import { boundedList } from '../private/wire/shapes';

const INSTANCE_ID: Rule = {
  pattern: /^(?!.*service-now\.com)[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/,
  allowed: 'the short name of the instance',
  fix: 'Give acme, not https://acme.service-now.com.',
};

const EMAIL: Rule = {
  pattern: /^[a-zA-Z0-9._%+\-]+@[a-zA-Z0-9.\-]+\.[a-zA-Z]{2,}$/,
  allowed: 'an email address',
  sensitive: true,
};

const PROJECT_PATH: Rule = {
  pattern: /^[^\s/]+(\/[^\s/]+)+$/,
  allowed: 'the full path of the project, such as platform/checkout',
  fix: 'Leave out the address of the instance, and the slash before the path.',
};

const HOST_NAME: Rule = {
  pattern: /^[a-zA-Z0-9.-]+$/,
  allowed: 'the host name of the instance, such as gitlab.com',
};

const ASSOCIATION_ID: Rule = {
  pattern: /^[a-zA-Z0-9-]+$/,
  max: 255,
  allowed: "the id of an association: 1 to 255 letters, digits and '-'",
};

/** The API's limit of tools with details. */
const MAX_DETAILED_TOOLS = 500;

const detailedTools = unique(boundedList(McpTool._detailedKind, { max: MAX_DETAILED_TOOLS }));
const someDetailedTools = unique(boundedList(McpTool._detailedKind, { min: 1, max: MAX_DETAILED_TOOLS }));
const someTools = unique(boundedList(McpTool._kind, { min: 1 }));

/** The tools of an MCP server. The details have to name the same tools, so they name all or none. */
const serverTools: Kind<McpTool[]> = {
  ...someTools,
  read: (given) => (Array.isArray(given) && given.some((tool) => McpTool._isClassified(tool)) ? someDetailedTools : someTools).read(given),
};

const DYNATRACE: Shape<DynatraceConfigurationOptions> = { environmentId: text(NOT_BLANK), resources: optional(listOf(text(NOT_BLANK))) };

const SERVICENOW: Shape<ServiceNowConfigurationOptions> = { instanceId: optional(text(INSTANCE_ID)), authScopes: optional(listOf(text(NOT_BLANK))) };

const PAGERDUTY: Shape<PagerDutyConfigurationOptions> = { serviceIds: boundedList(text(NOT_BLANK), { min: 1 }), customerEmail: text(EMAIL) };

const GITLAB: Shape<GitLabConfigurationOptions> = {
  projectId: text(NUMERIC_ID),
  projectPath: text(PROJECT_PATH),
  instanceIdentifier: optional(text(HOST_NAME)),
  releaseManagementAssociationId: optional(text(ASSOCIATION_ID)),
};

const NEW_RELIC: Shape<NewRelicConfigurationOptions> = { accountId: text(ACCOUNT_ID_OF_NEW_RELIC), endpoint: text(HTTPS_URL) };

const GRAFANA: Shape<GrafanaConfigurationOptions> = {
  endpoint: text(HTTPS_URL),
  organizationId: optional(text(NUMERIC_ID)),
  tools: optional(listOf(text(TOOL_NAME))),
  elevatedTools: optional(detailedTools),
};

const MCP_SERVER: Shape<McpServerConfigurationOptions> = { tools: serverTools };

const DATADOG: Shape<DatadogConfigurationOptions> = { elevatedTools: optional(detailedTools) };

const AZURE_SUBSCRIPTION: Shape<AzureSubscriptionConfigurationOptions> = { subscriptionId: text(GUID) };

const AZURE_DEVOPS: Shape<AzureDevOpsConfigurationOptions> = {
  organizationName: text(NOT_BLANK), projectId: text(NOT_BLANK), projectName: text(NOT_BLANK),
};

const BRAND = new Brand<AssociationConfiguration>('AssociationConfiguration');

/**
 * The configuration of an association: what an Agent Space may use of a service, as far as the type of the service has
 * something to configure. It has to be of the service's own type.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_ServiceConfiguration.html
 */
export class AssociationConfiguration {
  /** @internal */
  public static readonly _kind = instanceOf(BRAND, 'AssociationConfiguration.eventChannel()');

  /** An environment of a Dynatrace account. */
  public static dynatrace(options: DynatraceConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('dynatrace', DYNATRACE, options, ({ environmentId, resources }) => ({
      envId: environmentId, resources: unlessEmpty(resources),
    }));
  }

  /** A ServiceNow instance. */
  public static serviceNow(options: ServiceNowConfigurationOptions = {}): AssociationConfiguration {
    return AssociationConfiguration.of('servicenow', SERVICENOW, options, ({ instanceId, authScopes }) => ({
      instanceId, authScopes: unlessEmpty(authScopes),
    }));
  }

  /** Services of a PagerDuty account. */
  public static pagerDuty(options: PagerDutyConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('pagerduty', PAGERDUTY, options, ({ serviceIds, customerEmail }) => ({ services: serviceIds, customerEmail }));
  }

  /** A GitLab project. */
  public static gitLab(options: GitLabConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('gitlab', GITLAB, options, (given) => ({ ...given }));
  }

  /** A New Relic account. */
  public static newRelic(options: NewRelicConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('mcpservernewrelic', NEW_RELIC, options, (given) => ({ ...given }));
  }

  /** Grafana. */
  public static grafana(options: GrafanaConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('mcpservergrafana', GRAFANA, options, ({ endpoint, organizationId, tools, elevatedTools }) => ({
      endpoint, organizationId, tools: unlessEmpty(tools), enabledElevatedTools: detailsOf(elevatedTools),
    }));
  }

  /** An MCP server. */
  public static mcpServer(options: McpServerConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('mcpserver', MCP_SERVER, options, mcpServer);
  }

  /** An MCP server whose requests are signed with AWS Signature Version 4. */
  public static sigV4McpServer(options: McpServerConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('mcpserversigv4', MCP_SERVER, options, mcpServer);
  }

  /** Splunk. */
  public static splunk(): AssociationConfiguration {
    return AssociationConfiguration.empty('mcpserversplunk');
  }

  /** Datadog. */
  public static datadog(options: DatadogConfigurationOptions = {}): AssociationConfiguration {
    return AssociationConfiguration.of('mcpserverdatadog', DATADOG, options, ({ elevatedTools }) => ({
      enabledElevatedTools: detailsOf(elevatedTools),
    }));
  }

  /** The event channel. */
  public static eventChannel(): AssociationConfiguration {
    return AssociationConfiguration.empty('eventChannel');
  }

  /** An Azure subscription, for the service of an Azure identity. */
  public static azureSubscription(options: AzureSubscriptionConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('azure', AZURE_SUBSCRIPTION, options, (given) => ({ ...given }));
  }

  /** An Azure DevOps project, for the service of an Azure identity. */
  public static azureDevOps(options: AzureDevOpsConfigurationOptions): AssociationConfiguration {
    return AssociationConfiguration.of('azuredevops', AZURE_DEVOPS, options, (given) => ({ ...given }));
  }

  /** A remote agent. */
  public static remoteAgent(): AssociationConfiguration {
    return AssociationConfiguration.empty('remoteagent');
  }

  /** A remote agent whose requests are signed with AWS Signature Version 4. */
  public static sigV4RemoteAgent(): AssociationConfiguration {
    return AssociationConfiguration.empty('remoteagentsigv4');
  }

  private static of<T extends object>(
    type: string, shape: Shape<T>, options: T, detailsOfOptions: (given: Partial<T>) => DetailsStructure,
  ): AssociationConfiguration {
    const { value, problems } = readOptions(shape, options);
    return new AssociationConfiguration(type, detailsOfOptions(value), problems);
  }

  private static empty(type: string): AssociationConfiguration {
    return new AssociationConfiguration(type, {}, []);
  }

  private constructor(private readonly type: string, private readonly details: DetailsStructure, private readonly problems: readonly string[]) {
    BRAND.apply(this);
  }

  /** @internal */
  public _details(): DetailsStructure {
    return { [this.type]: this.details };
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, problems: this.problems };
  }
}

/** Tools, each of another name. */
function unique(tools: Kind<McpTool[]>): Kind<McpTool[]> {
  return refined(tools, (given) => checkUnique('', given.map((tool) => tool._name).filter((name) => name !== '')));
}

/** The members that both kinds of MCP servers have. */
function mcpServer({ tools = [] }: Partial<McpServerConfigurationOptions>): DetailsStructure {
  return {
    tools: tools.map((tool) => tool._name),
    toolDetails: tools.some((tool) => tool._classified) ? detailsOf(tools) : undefined,
  };
}

function detailsOf(tools: McpTool[] | undefined): Details[] | undefined {
  return unlessEmpty(tools)?.map((tool) => tool._details());
}
