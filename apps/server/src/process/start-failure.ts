import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-mistakes.ts';

type Where = Pick<Config, 'host' | 'port' | 'demoPort' | 'dataDir' | 'metrics' | 'console'>;

/** Why the process could not start, as a sentence that says what to do. `where` is null while the environment is unread. */
export function startFailure(error: unknown, where: Where | null): string {
  if (error instanceof ConfigError) return error.message;
  return `passbeam could not start: ${(where && knownReason(error, where)) ?? messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function knownReason(error: unknown, where: Where): string | null {
  const { dataDir } = where;
  const { code, syscall, path, ...asked } = error as NodeJS.ErrnoException & Asked;
  if (syscall === 'listen') {
    const { host, port, hostName, portName } = askedFor(asked, where);
    switch (code) {
      case 'EADDRINUSE':
        return `port ${port} of ${host} is in use. Stop what listens there, or write another ${portName}.`;
      case 'EACCES':
        return `this user may not listen on port ${port}. Write a ${portName} from 1024 on, and let a proxy hold the lower one.`;
      case 'EADDRNOTAVAIL':
        return `${hostName} is "${host}", which is no address of this machine. Write 127.0.0.1, or 0.0.0.0 for every interface.`;
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

interface Asked {
  address?: string;
  /** Absent when the system was to choose a free one. */
  port?: number;
}

/** Which of our listeners the address was for, with the names of its variables. The demo comes last: while it is off, its port may be another listener's. */
function askedFor(asked: Asked, { host, port, demoPort, console, metrics }: Where) {
  const main = { host, port, hostName: 'HOST', portName: 'PORT' };
  const listeners = [
    main,
    ...(console.hasOwnPort ? [{ ...console, hostName: 'CONSOLE_HOST', portName: 'CONSOLE_PORT' }] : []),
    ...(metrics === null ? [] : [{ ...metrics, hostName: 'METRICS_HOST', portName: 'METRICS_PORT' }]),
    { host, port: demoPort, hostName: 'HOST', portName: 'DEMO_PORT' },
  ];
  const isAsked = (each: typeof main) =>
    asked.port === undefined ? each.port === 0 && each.host === asked.address : each.port === asked.port;
  return listeners.find(isAsked) ?? main;
}
