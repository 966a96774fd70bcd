import type { Config } from './config.ts';
import { ConfigError } from './config-mistakes.ts';

type Where = Pick<Config, 'host' | 'port' | 'demoPort' | 'dataDir'>;

/** Why the process could not start, as a sentence that says what to do. `where` is null while the environment is unread. */
export function startFailure(error: unknown, where: Where | null): string {
  if (error instanceof ConfigError) return error.message;
  return `passbeam could not start: ${(where && knownReason(error, where)) ?? messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function knownReason(error: unknown, { host, port, demoPort, dataDir }: Where): string | null {
  const { code, syscall, path, port: asked } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === 'listen') {
    const [variable, number] = asked === demoPort && asked !== port ? ['DEMO_PORT', demoPort] : ['PORT', port];
    switch (code) {
      case 'EADDRINUSE':
        return `port ${number} of ${host} is in use. Stop what listens there, or write another ${variable}.`;
      case 'EACCES':
        return `this user may not listen on port ${number}. Write a ${variable} from 1024 on, and let a proxy hold the lower one.`;
      case 'EADDRNOTAVAIL':
        return `HOST is "${host}", which is no address of this machine. Write 127.0.0.1, or 0.0.0.0 for every interface.`;
    }
  }
  if (path === undefined) return null;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `DATA_DIR is "${dataDir}", which is not a folder. Write the path of a folder.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `DATA_DIR is "${dataDir}", where this user may not write (${code}, ${path}). Give it the folder, or write another one.`;
    case 'ENOSPC':
      return `the disk of DATA_DIR "${dataDir}" is full.`;
  }
  return null;
}
