/** Faults between the service and its caller, injected on demand. */

import { OperationName } from './model';

/**
 * `…Before`: the request has no effect. `…After`: it has its effect, and the caller does not learn of it properly.
 *
 * - `delay`: the request takes effect only after `ms`, and is then answered; it takes effect even if the caller has gone by then
 * - `reset…`: the connection is reset
 * - `hangAfter`: no answer, ever; the connection stays open
 * - `status429`, `status500…`: ThrottlingException, InternalServerException
 * - `html…`: 502 and an HTML page, as load balancers send
 * - `malformedAfter`: the right status, but JSON that breaks off
 * - `accessDenied`: as if the caller's policy had not spread yet
 */
export const faultKinds = [
  'delay', 'resetBefore', 'resetAfter', 'hangAfter', 'status429', 'status500Before', 'status500After', 'htmlBefore', 'htmlAfter', 'malformedAfter',
  'accessDenied',
] as const;

export type FaultKind = typeof faultKinds[number];

export interface FaultRule {
  readonly operation: OperationName;
  readonly kind: FaultKind;
  /** Only calls for this type of service; any call if absent. */
  readonly service?: string;
  /** The number of matching calls that succeed before the first fault. 0 if absent. */
  readonly after?: number;
  /** The number of calls that it is injected into. 1 if absent. */
  readonly times?: number;
  /** Of `delay`: how long, in real milliseconds. */
  readonly ms?: number;
}

/** Rules in the order in which they were added. A call meets one fault at most, the first that is due. */
export class FaultQueue {
  private rules: Array<{ rule: FaultRule; seen: number; hit: number }> = [];

  public add(rules: readonly FaultRule[]): void {
    for (const rule of rules) {
      if (!faultKinds.includes(rule.kind)) throw new Error(`No such kind of fault: ${rule.kind}; known are ${faultKinds.join(', ')}`);
      this.rules.push({ rule, seen: 0, hit: 0 });
    }
  }

  public clear(): void {
    this.rules = [];
  }

  /** The fault to inject into this call. Every matching rule counts the call, so `after` counts from when its rule was added. */
  public next(operation: OperationName, service: string | undefined): FaultRule | undefined {
    let due: FaultRule | undefined;
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.operation !== operation || (rule.service !== undefined && rule.service !== service)) continue;
      entry.seen += 1;
      if (due === undefined && entry.seen > (rule.after ?? 0) && entry.hit < (rule.times ?? 1)) {
        entry.hit += 1;
        due = rule;
      }
    }
    return due;
  }
}
