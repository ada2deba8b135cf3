/** The validation of HTTP headers, of which some stand in the template and the others come from secrets. */

import { checkDistinct } from './check';
import { plainMap } from './credential-names';
import { Kind } from './kinds';
import { HEADER_NAME, HEADER_VALUE } from './rules';
import { sameHeaderProblems } from './same-headers';

type Headers = { readonly [name: string]: unknown };

/** Headers that stand in the template. `secretProp` is the prop of the others. */
export function plainHeaders(secretProp: string): Kind<{ [name: string]: string }> {
  return plainMap(HEADER_VALUE, `Give it in ${secretProp}.`, HEADER_NAME);
}

/** The problems of headers of both kinds together, each with the name of its prop. */
export function headersProblems([prop, plain]: [string, Headers], [secretProp, secret]: [string, Headers], max: number): string[] {
  const plainCount = Object.keys(plain).length;
  const count = plainCount + Object.keys(secret).length;
  const given = plainCount > 0 ? `${prop}: ${count} were given, ${secretProp} among them,` : `${secretProp}: ${count} were given,`;
  return [
    ...sameHeaderProblems(prop, plain),
    ...sameHeaderProblems(secretProp, secret),
    ...checkDistinct(secretProp, { [prop]: plain, [secretProp]: secret }, (name) => name.toLowerCase()),
    ...count > max ? [`${given} but the API takes at most ${max}. Leave some out.`] : [],
  ];
}
