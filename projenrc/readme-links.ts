/**
 * Makes the README's relative links absolute, and names the repository's address, where the README leaves the repository:
 * in the npm tarball, and in the jsii assembly, which PyPI, Maven, NuGet and Construct Hub take it from. The address comes
 * from `.projenrc.ts`, through `package.json`.
 */

import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** The members of `package.json` that an address is made of. */
export interface Package {
  readonly version: string;
  readonly repository: { readonly url: string };
}

const ROOT = path.join(__dirname, '..');
const README = path.join(ROOT, 'README.md');
/** The README of the repository, while the one that is packed stands in its place. */
const ORIGINAL = path.join(ROOT, '.README.md');
const ASSEMBLY = path.join(ROOT, '.jsii.gz');

/** The words for the repository's address in the repository itself. */
const ADDRESS = '<address of this repository>';

/** A Markdown text with absolute addresses for its relative links: pages on GitHub, and images as files. */
export function withAbsoluteLinks(markdown: string, { version, repository }: Package): string {
  const address = repository.url.replace(/\.git$/, '');
  // The tag of a release; what is built between releases has the version 0.0.0.
  const ref = version === '0.0.0' ? 'main' : `v${version}`;
  const pages = `${address}/blob/${ref}/`;
  const files = `${address.replace('//github.com/', '//raw.githubusercontent.com/')}/${ref}/`;
  return markdown.replaceAll(ADDRESS, repository.url).replace(/(!?)(\[[^\]]*\]\()(?![a-z]+:)([^)\s]+)\)/g, (_, image: string, text: string, target: string) =>
    `${image}${text}${image ? files : pages}${target.startsWith('#') ? `README.md${target}` : target})`);
}

function main(mode: string): void {
  const description: Package = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  switch (mode) {
    case 'assembly': {
      const assembly = JSON.parse(gunzipSync(readFileSync(ASSEMBLY)).toString('utf8'));
      assembly.readme.markdown = withAbsoluteLinks(assembly.readme.markdown, description);
      writeFileSync(ASSEMBLY, gzipSync(JSON.stringify(assembly)));
      return;
    }
    case 'pack': {
      // The original is there already if packing was interrupted.
      if (!existsSync(ORIGINAL)) copyFileSync(README, ORIGINAL);
      writeFileSync(README, withAbsoluteLinks(readFileSync(ORIGINAL, 'utf8'), description));
      return;
    }
    case 'packed': {
      renameSync(ORIGINAL, README);
      return;
    }
    default: throw new Error(`readme-links: '${mode}' must be assembly, pack or packed`);
  }
}

if (require.main === module) main(process.argv[2]);
