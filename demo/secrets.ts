import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Text } from './leaks';

/** The credentials of one run of the example: random, so that nothing but a leak can bring them anywhere. */
export interface SeededSecrets {
  /** The secrets' texts by the names that the example knows them by. */
  readonly texts: Readonly<Record<string, string>>;
  /** The credentials in them, by what to call them. */
  readonly credentials: Readonly<Record<string, string>>;
}

export function newSecrets(): SeededSecrets {
  const credentials = {
    'PagerDuty client id': canary(),
    'PagerDuty client secret': canary(),
    'Runbooks token': canary(),
  };
  return {
    credentials,
    texts: {
      'devops-tools/pagerduty': JSON.stringify({
        client_id: credentials['PagerDuty client id'],
        client_secret: credentials['PagerDuty client secret'],
      }),
      'devops-tools/runbooks': JSON.stringify({ token: credentials['Runbooks token'] }),
    },
  };
}

/** A credential that looks different in JSON, in a URL, in XML and in base64. */
export function canary(): string {
  return `canary-${randomBytes(12).toString('hex')}"\\/+=&<%~${randomBytes(6).toString('base64')}`;
}

/** Every file in a folder, as a text. */
export function* filesIn(folder: string): Generator<Text> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield { where: relative(folder, path), text: readFileSync(path, 'utf8') };
  }
}
