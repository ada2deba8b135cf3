/** The time that redaction takes: in proportion to the text that it searches, whatever the text is made of. */

import { Group, paired } from './metric';
import { Redactor } from '../lambda/redaction';

const SECRET = 's3Cr3t"quoted"\\n/pl+us&am=p<~é>!%41\'漢😀 &lt;#{`}';

/** The parts that texts repeat: each looks like the beginning of an escape, an entity, an encoding or the secret. */
const PARTS = [
  '\\', '\\x41', '\\u{41', '\\101', '&', '&#x41', '&aaaaaaaa1', '%25', 'QUJD', '0x41', SECRET.slice(0, -1), ' ', '\n', '\ud800',
];
const LENGTH = 10_000;
const PAIRS = 5;

export const redaction: Group = {
  timed: true,
  measure: async () => {
    const redactor = new Redactor();
    redactor.hide(SECRET);
    const times = async (length: number) => {
      const start = process.hrtime.bigint();
      PARTS.forEach((part) => redactor.redact(part.repeat(length / part.length)));
      return Number(process.hrtime.bigint() - start) / 1e6;
    };
    await times(LENGTH);
    // In proportion: 10 times. In proportion to its square, for one of the parts alone: 17 times and more.
    return { 'handler: redaction of texts that are ten times as long': await paired(15, 'ms', PAIRS, () => times(10 * LENGTH), () => times(LENGTH)) };
  },
};
