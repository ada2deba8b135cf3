/** The check that the row which an answer names is one of its event and its status. */
import { ROWS as TABLE } from '../../lambda/lifecycle/rows';
import { CloudFormationEvent } from '../../lambda/wire/event';

type RequestType = CloudFormationEvent['RequestType'];

/** A row of the handler's table: the events that can come to it, and the status of its answer. */
interface Row {
  readonly event: readonly RequestType[];
  readonly status: 'SUCCESS' | 'FAILED' | 'DELIVERED AGAIN';
}

/** The rows of the handler's table by their names. */
export const ROWS = new Map(Object.entries(TABLE).map(([name, { events, answer }]): [string, Row] => [name, {
  event: events,
  status: answer.startsWith('FAILED') ? 'FAILED' : answer.startsWith('none') ? 'DELIVERED AGAIN' : 'SUCCESS',
}]));

/** Describes why a row does not fit an answer to an event, or returns nothing if it does. */
export function rowProblem(name: string | undefined, requestType: RequestType, status: string): string | undefined {
  if (name === undefined) {
    return `a ${requestType} ends in ${status} without a row`;
  }
  const row = ROWS.get(name);
  if (!row) {
    return `there is no row '${name}'`;
  }
  if (!row.event.includes(requestType)) {
    return `the row '${name}' is none of a ${requestType}`;
  }
  return row.status === status ? undefined : `the row '${name}' answers with ${row.status}, not with ${status}`;
}
