import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Sends a signal to a process and all its descendants. Each parent is stopped first, so that it starts no more children meanwhile. */
export function signalFamily(parent: number, signal: NodeJS.Signals): void {
  if (signal !== 'SIGCONT') send(parent, 'SIGSTOP');
  for (const child of childrenOf(parent)) signalFamily(child, signal);
  send(parent, signal);
}

/** Sends SIGKILL to a process and its descendants; resolves when its children are gone, or after three seconds. */
export async function killFamily(parent: number): Promise<void> {
  const children = childrenOf(parent);
  signalFamily(parent, 'SIGKILL');
  for (let waits = 0; waits < 300 && children.some((child) => send(child, 0)); waits++) await pause(10);
}

function childrenOf(parent: number): number[] {
  const numbersOf = (text: string) => text.trim().split(/\s+/).filter(Boolean).map(Number);
  if (process.platform === 'linux') {
    try {
      return numbersOf(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8'));
    } catch {
      // The process has ended.
      return [];
    }
  }
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n').map(numbersOf);
  return pairs.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []));
}

/** Sends a signal; false when there is no such process. Signal 0 only asks. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
