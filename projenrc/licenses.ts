/** Writes THIRD-PARTY-LICENSES: what the handler's bundle is made of, and the license of each package in it, as the package itself has it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** esbuild's report of the last bundle. It stands outside assets/, whose files decide the asset's hash. */
export const METAFILE = '.local/handler.meta.json';
export const LICENSES = 'THIRD-PARTY-LICENSES';

/** The licenses under which a package may be bundled and shipped under Apache-2.0. Another one needs a person's decision. */
const PERMITTED = new Set(['Apache-2.0', 'MIT', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC']);

interface Metafile {
  readonly outputs: { readonly [file: string]: { readonly inputs: { readonly [file: string]: object } } };
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: string[];
}

/** The folders of the packages that have code in the bundle. */
export function bundledFolders(root: string): string[] {
  const { outputs } = JSON.parse(readFileSync(path.join(root, METAFILE), 'utf8')) as Metafile;
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []);
  return [...new Set<string>(folders)].sort();
}

function read(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (!PERMITTED.has(license)) {
    throw new Error(`${name} ${version} would be bundled under "${license}"; allowed: ${[...PERMITTED].join(', ')}; `
      + 'bundle another package, or add its license to projenrc/licenses.ts');
  }
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file)).sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trimEnd());
  if (texts.length === 0) {
    throw new Error(`${name} ${version} would be bundled and has no file with its license; bundle another package, or ask its authors for the file`);
  }
  return { name, version, license, texts };
}

/** The file's content: the packages, then each text once, under the names of the packages that have it. */
export function licenses(root: string): string {
  const packages = bundledFolders(root).map((folder) => read(path.join(root, folder)));
  const owners = new Map<string, string[]>();
  for (const { name, texts } of packages) {
    texts.forEach((text) => owners.set(text, [...owners.get(text) ?? [], name]));
  }
  return [
    'The Lambda function in assets/handler/index.js contains code of these packages:',
    packages.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n'),
    ...[...owners].map(([text, names]) => `${'-'.repeat(80)}\n${names.join(', ')}:\n\n${text}`),
  ].join('\n\n') + '\n';
}

if (require.main === module) {
  const root = path.join(__dirname, '..');
  const [file, written] = [path.join(root, LICENSES), licenses(root)];
  if (!existsSync(file) || readFileSync(file, 'utf8') !== written) {
    writeFileSync(file, written);
  }
}
