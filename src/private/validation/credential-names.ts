/** Plain values whose names say that they carry a credential: in a template, everybody who may read the stack can read them. */

import { Validations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { Rule } from './check';
import { Exposure, joined, Kind, mapOf, text } from './kinds';

const CREDENTIAL = /^(proxy-)?authorization$|^cookie$|key|token|secret|password|credential|assertion|signature/i;

/** A token that is encoded in a string, whose own name is no name of a user's. */
const ENCODED_TOKEN = /\$\{Token\[[^\]]*\]\}/g;

/** A map of plain strings. `fix` says where those with a credential belong. */
export function plainMap(value: Rule, fix: string, names?: Rule): Kind<{ [name: string]: string }> {
  return exposing(mapOf(text(value), names), (map) => Object.keys(map).filter(isCredential).map((name) => ({ at: `.${name}`, fix })));
}

/** A URL. `fix` says what to do about a credential in its query. */
export function plainUrl(rule: Rule, fix: string): Kind<string> {
  return exposing(text(rule), (given) => namesInQuery(given).filter(isCredential).map((name) => ({ at: `?${name}`, fix })));
}

/** The exposures that are not acknowledged on the construct or around it. An acknowledgement may come until synthesis. */
export function exposureProblems(construct: IConstruct, exposures: readonly Exposure[] = []): string[] {
  return exposures.filter(({ at }) => !isAcknowledged(construct, idOf(at))).map(({ at, fix }) =>
    `${at}: the name says that the value is a credential, which would stand in the template. ${fix} `
    + `If it is no secret, acknowledge that: Validations.of(construct).acknowledge({ id: '${idOf(at)}', reason: '…' }).`);
}

function idOf(at: string): string {
  return `cdk-devops-agent:plainCredential:${at}`;
}

/** The CDK lets warnings only be acknowledged, but records every acknowledgement: behind a prefix that depends on its release. */
function isAcknowledged(construct: IConstruct, id: string): boolean {
  return construct.node.scopes.some(({ node }) => node.metadata.some(({ type, data }) =>
    type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && Object.keys(data).some((key) => key.endsWith(`::${id}`))));
}

function exposing<T>(kind: Kind<T>, exposuresOf: (value: T) => Exposure[]): Kind<T> {
  return {
    ...kind,
    read: (given) => {
      const reading = kind.read(given);
      return reading.value === undefined ? reading : { ...reading, ...joined('', reading, { problems: [], exposures: exposuresOf(reading.value as T) }) };
    },
  };
}

function isCredential(name: string): boolean {
  return CREDENTIAL.test(name.replace(ENCODED_TOKEN, ''));
}

/** The names in a URL's query and fragment, whose members some servers separate by semicolons. */
function namesInQuery(given: string): string[] {
  const [, query = ''] = /[?#]([^]*)$/.exec(given.replace(ENCODED_TOKEN, '')) ?? [];
  return [...new URLSearchParams(query.replace(/[?#;]/g, '&')).keys()];
}
