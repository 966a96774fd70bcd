import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotRun } from '@passbeam/workshop/cannot-run';

/** Checks that a port of this machine is free. @throws CannotRun that says so and names `who` wanted it */
export async function mustBeFree(port: number, who: string): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  await once(probe, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new CannotRun(`port ${port}, for ${who}, ${reason(error)}`);
  });
  probe.close();
  await once(probe, 'close');
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'is in use: write another with --port';
  if (code === 'EACCES') return 'is not for this user: write one from 1024 on with --port';
  return `cannot be used (${message}): write another with --port`;
}
