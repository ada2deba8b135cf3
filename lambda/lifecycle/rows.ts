/** The table of decisions: the rows of the rules, and of the endings that come before or around them. */
import { RULES, TABLE } from './decide';

export interface TableRow {
  readonly events: readonly ('Create' | 'Update' | 'Delete')[];
  readonly state: string;
  readonly calls: string;
  readonly answer: string;
}

const REGISTERING = ['Create', 'Update'] as const;
const ALL = [...REGISTERING, 'Delete'] as const;

/** The endings that no rule decides. */
const OUTSIDE: { readonly [row: string]: TableRow } = {
  'unreadable properties': { events: REGISTERING, state: 'this release of the handler does not know the properties', calls: '–', answer: 'FAILED' },
  'unusable secret': { events: REGISTERING, state: 'a secret cannot be read, or holds no usable credential', calls: '… GetSecretValue', answer: 'FAILED; the old service is still there' },
  'associated': {
    events: REGISTERING,
    state: 'a service association: the service is associated with the Agent Space',
    calls: 'ListAssociations, AssociateService or UpdateAssociation; for a webhook PutSecretValue, GetSecretValue, ListWebhooks',
    answer: '`<agent space id>/<service id>`',
  },
  'disassociated': {
    events: ['Delete'],
    state: 'a service association: the service is not associated with the Agent Space, or not by this resource',
    calls: 'ListAssociations, DisassociateService',
    answer: 'SUCCESS',
  },
  'association failed': {
    events: ALL,
    state: 'an Agent Space refuses an association, or has one that is not of this resource, or a webhook cannot be captured',
    calls: '… ListAssociations, AssociateService',
    answer: 'FAILED; the service stays as it was before the event, or goes with the rollback',
  },
  'time ran out': { events: ALL, state: 'the time of the invocation is over, or does not suffice for a look that has to be waited for', calls: '…', answer: 'FAILED' },
  'answer too long': { events: REGISTERING, state: 'CloudFormation does not take an answer of this length', calls: '…', answer: 'FAILED' },
  'handler error': { events: ALL, state: 'a bug of the handler', calls: '…', answer: 'FAILED' },
};

/** All rows by their names. */
export const ROWS: { readonly [row: string]: TableRow } = {
  ...Object.fromEntries(Object.entries(TABLE).map(([row, [state, calls, answer]]) => (
    [row, { events: ALL.filter((event) => RULES.some((rule) => rule.row === row && rule.on.includes(event))), state, calls, answer }]))),
  ...OUTSIDE,
};
