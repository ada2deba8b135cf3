import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Text } from './leaks';

/** The credentials of one run of the examples: random, so that nothing but a leak can bring them anywhere. */
export interface SeededSecrets {
  /** The secrets' texts by the names that the examples know them by. */
  readonly texts: Readonly<Record<string, string>>;
  /** The credentials in them, each by the name of its secret and its field. */
  readonly credentials: Readonly<Record<string, string>>;
}

const OAUTH_CLIENT = { client_id: canary, client_secret: canary };
const TOKEN = { token: canary };

/** The secrets of all examples: fields of JSON, each with a generator of its value. */
const SECRETS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'devops-tools/dynatrace': OAUTH_CLIENT,
  // The API takes a token of GitLab's and a key of New Relic's only if it looks like one.
  'devops-tools/gitlab': { token: () => `glpat-${randomBytes(12).toString('hex')}` },
  'devops-tools/grafana': TOKEN,
  'devops-tools/network-agent': OAUTH_CLIENT,
  'devops-tools/new-relic': { api_key: () => `NRAK-${randomBytes(12).toString('hex').toUpperCase()}` },
  'devops-tools/pagerduty': OAUTH_CLIENT,
  'devops-tools/runbooks': TOKEN,
  'devops-tools/servicenow': OAUTH_CLIENT,
  'devops-tools/splunk': TOKEN,
  'devops-tools/wiki': { client_secret: canary },
};

export function newSecrets(): SeededSecrets {
  const credentials: Record<string, string> = {};
  const texts = Object.entries(SECRETS).map(([secret, fields]) => {
    const values = Object.entries(fields).map(([field, make]) => [field, credentials[`${secret} ${field}`] = make()]);
    return [secret, JSON.stringify(Object.fromEntries(values))];
  });
  return { credentials, texts: Object.fromEntries(texts) };
}

/** The names of the credentials in a secret. */
export function credentialsIn(secret: string): string[] {
  return Object.keys(SECRETS[secret]).map((field) => `${secret} ${field}`);
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
