import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The properties of one use of an integration, as CloudFormation delivers them, and the fingerprint that they have had since their release. */
export interface Fixture {
  readonly integration: string;
  /** The use in `test/support/integrations.ts` whose construct wrote them. */
  readonly use: string;
  readonly properties: { readonly [key: string]: any };
  readonly fingerprint: { readonly configuration: string; readonly revision: string };
}

/** An association of one integration, in a registration or by itself, and what the handler makes of it. */
export interface AssociationFixture {
  readonly integration: string;
  readonly use: string;
  readonly association: { readonly [key: string]: any };
  readonly sent: { readonly configuration: object; readonly capabilities: object };
}

/** A `ServiceAssociation`, and the hashes that its associated service and its captured webhook carry. */
export interface ServiceAssociationFixture {
  readonly properties: { readonly [key: string]: any };
  readonly sent: { readonly configuration: object; readonly capabilities: object };
  readonly recorded: { readonly agentSpace: string; readonly revision: string };
}

/** The fixtures of a released version of the contract. They are data: a changed construct or handler never changes them. */
export function fixturesOf(version: string): [string, Fixture][] {
  return read<Fixture>(version);
}

export function associationFixturesOf(version: string): [string, AssociationFixture][] {
  return read<AssociationFixture>(version, 'associations');
}

export function serviceAssociationFixturesOf(version: string): [string, ServiceAssociationFixture][] {
  return read<ServiceAssociationFixture>(version, 'service-association');
}

function read<F>(...folders: string[]): [string, F][] {
  const folder = path.join(__dirname, ...folders);
  return readdirSync(folder).filter((file) => file.endsWith('.json')).flatMap((file) => {
    const integration = path.basename(file, '.json');
    const fixtures = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { [extent: string]: object };
    return Object.entries(fixtures).map(([extent, fixture]): [string, F] => [`${integration}, ${extent}`, { integration, use: extent, ...fixture } as F]);
  });
}
