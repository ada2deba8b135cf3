/** The capabilities of an association. */

import { Brand } from '../private/copies';
import { checkUnique, Rule } from '../private/validation/check';
import { bool, instanceOf, Kind, listOf, oneOf, optional, Reading, readOptions, refined, Shape, structureOf, text } from '../private/validation/kinds';
import { DetailsStructure } from '../private/wire/details';
import { boundedList } from '../private/wire/shapes';

/**
 * An event of a change request that starts a capability.
 */
export enum TriggerEvent {
  /** A change request is ready for review. */
  PULL_REQUEST_READY_FOR_REVIEW = 'PULL_REQUEST_READY_FOR_REVIEW',
  /** A change request is a draft. */
  PULL_REQUEST_DRAFT = 'PULL_REQUEST_DRAFT',
}

/**
 * Conditions that have to be met together. A group without a condition is an error.
 */
export interface TriggerFilterGroup {
  /**
   * The events of which one has to be the case: 1 to 10.
   *
   * @default - any event
   */
  readonly events?: TriggerEvent[];

  /**
   * Regular expressions of which one has to match the whole name of the target branch, such as `main` or `release/.*`: 1
   * to 20, each of 1 to 256 characters without control characters. An error with any capability but
   * `releaseReadinessReview`.
   *
   * @default - any branch
   */
  readonly targetBranches?: string[];
}

/**
 * Options of a capability.
 */
export interface AssociationCapabilityOptions {
  /**
   * The groups of conditions of which one has to be met for the capability to start: 1 to 5.
   *
   * @default - every event that the capability knows starts it
   */
  readonly triggerFilterGroups?: TriggerFilterGroup[];

  /**
   * Whether the capability is enabled. AWS DevOps Agent keeps the groups of a disabled capability.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

const BRANCH: Rule = {
  pattern: /^[^\x00-\x1F\x7F-\x9F]+$/,
  max: 256,
  allowed: 'a regular expression of 1 to 256 characters, without control characters',
};

/** The only capability that knows target branches. */
const REVIEW = 'RELEASE_READINESS_REVIEW';

const GROUP: Shape<TriggerFilterGroup> = {
  events: optional(boundedList(oneOf(TriggerEvent, 'TriggerEvent'), { min: 1, max: 10 })),
  targetBranches: optional(boundedList(text(BRANCH), { min: 1, max: 20 })),
};

/** The kinds of the options of a capability. */
function optionsOf(type: string): Shape<AssociationCapabilityOptions> {
  const group = structureOf(GROUP);
  const conditions: Kind<TriggerFilterGroup> = {
    ...group,
    read: (given) => {
      const { value, problems } = group.read(given);
      const { events, targetBranches } = (value ?? {}) as TriggerFilterGroup;
      const isEmpty = problems.length === 0 && events === undefined && targetBranches === undefined;
      return {
        value,
        problems: [
          ...problems,
          ...isEmpty ? [': a group without a condition was given. Give events, targetBranches or both.'] : [],
          ...targetBranches && type !== REVIEW ? [`.targetBranches: given for ${type}, but only ${REVIEW} knows target branches. Leave it out.`] : [],
        ],
      };
    },
  };
  return {
    triggerFilterGroups: optional(boundedList(conditions, { min: 1, max: 5, fix: 'Leave triggerFilterGroups out to start with every event.' })),
    enabled: optional(bool),
  };
}

const BRAND = new Brand<AssociationCapability>('AssociationCapability');

/**
 * A capability that AWS DevOps Agent has by itself, beside investigations, for what is associated: the review of changes in
 * a repository, for example. A capability that is not given is disabled.
 *
 * @see https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_AssociateService.html
 */
export class AssociationCapability {
  /**
   * Capabilities, each at most once.
   *
   * @internal
   */
  public static readonly _listKind: Kind<AssociationCapability[]> = refined(
    listOf(instanceOf(BRAND, 'AssociationCapability.releaseReadinessReview()')),
    (given) => checkUnique('', given.map(({ _type }) => _type)));

  /** A review of whether a change is ready for release. */
  public static releaseReadinessReview(options?: AssociationCapabilityOptions): AssociationCapability {
    return new AssociationCapability(REVIEW, options);
  }

  /** The automated tests of a review of whether a change is ready for release. */
  public static releaseReadinessReviewAutomatedTesting(options?: AssociationCapabilityOptions): AssociationCapability {
    return new AssociationCapability('RELEASE_READINESS_REVIEW_AUTOMATED_TESTING', options);
  }

  /** An analysis of the risk of a change of code. */
  public static codeChangeRiskAnalysis(options?: AssociationCapabilityOptions): AssociationCapability {
    return new AssociationCapability('CODE_CHANGE_RISK_ANALYSIS', options);
  }

  /** The automated tests of an analysis of the risk of a change of code. */
  public static codeChangeRiskAnalysisAutomatedTesting(options?: AssociationCapabilityOptions): AssociationCapability {
    return new AssociationCapability('CODE_CHANGE_RISK_ANALYSIS_AUTOMATED_TESTING', options);
  }

  /** @internal */
  public get _type(): string {
    return this.type;
  }

  private readonly options: AssociationCapabilityOptions;
  private readonly problems: readonly string[];

  private constructor(private readonly type: string, options?: AssociationCapabilityOptions) {
    BRAND.apply(this);
    const { value, problems } = readOptions(optionsOf(type), options);
    this.options = value;
    this.problems = problems;
  }

  /** @internal */
  public _reading(): Reading {
    return { value: this, problems: this.problems };
  }

  /** @internal */
  public _details(): DetailsStructure {
    const { enabled = true, triggerFilterGroups } = this.options;
    return {
      [this.type]: {
        enabled,
        triggerFilterGroups: triggerFilterGroups?.map(({ events, targetBranches }) => ({
          events, targetBranches: targetBranches && { patterns: targetBranches },
        })),
      },
    };
  }
}
