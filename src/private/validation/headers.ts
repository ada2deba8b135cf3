/** The validation of HTTP headers, of which some stand in the template and the others come from secrets. */

import { check, checkDistinct } from './check';
import { HEADER_NAME, HEADER_VALUE } from './rules';
import { sameHeaderProblems } from './same-headers';

/** A credential that knows its own problems. */
interface Credential {
  _problems(prop: string): string[];
}

/** The name of a prop, and the headers that it has. */
type HeadersProp<T> = [prop: string, headers: { readonly [name: string]: T }];

export function headersProblems([prop, headers]: HeadersProp<string>, [secretProp, secretHeaders]: HeadersProp<Credential>, max: number): string[] {
  const count = Object.keys(headers).length + Object.keys(secretHeaders).length;
  return [
    ...Object.entries(headers).flatMap(([name, value]) => [
      ...check(`${prop} (name)`, name, HEADER_NAME),
      ...check(`${prop}.${name}`, value, HEADER_VALUE),
    ]),
    ...Object.entries(secretHeaders).flatMap(([name, value]) => [
      ...check(`${secretProp} (name)`, name, HEADER_NAME),
      ...value._problems(`${secretProp}.${name}`),
    ]),
    ...sameHeaderProblems(prop, headers),
    ...sameHeaderProblems(secretProp, secretHeaders),
    ...checkDistinct(secretProp, { [prop]: headers, [secretProp]: secretHeaders }, (name) => name.toLowerCase()),
    ...Object.keys(headers).filter((name) => name.toLowerCase() === 'authorization').map((name) =>
      `${prop}: '${name}' carries a credential, and would stand in the template. Give it in ${secretProp}.`),
    ...count > max ? [`${prop}: ${count} were given, ${secretProp} among them, but the API takes at most ${max}. Leave some out.`] : [],
  ];
}
