/** The table of decisions in docs/lifecycle.md, made from the rows of the handler's rules. Run as a program, it writes the table there. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ROWS } from '../../lambda/lifecycle/rows';

const DOCUMENT = path.join(__dirname, '..', '..', 'docs', 'lifecycle.md');
const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];

/** The table as Markdown. */
export function lifecycleTable(): string {
  const rows = Object.entries(ROWS).map(([name, { events, state, calls, answer }]) => `| \`${name}\` | ${events.join(', ')} | ${state} | ${calls} | ${answer} |`);
  return ['| Decision | Event | State | Calls | Answer |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The table that stands in the document. */
export function writtenTable(): string {
  const text = readFileSync(DOCUMENT, 'utf8');
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

if (require.main === module) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN) + BEGIN.length), text.slice(text.indexOf(END))];
  writeFileSync(DOCUMENT, `${before}\n\n${lifecycleTable()}\n\n${after}`);
}
