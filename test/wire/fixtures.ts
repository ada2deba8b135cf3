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

/** The fixtures of a released version of the contract. They are data: a changed construct or handler never changes them. */
export function fixturesOf(version: string): [string, Fixture][] {
  const folder = path.join(__dirname, version);
  return readdirSync(folder).flatMap((file) => {
    const integration = path.basename(file, '.json');
    const fixtures = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { [extent: string]: Omit<Fixture, 'integration'> };
    return Object.entries(fixtures).map(([extent, fixture]): [string, Fixture] => [`${integration}, ${extent}`, { integration, ...fixture }]);
  });
}
