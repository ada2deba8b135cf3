import type { Sent } from './lambda';
import { Mishap, Operation } from './schedule';

/** How many calls of an event a mishap has seen. */
const seen = new WeakMap<Sent, Map<Mishap, number>>();

/** The mishap that befalls this call. Every one that is meant for such calls counts it; the first that is due strikes. */
export function strike(mishaps: readonly Mishap[], sent: Sent, operation: Operation): Mishap | undefined {
  const counts = seen.get(sent) ?? new Map<Mishap, number>();
  seen.set(sent, counts);
  let due: Mishap | undefined;
  for (const mishap of mishaps) {
    const isMeant = (mishap.operation === operation || mishap.operation === 'any') && (mishap.kind !== 'rotated' || operation === 'secret');
    if (mishap.event !== sent.ordinal || !isMeant) {
      continue;
    }
    const count = counts.get(mishap) ?? 0;
    counts.set(mishap, count + 1);
    if (due === undefined && count >= mishap.after && count < mishap.after + mishap.times) {
      due = mishap;
    }
  }
  if (due) {
    sent.struck.push(due);
  }
  return due;
}
