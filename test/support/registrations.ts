import { hashOf, LogEntry, Simulator } from '../simulator/server';

/** A registration as a user wants to see it. */
export interface Row {
  readonly name: string;
  readonly integration: string;
  readonly serviceId: string;
  /** The names of the seeded credentials that arrived in it. */
  readonly credentials: readonly string[];
  /** The page on which a user still has to consent. */
  readonly consentUrl?: string;
}

/** The services of the simulated API and the registrations that wait for consent, by name. */
export function registrations(simulator: Simulator, credentials: Readonly<Record<string, string>>): Row[] {
  const hashes = Object.entries(credentials).map(([name, value]) => ({ name, hash: hashOf(value) }));
  const { services, pending } = simulator.service.snapshot();
  const row = (entry: typeof services[number] | typeof pending[number]) => ({
    name: entry.name ?? '',
    integration: entry.serviceType,
    credentials: hashes.filter(({ hash }) => JSON.stringify(entry.details).includes(hash)).map(({ name }) => name),
  });
  return [
    ...services.map((service) => ({ ...row(service), serviceId: service.serviceId })),
    ...pending.map((waiting) => ({ ...row(waiting), serviceId: 'waits for consent', consentUrl: waiting.authorizationUrl })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The number of RegisterService calls for each name, failed ones included. */
export function registerCalls(log: readonly LogEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation, body } of log) {
    const { name } = (body ?? {}) as { name?: string };
    if (operation === 'RegisterService') counts[name ?? ''] = (counts[name ?? ''] ?? 0) + 1;
  }
  return counts;
}

/** The ids of the services that were deregistered, in that order. */
export function deregistered(log: readonly LogEntry[]): string[] {
  return log.filter(({ operation, status = 500 }) => operation === 'DeregisterService' && status < 300).map(({ serviceId }) => serviceId ?? '');
}

/** The rows as a table. A consent URL is as long as it is, and comes last. */
export function table(rows: readonly Row[]): string {
  const header = ['registration', 'integration', 'service id', 'credential', 'consent URL'];
  const cells = rows.map((row) => [row.name, row.integration, row.serviceId, row.credentials.length > 0 ? 'yes' : 'no', row.consentUrl ?? '–']);
  const widths = header.map((title, column) => Math.max(title.length, ...(column < 4 ? cells.map((line) => line[column].length) : [])));
  const lines = [header, widths.map((width) => '─'.repeat(width)), ...cells];
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}
