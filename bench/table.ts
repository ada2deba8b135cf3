import { Result, Results } from './metric';

const BEGIN = '<!-- bench: written by `npm run bench` -->';
const END = '<!-- /bench -->';

/** Results as a table in Markdown. */
export function table(results: Results): string {
  return ['| Metric | Measured | Compared with | Ratio | Goal | |', '|---|--:|--:|--:|---|---|', ...Object.entries(results).map(([metric, result]) => row(metric, result))].join('\n');
}

/** A page with its table of results as they are now. */
export function intoPage(page: string, results: Results): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? '').split(END);
  if (after === undefined) throw new Error(`The page has no place for the table: ${BEGIN} … ${END}`);
  return [before, BEGIN, '\n\n', table(results), '\n\n', END, after].join('');
}

function row(metric: string, { value, unit, baseline, ratio, goal, ok }: Result): string {
  const amount = (number: number) => `${number.toLocaleString('en-US')} ${unit}`;
  return `| ${metric} | ${amount(value)} | ${baseline === null ? '–' : amount(baseline)} | ${ratio === null ? '–' : `${ratio} ×`} | ${goal} | ${ok ? '✓' : 'missed'} |`;
}
