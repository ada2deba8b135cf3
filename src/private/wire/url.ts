/** The parts of URLs, of those too that are known only at deployment. */

import { Fn, Token } from 'aws-cdk-lib/core';

/** The text between two marks, of which the second one may be absent. */
export function between(text: string, start: string, end: string): string {
  return before(after(text, start), end);
}

/** The host name of an `https://` URL, without the port. */
export function hostOf(url: string): string {
  return before(between(url, 'https://', '/'), ':');
}

function before(text: string, mark: string): string {
  return Token.isUnresolved(text) ? Fn.select(0, Fn.split(mark, text)) : text.split(mark)[0];
}

function after(text: string, mark: string): string {
  return Token.isUnresolved(text) ? Fn.select(1, Fn.split(mark, text)) : text.split(mark)[1];
}
