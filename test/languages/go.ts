/** The modules that a Go app is built with if the module proxy lacks one that the package requires. */

import { tmpdir } from 'node:os';
import { outputOf, Run, run } from './tools';

interface Requirement {
  readonly Path: string;
  readonly Version: string;
}

/** Excludes the versions that the module proxy lacks from the app in a folder, and requires the next ones that it has. */
export async function replaceMissingVersions(goMod: string, options: Run, report: (line: string) => void): Promise<void> {
  // Within a module, go looks up all of its requirements before it answers.
  const outside = { ...options, cwd: tmpdir() };
  const { Require } = JSON.parse((await outputOf(['go', 'mod', 'edit', '-json', goMod], outside))!) as { readonly Require: Requirement[] };
  const edits = await Promise.all(Require.map(async ({ Path, Version }) => {
    if (await outputOf(['go', 'list', '-m', `${Path}@${Version}`], outside)) return [];
    const [, ...versions] = (await outputOf(['go', 'list', '-m', '-versions', Path], outside) ?? '').trim().split(' ');
    const next = versions.find((version) => version.localeCompare(Version, 'en', { numeric: true }) > 0);
    report(`the module proxy lacks ${Path} ${Version}; ${next ? `${next} takes its place` : 'it is left out'}`);
    return [`-exclude=${Path}@${Version}`, ...next ? [`-require=${Path}@${next}`] : []];
  }));
  if (edits.flat().length > 0) await run(['go', 'mod', 'edit', ...edits.flat()], options);
}
