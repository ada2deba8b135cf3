/** A physical id, by what it names. */
export type PhysicalId =
  | { readonly kind: 'service'; readonly serviceId: string }
  | { readonly kind: 'consent' | 'failed'; readonly requestId: string }
  | { readonly kind: 'invented' };

const SERVICE = /^arn:[^:]+:aidevops:[^:]*:[^:]*:service\/([a-zA-Z0-9_-]+)$/;
const REQUEST = /^(consent|failed)\/(.+)$/;

/** Parses a physical id. CloudFormation invents one for a Create that it gave up before the handler answered. */
export function parsePhysicalId(text = ''): PhysicalId {
  const service = SERVICE.exec(text);
  if (service) {
    return { kind: 'service', serviceId: service[1] };
  }
  const request = REQUEST.exec(text);
  return request ? { kind: request[1] as 'consent' | 'failed', requestId: request[2] } : { kind: 'invented' };
}
