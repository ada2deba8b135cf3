/**
 * The shadow world: what is true of the services and of CloudFormation, as far as the path so far has settled it. A
 * role that is undetermined may or may not be filled; an observation or an effect settles it. So one state stands for
 * all worlds that its observations do not tell apart, and "may still exist" is a state and not a guess.
 */
import { EARLIER, REQUEST, RESOURCE, STACK } from './goals';
import { Goal, Service } from '../../lambda/lifecycle/state';
import { isOf } from '../../lambda/lifecycle/tags';
import { PhysicalId } from '../../lambda/wire/physical-id';
import { TAG } from '../../src/private/contract';

/** The role of a service for the resource. At most one service has each role. */
export const ROLES = ['current', 'ours', 'consented', 'orphan', 'retained', 'predecessor', 'stranger', 'fresh'] as const;
export type Role = typeof ROLES[number];

/** A service that may have a role, and the unique key that it has. */
export interface Member {
  readonly role: Role;
  readonly service: Service;
  readonly key?: string;
}

export interface World {
  /** Absent: undetermined; null: there is none, or not any more. */
  readonly cast: { readonly [role in Role]?: Member | null };
  /** CloudFormation does not wait for the event any more. */
  readonly movedOn: boolean;
  /** The physical id that CloudFormation knows the resource by. */
  readonly believed?: PhysicalId;
}

/** The services that may have the roles in the event of a goal. */
export type Universe = { readonly [role in Role]: readonly Member[] };

/** The ownership tags of the resource. */
export const OWN = { [TAG.stack]: STACK, [TAG.resource]: RESOURCE };
const OTHER_STACK = `${STACK}2`;
const RETAIN = { [TAG.retain]: 'true' };

/** The tags of an own service. Secrets have the versions `V1` now, and had `V0`. */
function own(configuration: string, more: { readonly [key: string]: string } = {}, revision = '1', versions = 'V1'): Service['tags'] {
  return { ...OWN, [TAG.request]: 'a request long ago', [TAG.fingerprint]: `${configuration}.${versions}.${revision}`, ...more };
}

export function universeOf(goal: Goal): Universe {
  const key = goal.desired?.uniqueKey;
  const keys: { readonly [configuration: string]: string | undefined } = { A: key, B: goal.old?.uniqueKey, K: key };
  const member = (role: Role, words: string, tags: Service['tags']): Member => {
    const [configuration] = (tags[TAG.fingerprint] ?? 'K').split('.');
    // The physical id names the current service, whichever it is.
    return { role, service: { id: role === 'current' ? 'current' : `${role}: ${words}`, name: words, createdAt: 0, tags }, key: keys[configuration] };
  };
  const keyed = <T>(...members: T[]): T[] => (key === undefined ? [] : members);
  const predecessor = { [TAG.predecessor]: 'predecessor' };
  const changed = goal.old?.configuration !== 'A';
  const isDelete = goal.type === 'Delete';
  const request = 'requestId' in goal.physical;
  return {
    current: goal.physical.kind !== 'service' ? [] : [
      member('current', 'as desired', own('A')),
      member('current', 'as desired, with a predecessor', own('A', predecessor)),
      member('current', 'as desired, to be retained', own('A', RETAIN)),
      member('current', 'not managed', {}),
      member('current', 'of another stack', { ...own('K'), [TAG.stack]: OTHER_STACK }),
      ...(isDelete ? [member('current', 'to be replaced', own('A', { [TAG.replacing]: 'a request' }))] : [
        member('current', 'of another revision', own('A', {}, '0')),
        member('current', 'of another revision and other versions', own('A', predecessor, '0', 'V0')),
        member('current', 'of a failed update', own('C')),
        ...keyed(member('current', 'of a failed update, with the unique key and a predecessor', own('K', predecessor))),
        ...(changed ? [
          member('current', 'as before', own('B')),
          member('current', 'as before, with a predecessor', own('B', predecessor)),
          member('current', 'as before, to be retained', own('B', RETAIN)),
        ] : []),
      ]),
    ],
    ours: isDelete && goal.physical.kind !== 'invented' ? [] : [
      member('ours', isDelete ? 'of the abandoned Create' : 'of an earlier delivery', own('A', { [TAG.request]: isDelete ? EARLIER : REQUEST, ...goal.desired?.retain ? RETAIN : {} })),
    ],
    consented: !request ? [] : [
      member('consented', 'as desired', own('A', { [TAG.request]: EARLIER })),
      ...(isDelete ? [] : [member('consented', 'of another revision', own('A', { [TAG.request]: EARLIER }, '0'))]),
      ...(isDelete || !changed ? [] : [member('consented', 'as before', own('B', { [TAG.request]: EARLIER }))]),
    ],
    orphan: [
      member('orphan', 'of another configuration', own('C')),
      ...(isDelete ? [] : [member('orphan', 'as desired', own('A'))]),
      ...keyed(member('orphan', 'with the unique key', own('K'))),
    ],
    retained: [
      member('retained', 'as desired', own('A', RETAIN)),
      ...keyed(member('retained', 'with the unique key', own('K', RETAIN))),
    ],
    predecessor: [
      member('predecessor', 'of another configuration', own('C')),
      member('predecessor', 'as desired', own('A')),
      member('predecessor', 'as desired, to be retained', own('A', RETAIN)),
    ].map((predecessorOf) => ({ ...predecessorOf, service: { ...predecessorOf.service, id: 'predecessor' } })),
    stranger: isDelete ? [] : keyed(
      member('stranger', 'not managed', {}),
      member('stranger', 'of another resource of the stack', { ...own('K'), [TAG.resource]: 'Other' }),
      member('stranger', 'of another stack', { ...own('K'), [TAG.stack]: OTHER_STACK }),
      member('stranger', 'of another stack, retained', { ...own('K', RETAIN), [TAG.stack]: OTHER_STACK }),
    ),
    fresh: [],
  };
}

/** The world before the event. The one restriction: no overlapping delivery registers a service of a repeatable kind. */
export function beginning(goal: Goal): World {
  const overlaps = goal.late || !goal.desired?.repeatable || goal.type === 'Delete';
  return { cast: overlaps ? {} : { ours: null }, movedOn: false, believed: goal.type === 'Create' ? undefined : goal.physical };
}

export function settle(world: World, role: Role, member: Member | null): World {
  return world.cast[role] === member ? world : { ...world, cast: { ...world.cast, [role]: member } };
}

/** The members that are known to exist. */
export function existing({ cast }: World): Member[] {
  return ROLES.flatMap((role) => cast[role] ?? []);
}

/** The services that may have a role: the one that has it, else each that can, since a unique key has one service at most. */
export function candidates(world: World, universe: Universe, role: Role): readonly Member[] {
  const known = world.cast[role];
  return known === null ? [] : known ? [known] : universe[role].filter(({ key }) => key === undefined || keyIsFree(world, key));
}

export function keyIsFree(world: World, key: string): boolean {
  return !existing(world).some((member) => member.key === key);
}

/** The service that is known to have the unique key that the goal desires. */
export function keyOwner(world: World, goal: Goal): Member | undefined {
  const key = goal.desired?.uniqueKey;
  return key === undefined ? undefined : existing(world).find((member) => member.key === key);
}

export function memberOf(world: World, service: Service): Member | undefined {
  return existing(world).find((member) => member.service.id === service.id);
}

export function isOwn(goal: Goal, service: Service): boolean {
  return isOf(service.tags, goal);
}

/** The physical id that a service is answered under. */
export function physicalIdOf(goal: Goal, { id, tags }: Service): PhysicalId {
  return goal.desired?.consent ? { kind: 'consent', requestId: tags[TAG.request] } : { kind: 'service', serviceId: id };
}

/** A text that is the same for the same world. */
export function worldKey({ cast, movedOn, believed }: World): string {
  return [...ROLES.map((role) => cast[role]?.service.name ?? cast[role]), movedOn, physicalKey(believed)].join();
}

export function physicalKey(id?: PhysicalId): string {
  return id === undefined ? '' : 'serviceId' in id ? id.serviceId : `${id.kind}/${'requestId' in id ? id.requestId : ''}`;
}
