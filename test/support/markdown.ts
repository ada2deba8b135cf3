/** The documentation as its tests read it: files, prose, headings, links and code blocks. */

import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');

/** The pages under a folder of the repository, or its files with another ending, by their paths. */
export function pagesIn(folder: string, ending = '.md'): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending)).map((file) => path.join(folder, file)).sort();
}

/** README.md and everything in docs/. */
export const DOCUMENTS = ['README.md', ...pagesIn('docs')];

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** A code block: the words behind its language, and its text without the indentation of a list. */
export interface Fence {
  readonly words: string;
  readonly text: string;
}

/** The code blocks of a Markdown text in a language. */
export function fencesOf(markdown: string, language: string): Fence[] {
  return [...markdown.matchAll(new RegExp(`^( *)\`\`\`${language}( .*)?\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm'))]
    .map(([, indent, words = '', text]) => ({ words: words.trim(), text: text.replace(new RegExp(`^${indent}`, 'gm'), '') }));
}

/** A Markdown text without its code blocks, in which neither a link nor a heading means anything. */
export function prose(markdown: string): string {
  return markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

export function headingsOf(markdown: string): string[] {
  return [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map((match) => match[1]);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(markdown).map((heading) => {
    const anchor = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** The targets of all links and images. */
export function linksOf(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
}
