import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config-mistakes.ts';
import { startFailure } from './start-failure.ts';

const noConsole = { isOn: true, hasOwnPort: false, host: '127.0.0.1', port: 0, networks: [] };
const where = {
  ...{ host: '127.0.0.1', port: 3000, demoPort: 3001, metrics: null, dataDir: './data' },
  console: noConsole,
};

async function listenFailure(host: string, port: number): Promise<unknown> {
  return new Promise((resolve) => createServer().on('error', resolve).listen(port, host));
}

describe('what stops a start', () => {
  it('is a port in use, by its variable', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const error = await listenFailure('127.0.0.1', port);
    expect(startFailure(error, { ...where, port })).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(startFailure(error, { ...where, port })).toMatch(/another PORT\.$/);
    expect(startFailure(error, { ...where, demoPort: port })).toMatch(/another DEMO_PORT\.$/);
    expect(startFailure(error, { ...where, metrics: { host: '127.0.0.1', port } })).toMatch(/another METRICS_PORT\.$/);
    const console = { ...noConsole, hasOwnPort: true, port };
    expect(startFailure(error, { ...where, console })).toMatch(/another CONSOLE_PORT\.$/);
    // A demo that is off has a port all the same, one more than PORT.
    expect(startFailure(error, { ...where, console, demoPort: port })).toMatch(/another CONSOLE_PORT\.$/);
    taken.close();
  });

  it('is an address of another machine', async () => {
    const error = await listenFailure('192.0.2.1', 0);
    expect(startFailure(error, { ...where, host: '192.0.2.1' })).toContain('HOST is "192.0.2.1"');
    const metrics = { host: '192.0.2.1', port: 0 };
    expect(startFailure(error, { ...where, metrics })).toContain('METRICS_HOST is "192.0.2.1"');
    const console = { ...noConsole, hasOwnPort: true, host: '192.0.2.1' };
    expect(startFailure(error, { ...where, console })).toContain('CONSOLE_HOST is "192.0.2.1"');
  });

  it('is a file where the data folder should be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'passbeam-start-'));
    const dataDir = join(folder, 'data');
    await writeFile(dataDir, '');
    const error: unknown = await mkdir(dataDir, { recursive: true }).catch((reason: unknown) => reason);
    expect(startFailure(error, { ...where, dataDir })).toContain('which is not a folder');
    await rm(folder, { recursive: true });
  });

  it.each(['EACCES', 'EROFS'])('is a folder that cannot be written: %s', (code) => {
    const error = Object.assign(new Error('no'), { code, syscall: 'mkdir', path: './data/x' });
    expect(startFailure(error, where)).toContain(`DATA_DIR is "./data", where this user may not write (${code}`);
  });

  it('is shown in its own words when it explains itself, or when nobody foresaw it', () => {
    expect(startFailure(new ConfigError('the environment', ['Write PORT.']), null)).toContain('Write PORT.');
    expect(startFailure(new Error('odd'), where)).toBe('passbeam could not start: odd');
    expect(startFailure('odd', null)).toBe('passbeam could not start: odd');
  });
});
