import { Shape, StringShape } from './shapes';

/** One entry of a ValidationException's fieldList. */
export interface FieldError {
  /** A JSON pointer, such as `/serviceDetails/mcpserver/name`. */
  readonly path: string;
  readonly message: string;
}

const compiled = new Map<string, RegExp>();

function matchesWhole(pattern: string, value: string): boolean {
  let regExp = compiled.get(pattern);
  if (!regExp) {
    regExp = new RegExp(`^(?:${pattern})$`, 'u');
    compiled.set(pattern, regExp);
  }
  return regExp.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Everything that is wrong with a value. Messages never quote the value, which may be a credential.
 *
 * A member that the model does not know is refused. The real service would ignore it, but then a misspelt member would pass every test.
 * For the same reason null is not taken for an absent member.
 */
export function validate(shape: Shape, value: unknown, path = ''): FieldError[] {
  const wrong = (message: string): FieldError[] => [{ path, message: `Value at '${path}' failed to satisfy constraint: ${message}` }];

  switch (shape.kind) {
    case 'document':
      return [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('Member must be a boolean');
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : wrong('Member must be a date-time');
    case 'integer':
      if (!Number.isInteger(value)) return wrong('Member must be an integer');
      return bounds(shape, value as number, 'Member must have value').flatMap(wrong);
    case 'string':
      if (typeof value !== 'string') return wrong('Member must be a string');
      return stringProblems(shape, value).flatMap(wrong);
    case 'list':
      if (!Array.isArray(value)) return wrong('Member must be a list');
      return [
        ...bounds(shape, value.length, 'Member must have length').flatMap(wrong),
        ...value.flatMap((member, index) => validate(shape.member, member, `${path}/${index}`)),
      ];
    case 'map':
      if (!isRecord(value)) return wrong('Member must be a map');
      return [
        ...bounds(shape, Object.keys(value).length, 'Member must have length').flatMap(wrong),
        ...Object.entries(value).flatMap(([key, member]) => [
          ...stringProblems(shape.key, key).flatMap((problem) => wrong(`Map keys must satisfy constraint: ${problem}`)),
          ...validate(shape.value, member, `${path}/${pointer(key)}`),
        ]),
      ];
    case 'union':
    case 'structure': {
      if (!isRecord(value)) return wrong('Member must be a structure');
      const given = Object.keys(value);
      const errors = given.flatMap((name) => Object.hasOwn(shape.members, name)
        ? validate(shape.members[name], value[name], `${path}/${pointer(name)}`)
        : wrong(`Member '${name}' is unknown; known are ${Object.keys(shape.members).join(', ') || 'none'}`));
      if (shape.kind === 'union') {
        return given.length === 1 ? errors : [...wrong(`Exactly one member must be given of ${Object.keys(shape.members).join(', ')}`), ...errors];
      }
      const missing = shape.required.filter((name) => !given.includes(name)).map((name): FieldError => ({
        path: `${path}/${name}`,
        message: `Value at '${path}/${name}' failed to satisfy constraint: Member must not be null`,
      }));
      return [...missing, ...errors];
    }
  }
}

function stringProblems(shape: StringShape, value: string): string[] {
  const problems = bounds(shape, [...value].length, 'Member must have length'); // in code points, as AWS counts
  if (shape.pattern !== undefined && !matchesWhole(shape.pattern, value)) {
    problems.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.enum && !shape.enum.includes(value)) problems.push(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`);
  return problems;
}

function bounds(shape: { min?: number; max?: number }, size: number, subject: string): string[] {
  const problems: string[] = [];
  if (shape.min !== undefined && size < shape.min) problems.push(`${subject} greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && size > shape.max) problems.push(`${subject} less than or equal to ${shape.max}`);
  return problems;
}

function pointer(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}
