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
  'azureidentity.json': '0df8cee29ebf719e',
  'dynatrace.json': 'dd3570b5feab6dab',
  'eventChannel.json': 'a3a044214c96e877',
  'gitlab.json': '01b6ace955c43e18',
  'mcpserver.json': 'd50d985c8cc1fd5d',
  'mcpserverdatadog.json': '4114a0c234f07856',
  'mcpservergrafana.json': '537b5de67b546382',
  'mcpservernewrelic.json': '0f49a6bbc96975ec',
  'mcpserversigv4.json': 'e1d4a60a0578f064',
  'mcpserversplunk.json': 'efb9a9587229efe8',
  'pagerduty.json': '8d9d099e2e75881a',
  'remoteagent.json': 'cb3191b3ab4d3c62',
  'remoteagentsigv4.json': '9244a750a432e3b9',
  'service-association/eventChannel.json': 'b67fb8099184c77b',
  'servicenow.json': 'fe0706a97bc2349c',
};

const FOLDER = path.join(__dirname, 'v1');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')).map((file) => file.split(path.sep).join('/'));
const hashOf = (file: string) => createHash('sha256').update(readFileSync(path.join(FOLDER, file))).digest('hex').slice(0, 16);

test('no fixture of version 1 has changed or is gone, and each is frozen', () => {
  expect(Object.fromEntries(files.map((file) => [file, hashOf(file)]))).toEqual(FROZEN);
});
