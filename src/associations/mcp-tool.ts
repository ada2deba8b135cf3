/** The tools of an MCP server. */

import { Brand } from '../private/copies';
import { check } from '../private/validation/check';
import { instanceOf, Kind, readArgument, Reading, text } from '../private/validation/kinds';
import { DETAILED_TOOL_NAME, TOOL_NAME } from '../private/validation/rules';
import { DetailsStructure } from '../private/wire/details';

const BRAND = new Brand<McpTool>('McpTool');

const TOOL = instanceOf(BRAND, "McpTool.readOnly('search')");

/**
 * A tool of an MCP server that an Agent Space may use, and what the tool does to the system behind it.
 *
 * The classification of a tool is a statement of yours: AWS DevOps Agent treats tools that change something as elevated.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-connecting-mcp-servers.html
 */
export class McpTool {
  /** @internal */
  public static readonly _kind: Kind<McpTool> = TOOL;

  /**
   * A tool that is given with its details, for which the limit of the name is a lower one.
   *
   * @internal
   */
  public static readonly _detailedKind: Kind<McpTool> = {
    ...TOOL,
    read: (given) => {
      const reading = TOOL.read(given);
      return reading.problems.length > 0 ? reading : { ...reading, problems: check('', (given as McpTool)._name, DETAILED_TOOL_NAME) };
    },
  };

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

  /** @internal */
  public static _isClassified(value: unknown): boolean {
    return BRAND.matches(value) && value._classified;
  }

  private readonly name: string;
  private readonly problems: readonly string[];

  private constructor(given: string, private readonly classification?: string) {
    BRAND.apply(this);
    const { value = '', problems } = readArgument(text(this._classified ? DETAILED_TOOL_NAME : TOOL_NAME), given);
    this.name = value;
    this.problems = problems;
  }

  /** @internal */
  public get _name(): string {
    return this.name;
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, problems: this.problems };
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
