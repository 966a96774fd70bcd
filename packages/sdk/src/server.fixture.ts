import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts the real server as its users do: with a folder, a configuration file and a free port. */
const repository = resolve(import.meta.dirname, '../../..');
export const poolId = '6543210fedcba9876543210f';
export const poolSecret = 'k7Qm2xVb9TzLw4Rc8NfYp3HsJd6GaUeX';
export const siteSecret = 'Zt5Wn8Cq3KxPv7Lb2MhRj9FyDs4GuEaT';
export const alice = { username: 'alice', password: 'correct horse battery' };

const configuration = {
  userPools: [
    {
      id: poolId,
      secret: poolSecret,
      name: 'Pool',
      applications: [
        { id: 'site', secret: siteSecret, name: 'Web site' },
        { id: 'basic-site', secret: siteSecret, name: 'Other site', tokenEndpointAuthMethod: 'client_secret_basic' },
        { id: 'phone', name: 'Phone app', tokenEndpointAuthMethod: 'none', approvesScans: true },
      ],
      users: [{ ...alice, email: 'alice@example.com', phone: '+8613800000001', nickname: 'Alice' }],
    },
  ],
};

export interface StartedServer {
  host: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<StartedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'passbeam-sdk-'));
  const configFile = join(folder, 'passbeam.json');
  await writeFile(configFile, JSON.stringify(configuration));
  const environment = { PORT: '0', DEMO: 'off', DATA_DIR: join(folder, 'data'), PASSBEAM_CONFIG: configFile };
  const server = spawn(process.execPath, [join(repository, 'apps/server/src/main.ts')], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const host = await listeningAt(server);
  return {
    host,
    async stop() {
      if (server.exitCode === null && server.kill()) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listeningAt(process: ChildProcess): Promise<string> {
  if (process.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface(process.stdout)) {
    const url = /^passbeam listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the server ended before it listened');
}
