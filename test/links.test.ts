import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { withAbsoluteLinks } from '../projenrc/readme-links';
import { anchorsOf, DOCUMENTS, linksOf, pagesIn, read, ROOT } from './support/markdown';

// Every link leads somewhere: in the repository, and in the README that leaves it.

const isAbsolute = (link: string) => /^[a-z]+:/.test(link);

/** The problem of a link to a file of this repository, if it has one. */
function problemOf(document: string, link: string): string[] {
  const [file, anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(ROOT, target))) {
    return [`${document}: ${link} leads to no file`];
  }
  return anchor !== undefined && !anchorsOf(read(target)).includes(anchor) ? [`${document}: ${link} leads to no heading`] : [];
}

test.each([...DOCUMENTS, 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'])('every link of %s to this repository leads somewhere', (document) => {
  expect(linksOf(read(document)).filter((link) => !isAbsolute(link)).flatMap((link) => problemOf(document, link))).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(['docs/none.md', '#none', 'docs/limits.md#none', 'docs/limits.md#overlapping-events'].flatMap((link) => problemOf('README.md', link))).toEqual([
    'README.md: docs/none.md leads to no file', 'README.md: #none leads to no heading', 'README.md: docs/limits.md#none leads to no heading',
  ]);
});

test('every page is in the index of its folder or of docs/', () => {
  const indexes = ['docs/README.md', 'docs/integrations/README.md'];
  const listed = indexes.flatMap((index) => linksOf(read(index)).map((link) => path.join(path.dirname(index), link.split('#')[0])));
  expect(pagesIn('docs').filter((page) => page !== 'docs/README.md' && !listed.includes(page))).toEqual([]);
});

describe('the README that leaves the repository', () => {
  const { version, repository } = JSON.parse(read('package.json'));
  const address: string = repository.url.replace(/\.git$/, '');
  // A release is tested with its version.
  const ref = version === '0.0.0' ? 'main' : `v${version}`;
  let folder: string;
  let packed: string;

  beforeAll(() => {
    // A copy, since packing writes the README for as long as it takes.
    folder = mkdtempSync(path.join(tmpdir(), 'cdk-devops-agent-readme-'));
    for (const file of ['package.json', 'README.md', 'LICENSE', 'API.md', '.jsii', '.jsii.gz', 'projenrc', 'lib', 'assets', 'tsconfig.json']) {
      cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const tarball = execFileSync('npm', ['pack', '--silent'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim().split('\n').pop()!;
    packed = execFileSync('tar', ['-xzOf', path.join(folder, tarball), 'package/README.md'], { encoding: 'utf8' });
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has no link that is relative', () => {
    expect(linksOf(packed).length).toBe(linksOf(read('README.md')).length);
    expect(linksOf(packed).filter((link) => !link.startsWith('https://'))).toEqual([]);
  });

  test('links pages on GitHub and images as files, and each of them exists', () => {
    const own = linksOf(packed).filter((link) => link.includes(new URL(address).pathname));
    const images = own.filter((link) => link.startsWith(`${address.replace('//github.com/', '//raw.githubusercontent.com/')}/${ref}/`));
    const pages = own.filter((link) => link.startsWith(`${address}/blob/${ref}/`));
    expect(images.map((image) => path.extname(image))).toEqual(['.svg']);
    expect(images.length + pages.length).toBe(own.length);
    const relative = [...images.map((link) => link.split(`/${ref}/`)[1]), ...pages.map((link) => link.split(`/blob/${ref}/`)[1])];
    expect(relative.length).toBeGreaterThan(30);
    expect(relative.flatMap((link) => problemOf('README.md', link))).toEqual([]);
  });

  test('is in the assembly too, which other package managers take it from', () => {
    const assembly = JSON.parse(gunzipSync(readFileSync(path.join(ROOT, '.jsii.gz'))).toString('utf8'));
    expect(assembly.readme.markdown.trim()).toBe(packed.trim());
  });

  test('is not what the repository has after packing', () => {
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toBe(read('README.md'));
  });

  test('says where to clone from', () => {
    expect(packed).toContain(`git clone ${address}.git cdk-devops-agent\n`);
    expect(packed).not.toContain('<address');
  });

  test('of a release links the pages of that release', () => {
    const release = { version: '1.2.3', repository: { url: 'https://github.com/acme/tool.git' } };
    expect(withAbsoluteLinks('[a](docs/a.md#b) ![c](c.svg) [d](#e) [f](https://g.h) [i](mailto:j@k.l)', release)).toBe(
      '[a](https://github.com/acme/tool/blob/v1.2.3/docs/a.md#b) ![c](https://raw.githubusercontent.com/acme/tool/v1.2.3/c.svg) '
      + '[d](https://github.com/acme/tool/blob/v1.2.3/README.md#e) [f](https://g.h) [i](mailto:j@k.l)');
  });
});

test('the README is short enough to be read to the end', () => {
  expect(read('README.md').split('\n').length - 1).toBeLessThanOrEqual(250);
});
