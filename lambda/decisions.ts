/** One row of the table: an event that meets a state of the world, the calls that follow, the answer. */
export interface Decision {
  readonly event: 'Create' | 'Update' | 'Create, Update' | 'Delete' | 'any';
  readonly state: string;
  readonly calls: string;
  readonly answer: string;
}

/**
 * Everything that the lifecycle can come to. Each answer that it gives is one of these rows, and the log names it.
 *
 * *Own* is what carries the tags of this resource. *The holder* is the service that has an identity of which there can
 * be only one. Calls that wait for a lagging list, a throttled call or a policy that has not spread are not repeated.
 */
export const DECISIONS = {
  'stale': { event: 'any', state: 'late, and CloudFormation does not wait for it any more', calls: 'DescribeStackResource', answer: 'FAILED, which nobody hears' },
  'delivered again': { event: 'Create', state: 'this request has registered already', calls: 'List, Get', answer: 'that service' },
  'registered': { event: 'Create', state: 'nothing of this request', calls: 'List, Register', answer: 'the new service' },
  'found after silence': { event: 'Create, Update', state: 'Register gave no answer, and took effect', calls: '… List, Get', answer: 'that service' },
  'found as holder': { event: 'Create, Update', state: 'the holder is of this very request', calls: '… List, Get', answer: 'that service' },
  'silent': { event: 'Create, Update', state: 'Register gave no answer twice, and took no visible effect', calls: '… List', answer: 'FAILED' },
  'refused': { event: 'Create, Update', state: 'Register refuses, a secret cannot be read, or the time does not suffice', calls: '…', answer: 'FAILED, and what there was is still there' },
  'taken': { event: 'Create, Update', state: 'the holder is another\'s', calls: '… Register, List, Get', answer: 'FAILED, which names it' },
  'adopted': { event: 'Create, Update', state: 'the holder is another\'s, and `adoptExisting`', calls: '… Register, List, Get', answer: 'the holder' },
  'consent asked': { event: 'Create, Update', state: 'a person has to consent', calls: 'List, Register', answer: '`consent/…` and the page' },
  'consented': { event: 'Create, Update', state: 'the same, and the deployment waits', calls: '… Register, Publish, List, Get', answer: '`consent/…` and the service' },
  'consent missed': { event: 'Create, Update', state: 'the same, and nobody consents in time', calls: '… Register, Publish, List', answer: 'FAILED' },
  'consent presumed': { event: 'Create, Update', state: '`authorized`, where a new consent is needed', calls: 'List', answer: 'FAILED' },
  'retagged': { event: 'Update', state: 'the service is as wanted, but for tags', calls: 'List, Get, Tag, Untag', answer: 'the same service' },
  'kept': { event: 'Update', state: 'the service is as wanted: an update that failed is rolled back', calls: 'List, Get, Deregister what that left over', answer: 'the same service' },
  'rolled back': { event: 'Update', state: 'another own service is as wanted', calls: 'List, Get, Get', answer: 'that one; Delete of the other follows' },
  'versions kept': { event: 'Update', state: 'a new `credentialsRevision`, the same versions', calls: 'List, Get, Tag', answer: 'the same service' },
  'replaced': { event: 'Update', state: 'the service is not as wanted', calls: 'List, Register, and a Get between them where the list does not tell', answer: 'the new one; Delete of the old one follows' },
  'registered anew': { event: 'Update', state: 'there is no service', calls: 'List, Get, Register', answer: 'the new one' },
  'swapped': { event: 'Update', state: 'the holder is the own old service', calls: '… Register, Deregister, Register', answer: 'the new one' },
  'swap lost': { event: 'Update', state: 'the same, and the new one is refused', calls: '… Register, Deregister, Register', answer: 'FAILED with the old id; the Update back registers again' },
  'swap forbidden': { event: 'Update', state: 'the holder is the own old service, which is to be retained or needs a consent', calls: '… Register', answer: 'FAILED' },
  'not its own': { event: 'any', state: 'the service was adopted, or lost its tags', calls: 'Get', answer: 'FAILED' },
  'consent resolved': { event: 'Update', state: '`authorized`, and somebody has consented', calls: 'List, Get', answer: 'the same id, and the service' },
  'consent absent': { event: 'Update', state: '`authorized`, and nobody has consented', calls: 'List', answer: 'FAILED' },
  'consent asked again': { event: 'Update', state: 'nobody has consented yet, and something else changed', calls: 'List, Register', answer: 'the same id, another page' },
  'deregistered': { event: 'Delete', state: 'an own service', calls: 'Get, Deregister', answer: 'gone' },
  'absent': { event: 'Delete', state: 'no service', calls: 'Get', answer: 'gone' },
  'left': { event: 'Delete', state: 'an adopted service', calls: 'Get', answer: 'gone, and the service is left as it is' },
  'in use': { event: 'any', state: 'Agent Spaces are associated with the service', calls: 'Deregister, as long as time allows', answer: 'FAILED, which names them' },
  'cleared': { event: 'Delete', state: '`failed/…`, `consent/…` or an invented id, and something was registered', calls: 'List, Get, Deregister', answer: 'gone' },
  'clear': { event: 'Delete', state: 'the same, and nothing was', calls: 'List', answer: 'gone' },
  'unreadable': { event: 'Delete', state: 'properties that no Create can have got through', calls: '–', answer: 'gone' },
} as const satisfies { readonly [row: string]: Decision };

export type Row = keyof typeof DECISIONS;
