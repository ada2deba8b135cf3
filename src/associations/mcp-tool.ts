/** The tools of an MCP server. */

import { Brand } from '../private/copies';
import { check, checkUnique } from '../private/validation/check';
import { instanceOf, Kind, readArgument, Reading, refined, text } from '../private/validation/kinds';
import { DETAILED_TOOL_NAME, TOOL_NAME } from '../private/validation/rules';
import { DetailsStructure } from '../private/wire/details';
import { boundedList } from '../private/wire/shapes';

const BRAND = new Brand<McpTool>('McpTool');

/**
 * A tool of an MCP server that an Agent Space may use, and what the tool does to the system behind it.
 *
 * The classification of a tool is a statement of yours: AWS DevOps Agent treats tools that change something as elevated.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
export class McpTool {
  /**
   * A tool without a classification.
   *
   * @param name The tool's name: letters, digits, `-` and `_`. Gateways of Amazon Bedrock AgentCore name a tool
   *   `<target>___<tool>`.
   */
  public static of(name: string): McpTool {
    return new McpTool(name);
  }

  /**
   * A tool that only reads.
   *
   * @param name The tool's name: 1 to 128 letters, digits, `-` and `_`.
   */
  public static readOnly(name: string): McpTool {
    return new McpTool(name, 'READ_ONLY');
  }

  /**
   * A tool that changes something.
   *
   * @param name The tool's name: 1 to 128 letters, digits, `-` and `_`.
   */
  public static mutative(name: string): McpTool {
    return new McpTool(name, 'MUTATIVE');
  }

  /**
   * A tool that may destroy something.
   *
   * @param name The tool's name: 1 to 128 letters, digits, `-` and `_`.
   */
  public static destructive(name: string): McpTool {
    return new McpTool(name, 'DESTRUCTIVE');
  }

  private constructor(private readonly name: string, private readonly classification?: string) {
    BRAND.apply(this);
  }

  /** @internal */
  public get _name(): string {
    return this.name;
  }

  /** @internal */
  public _reading(): Reading {
    const { problems } = readArgument(text(this._classified ? DETAILED_TOOL_NAME : TOOL_NAME), this.name);
    return { value: this, problems };
  }

  /** @internal */
  public get _classified(): boolean {
    return this.classification !== undefined;
  }

  /** @internal */
  public _details(): DetailsStructure {
    return { name: this.name, toolClassification: this.classification };
  }
}

/** The API's limit of tools with details. */
const MAX_DETAILED_TOOLS = 500;

const TOOL = instanceOf(BRAND, "McpTool.readOnly('search')");

/** A tool that is given with its details, which have a limit of their own for the name. */
const DETAILED_TOOL: Kind<McpTool> = {
  ...TOOL,
  read: (given) => {
    const reading = TOOL.read(given);
    return reading.problems.length > 0 ? reading : { ...reading, problems: check('', (given as McpTool)._name, DETAILED_TOOL_NAME) };
  },
};

/** Tools that are given with their details. */
export const detailedTools = unique(boundedList(DETAILED_TOOL, { max: MAX_DETAILED_TOOLS }));

const someDetailedTools = unique(boundedList(DETAILED_TOOL, { min: 1, max: MAX_DETAILED_TOOLS }));
const someTools = unique(boundedList(TOOL, { min: 1 }));

/** The tools of an MCP server. The details have to name the same tools, so they name all or none. */
export const serverTools: Kind<McpTool[]> = {
  ...someTools,
  read: (given) => (Array.isArray(given) && given.some((tool) => BRAND.matches(tool) && tool._classified) ? someDetailedTools : someTools).read(given),
};

function unique(tools: Kind<McpTool[]>): Kind<McpTool[]> {
  return refined(tools, (given) => checkUnique('', given.map((tool) => tool._name).filter((name) => typeof name === 'string')));
}
