import { Operation, OperationName, operationNames, operations, StructureShape } from './model';
import { redact } from './redaction';
import { DevOpsAgentService, ServiceError } from './service';
import { queryPairs, SignatureError } from './signature';

/** A call as the log shows it. */
export interface Description {
  /** Absent if there is no such operation. */
  readonly operation?: OperationName;
  /** The type of service in question, where it is known. */
  readonly service?: string;
  /** The service that was registered or addressed. Of RegisterService it tells whether the call took effect. */
  readonly serviceId?: string;
  /** Members of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** Credentials are replaced by their `hashOf`. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly errorType?: string;
}

/** A mistake of the caller in HTTP rather than in an operation's input. */
export class ProtocolError extends Error {
  constructor(public readonly code: string, public readonly status: number, message: string) {
    super(message);
  }
}

const maxBodyBytes = 1024 * 1024;

/** A request, parsed. */
export class Call {
  public readonly operation?: OperationName;
  private readonly path: Record<string, string> = {};
  private readonly query: Array<[string, string]>;
  private readonly json: { value: unknown } | undefined;

  constructor(method: string, url: string, private readonly body: Buffer) {
    const [path, query = ''] = url.split(/\?(.*)/s);
    this.query = queryPairs(query);
    this.json = parseJson(body);
    for (const name of operationNames) {
      const values = operations[name].method === method ? matchPath(operations[name].path, path) : undefined;
      if (values) {
        this.operation = name;
        this.path = values;
      }
    }
  }

  /** Its entry in the log. */
  public describe(service: DevOpsAgentService): Description {
    const shape = this.operation && bodyShape(operations[this.operation]);
    const body = this.json ? redact(shape, this.json.value) : `not JSON, ${this.body.length} bytes`;
    const arn = this.path.resourceArn;
    const given = this.json?.value as { serviceId?: unknown } | null | undefined;
    const serviceId = this.path.serviceId ?? (arn && arn.slice(arn.lastIndexOf('/') + 1)) ?? service.serviceOf(this.path.associationId)
      ?? (typeof given?.serviceId === 'string' ? given.serviceId : undefined);
    const query: Record<string, string | string[]> = {};
    for (const [name, value] of this.query) query[name] = name in query ? [query[name], value].flat() : value;
    const type = serviceId === undefined ? undefined : service.typeOf(serviceId);
    return {
      operation: this.operation,
      service: this.path.service ?? type ?? query.filterServiceType as string | undefined,
      serviceId,
      path: this.path,
      query,
      ...(this.body.length > 0 && { body }),
    };
  }

  public perform(service: DevOpsAgentService, contentType: string | undefined): Answer {
    try {
      if (this.operation === undefined) throw new ProtocolError('UnknownOperationException', 404, 'Unknown operation');
      const result = service.perform(this.operation, this.input(operations[this.operation], contentType));
      const { status } = operations[this.operation];
      return status === 204 ? { status } : { status, body: result };
    } catch (error) {
      return errorAnswer(error);
    }
  }

  private input(operation: Operation, contentType: string | undefined): object {
    if (this.body.length > maxBodyBytes) throw new ServiceError('ContentSizeExceededException', `The body exceeds ${maxBodyBytes} bytes`);
    if (this.body.length > 0 && contentType?.split(';')[0].trim() !== 'application/json') {
      throw new ProtocolError('UnsupportedMediaTypeException', 415, 'The content type must be application/json');
    }
    const body = this.body.length === 0 ? {} : this.json?.value;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new ProtocolError('SerializationException', 400, 'The body must be a JSON object');
    }
    // The real service would ignore a member in the wrong place; here that is refused, or no test would ever find it.
    const misplaced = Object.keys(body).find((name) => !Object.hasOwn(bodyShape(operation).members, name));
    if (misplaced !== undefined) throw wrongPlace(misplaced, 'body');
    return { ...body, ...this.queryInput(operation), ...this.path };
  }

  private queryInput(operation: Operation): Record<string, unknown> {
    const input: Record<string, unknown> = {};
    for (const [name, value] of this.query) {
      if (!operation.query.includes(name)) throw wrongPlace(name, 'query string');
      const { kind } = operation.input.members[name];
      if (kind === 'list') input[name] = [...(input[name] as string[] | undefined ?? []), value];
      else if (name in input) throw new ServiceError('ValidationException', `'${name}' is given more than once in the query string`);
      else input[name] = kind === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value;
    }
    return input;
  }
}

/** The part of an operation's input that travels in the body. */
function bodyShape(operation: Operation): StructureShape {
  const members = Object.entries(operation.input.members)
    .filter(([name]) => !operation.query.includes(name) && !operation.path.includes(`{${name}}`));
  return { ...operation.input, members: Object.fromEntries(members) };
}

function wrongPlace(name: string, place: string): ServiceError {
  const message = `'${name}' is not known in the ${place} of this operation`;
  return new ServiceError('ValidationException', message, [{ path: `/${name}`, message }]);
}

/** The members in a path, if it fits. A member is one segment; a slash within it must be encoded. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [template.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (!segment.startsWith('{')) {
      if (segment !== given[index]) return undefined;
      continue;
    }
    try {
      values[segment.slice(1, -1)] = decodeURIComponent(given[index]);
    } catch {
      return undefined;
    }
  }
  return values;
}

function parseJson(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

export function errorAnswer(error: unknown): Answer {
  if (error instanceof ServiceError) {
    const { code, status, message, fieldList } = error;
    return { status, errorType: code, body: { message, ...(fieldList && { fieldList }) } };
  }
  if (error instanceof SignatureError) return { status: 403, errorType: error.code, body: { message: error.message } };
  if (error instanceof ProtocolError) return { status: error.status, errorType: error.code, body: { message: error.message } };
  // A mistake in the simulator must not pass for a failure of the service that a test has asked for.
  return { status: 500, errorType: 'SimulatorDefect', body: { message: `The simulator failed: ${(error as Error).stack}` } };
}
