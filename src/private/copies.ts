/**
 * Support for several copies of this library in one app, such as one that a package of blueprints brings along. `instanceof`
 * and variables of a module know their own copy only.
 */

import { IConstruct } from 'constructs';

function symbolOf(name: string): symbol {
  return Symbol.for(`cdk-devops-agent.${name}`);
}

/** The brand of a class, by which every copy of the library recognizes its instances. */
export class Brand<T extends object> {
  private readonly symbol: symbol;

  constructor(public readonly className: string) {
    this.symbol = symbolOf(className);
  }

  /** Brands an instance. */
  public apply(instance: T): void {
    Object.defineProperty(instance, this.symbol, { value: true });
  }

  public matches(value: unknown): value is T {
    return typeof value === 'object' && value !== null && this.symbol in value;
  }
}

/** A value that a construct keeps for all copies of the library, made at first use. */
export function keptBy<T>(construct: IConstruct, name: string, make: () => T): T {
  const kept = construct.node as unknown as { [symbol: symbol]: T };
  return kept[symbolOf(name)] ??= make();
}
