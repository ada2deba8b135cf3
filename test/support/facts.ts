// Goals and facts made by hand, for tests of the rules.
import { stamp } from '../../lambda/lifecycle/situation';
import { Attempt, Awaited, Desired, Facts, Goal, NOTHING, Refusal, Service } from '../../lambda/lifecycle/state';
import { TAG } from '../../src/private/contract';

export const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/App/1';
export const DESIRED: Desired = {
  configuration: 'A', revision: '1', consent: false, authorized: false, waits: false, retain: false, adoptExisting: false, repeatable: false, rotates: true, uniqueKey: 'k',
};
export const CHANGED: Desired = { ...DESIRED, configuration: 'B' };
export const CONSENT: Desired = { ...DESIRED, consent: true, uniqueKey: undefined };

export function goal(type: Goal['type'], more: Partial<Goal> = {}): Goal {
  const physical: Goal['physical'] = type === 'Create' ? { kind: 'invented' } : { kind: 'service', serviceId: 'current' };
  return { type, requestId: 'request', stackId: STACK, logicalId: 'Resource', physical, late: false, desired: DESIRED, old: type === 'Update' ? CHANGED : undefined, ...more };
}
export const create = (more: Partial<Desired> = {}, late = false) => goal('Create', { desired: { ...DESIRED, ...more }, late });
export const update = (more: Partial<Desired> = {}, old: Partial<Desired> = {}) => goal('Update', { desired: { ...DESIRED, ...more }, old: { ...CHANGED, ...old } });
/** An Update of a registration that no user has consented to yet, which changes no configuration. */
export const consenting = (more: Partial<Desired> = {}, old: Partial<Desired> = {}) => goal('Update', {
  physical: { kind: 'consent', requestId: 'earlier' }, desired: { ...CONSENT, ...more }, old: { ...CONSENT, ...old },
});

export function service(id: string, fingerprint = 'B.V.1', more: Service['tags'] = {}): Service {
  return { id, name: `name of ${id}`, createdAt: 0, tags: { [TAG.stack]: STACK, [TAG.resource]: 'Resource', [TAG.request]: 'long ago', [TAG.fingerprint]: fingerprint, ...more } };
}
export const current = service('current');
export const orphan = service('orphan', 'C.V.1');
export const foreign: Service = { id: 'foreign', name: 'by hand', createdAt: 0, tags: {} };
export const RETAIN = { [TAG.retain]: 'true' };

export const REFUSAL: Refusal = { words: 'it is refused', denied: false, throttled: false, ambiguous: false, unresolved: false };
export const refused = (result: 'refused' | 'no response' | 'conflict', credentials: Attempt['credentials'] = 'current', refusal: Partial<Refusal> = {}): Attempt => (
  { credentials, result, refusal: { ...REFUSAL, ...refusal } });
export const registered = { credentials: 'current', result: 'registered', service: service('fresh', 'A.V.1', { [TAG.request]: 'request' }) } satisfies Attempt;
export const consent: Attempt = { credentials: 'current', result: 'consent', url: 'https://consent.example.com' };
export const outOfTime: Attempt = { credentials: 'current', result: 'out of time' };
export const conflict = refused('conflict');
export const AWAITED: Awaited = { is: true, why: '' };
export const STALE: Awaited = { is: false, why: 'it has moved on' };

export function facts(more: Partial<Facts> = {}): Facts {
  return { ...NOTHING, ...more };
}
/** The facts of an Update that has tagged the current service as being replaced. */
export function tagged(more: Partial<Facts> = {}): Facts {
  return facts({ current, own: [], taggedReplacing: true, ...more });
}
/** The service of this request, looked for after all that the facts have. */
export function found(result: Service | null, known: Facts): Facts {
  return { ...known, found: { after: stamp(known), since: 0, service: result } };
}
export function conflicting(more: { rivals?: Service[]; own?: Service[] } = {}, known: Partial<Facts> = {}): Facts {
  return tagged({ attempts: [conflict], conflict: { after: 1, rivals: [], own: [], ...more }, ...known });
}
