import { rmSync } from 'node:fs';

/** After all tests: nothing of theirs stays on the disk. */
export default function removeTemporaryFolder(): void {
  rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
