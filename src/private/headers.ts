import { HEADER_NAME, HEADER_VALUE } from './rules';
import { check, checkGivenOnce } from './validation';
import { SecretField } from '../secret-field';

/** A prop that is a map of headers, by its name. */
type HeadersProp<T> = [prop: string, headers: { readonly [name: string]: T }];

/** The problems of headers of which some stand in the template, and the others come from secrets. */
export function headersProblems([prop, headers]: HeadersProp<string>, [secretProp, secretHeaders]: HeadersProp<SecretField>, max: number): string[] {
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
    ...checkGivenOnce(secretProp, { [prop]: headers, [secretProp]: secretHeaders }, (name) => name.toLowerCase()),
    ...Object.keys(headers).filter((name) => name.toLowerCase() === 'authorization').map((name) =>
      `${prop}: '${name}' carries a credential, and would stand in the template. Give it in ${secretProp}.`),
    ...count > max ? [`${prop}: ${count} were given, ${secretProp} among them, but the API takes at most ${max}. Leave some out.`] : [],
  ];
}
