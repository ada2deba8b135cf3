import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const INTERVAL = 500;

/**
 * Calls back once one of the npm, projen and tsx processes that started this one is gone.
 *
 * A signal to npm ends npm and projen, but does not reach what they started.
 */
export function whenAbandoned(callback: () => void): void {
  const starters = startersOf(process.pid);
  const timer = setInterval(() => {
    if (starters.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, INTERVAL);
  timer.unref();
}

function startersOf(pid: number): number[] {
  const parent = parentOf(pid);
  return parent > 1 && /\b(npm|projen|tsx)\b/.test(commandOf(parent)) ? [parent, ...startersOf(parent)] : [];
}

// A slim container has no `ps`, and macOS has no /proc.
const proc = existsSync('/proc/self/stat');

function parentOf(pid: number): number {
  try {
    return Number(proc ? statOf(pid)[1] : execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}

function commandOf(pid: number): string {
  try {
    return proc ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** State, parent and so on: what follows the name, which may have spaces and brackets in it. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function isAlive(pid: number): boolean {
  try {
    // A zombie is dead, though signals to it succeed.
    if (proc) return statOf(pid)[0] !== 'Z';
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
