/** The injection of a schedule's faults into calls. */
import { Fault, Operation } from './schedule';
import { Sent } from './sent';

/** The number of calls of an event that each fault has seen. */
const seen = new WeakMap<Sent, Map<Fault, number>>();

/** The fault that befalls this call. Every one that is meant for such calls counts it; the first that is due is injected. */
export function inject(faults: readonly Fault[], sent: Sent, operation: Operation): Fault | undefined {
  const counts = seen.get(sent) ?? new Map<Fault, number>();
  seen.set(sent, counts);
  let due: Fault | undefined;
  for (const fault of faults) {
    const isMeant = (fault.operation === operation || fault.operation === 'any') && (fault.kind !== 'rotated' || operation === 'secret');
    if (fault.event !== sent.ordinal || !isMeant) {
      continue;
    }
    const count = counts.get(fault) ?? 0;
    counts.set(fault, count + 1);
    if (due === undefined && count >= fault.after && count < fault.after + fault.times) {
      due = fault;
    }
  }
  if (due) {
    sent.injected.push(due);
  }
  return due;
}
