/** The contract's version 1 is frozen: what a released construct wrote comes back with every rollback and Delete of its stack, for ever. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/**
 * The hash of each fixture. A line never changes, nor does it go: if a test wants another fixture, then the code is wrong, or the change needs
 * a version 2 of the contract, with a folder of its own. A new integration adds its lines.
 */
const FROZEN: { readonly [file: string]: string } = {
  'associations/azureidentity.json': '38fbb774476618d1',
  'associations/dynatrace.json': '824cd6f691c83a91',
  'associations/eventChannel.json': '2ac9b416a1cb77d8',
  'associations/gitlab.json': 'e07af2e026361529',
  'associations/mcpserver.json': '2e3ef9fe8691dcad',
  'associations/mcpserverdatadog.json': '0f79b06694502b1f',
  'associations/mcpservergrafana.json': '29c3533e851391ab',
  'associations/mcpservernewrelic.json': 'a8e77fd8f8ce1ee1',
  'associations/mcpserversigv4.json': '3971d0be7e2f8b7a',
  'associations/mcpserversplunk.json': '194f614337c9bd1e',
  'associations/pagerduty.json': '527f2a3446bac792',
  'associations/remoteagent.json': '8877cd8b6781b4fd',
  'associations/remoteagentsigv4.json': '12c1637883b00bb0',
  'associations/servicenow.json': 'fa7b0dfb87434371',
  'azureidentity.json': '793c1504ed0ed08c',
  'dynatrace.json': 'df9b8a58351fa06d',
  'eventChannel.json': '1d2f78eaef4d8694',
  'gitlab.json': '84cc71f712435924',
  'mcpserver.json': 'f51eefb35d60de05',
  'mcpserverdatadog.json': 'd45b0490ed4e678c',
  'mcpservergrafana.json': '1cfdb5a427cf3cb8',
  'mcpservernewrelic.json': 'f23e7b5244edb80f',
  'mcpserversigv4.json': '6626b70b012ffbe5',
  'mcpserversplunk.json': '710a50ca843fea94',
  'pagerduty.json': 'db07ff20af2a7213',
  'remoteagent.json': 'dc15e098df7e441a',
  'remoteagentsigv4.json': '01c51efc7ac4ab16',
  'service-association/eventChannel.json': '129acd42e0be6257',
  'servicenow.json': '604d536f8568e3de',
};

const FOLDER = path.join(__dirname, 'v1');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')).map((file) => file.split(path.sep).join('/'));
const hashOf = (file: string) => createHash('sha256').update(readFileSync(path.join(FOLDER, file))).digest('hex').slice(0, 16);

test('no fixture of version 1 has changed or is gone, and each is frozen', () => {
  expect(Object.fromEntries(files.map((file) => [file, hashOf(file)]))).toEqual(FROZEN);
});
