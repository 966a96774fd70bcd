import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@passbeam/workshop/free-port';

const startScript = fileURLToPath(new URL('../../../scripts/start.js', import.meta.url));
const serverProgram = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));

export const siteApplication = { id: '0123456789abcdef01234567', secret: 'site-application-secret-for-the-journeys' };
export const phoneApplication = { id: 'fedcba987654321001234567', secret: 'phone-application-secret-for-the-journeys' };
export const userPoolId = '6543210fedcba9876543210f';
export const userPoolSecret = 'user-pool-secret-for-the-browser-journeys';
export const alice = { username: 'alice', password: 'correct horse battery', nickname: 'Alice' };
export const bob = { username: 'bob', password: 'staple battery horse', nickname: 'Bob' };

export interface Product {
  url: string;
  siteUrl: string;
  phoneUrl: string;
  /** SIGKILL, and a start on the same data: what a power cut and a restart are. */
  crash(): Promise<void>;
  /** Of the server, when it was started directly. */
  pid(): number;
  /** Everything it wrote to its terminal. */
  output(): string;
  stop(): Promise<void>;
}

export interface ProductSettings {
  qrcodeExpiresIn?: number;
  /** Pages, beside the demo's, that may call the server. */
  allowedOrigins?: string[];
  /** Pages may exchange tickets without a secret. */
  browserExchange?: boolean;
  environment?: Record<string, string>;
  /** More people of the pool. */
  people?: { username: string; password: string }[];
  /** As a newcomer has it: without a configuration file. */
  isNew?: boolean;
  /** Without the start script: a kill hits the server itself. */
  direct?: boolean;
}

/** Starts the product by its public command, with a configuration file and an empty data folder of its own. */
export async function startProduct(settings: ProductSettings = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'passbeam-e2e-'));
  const [port, demoPort] = [await freePort(), await freePort()];
  const configFile = await writeConfiguration(folder, demoPort, settings);

  const environment = {
    PORT: String(port),
    DEMO: 'on',
    DEMO_PORT: String(demoPort),
    DATA_DIR: join(folder, 'data'),
    ...(settings.isNew ? {} : { PASSBEAM_CONFIG: configFile }),
    ...settings.environment,
  };
  const lines: string[] = [];
  const program = settings.direct ? serverProgram : startScript;
  let child = await start(program, environment, lines);
  return {
    url: `http://localhost:${port}`,
    siteUrl: `http://localhost:${demoPort}/`,
    phoneUrl: `http://localhost:${demoPort}/phone`,
    pid: () => child.pid ?? 0,
    output: () => lines.join('\n'),
    async crash() {
      await end(child, 'SIGKILL');
      child = await start(program, environment, lines);
    },
    async stop() {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The pool, the two applications and the people that journeys know; resolves to the file's path. */
export async function writeConfiguration(
  folder: string,
  demoPort = 3001,
  settings: ProductSettings = {},
): Promise<string> {
  const path = join(folder, 'passbeam.json');
  await writeFile(path, JSON.stringify(configuration(demoPort, settings)));
  return path;
}

/** Resolves when it listens. */
async function start(program: string, environment: Record<string, string>, lines: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the product ended with ${code}:\n${lines.join('\n')}`)));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.includes('passbeam listening on')) resolve();
      });
    }
  });
  return child;
}

function configuration(
  demoPort: number,
  { qrcodeExpiresIn = 120, allowedOrigins = [], browserExchange = false, people = [] }: ProductSettings,
) {
  return {
    userPools: [
      {
        id: userPoolId,
        secret: userPoolSecret,
        name: 'Demo pool',
        securitySettings: {
          allowedOrigins: [`http://localhost:${demoPort}`, ...allowedOrigins],
          qrcodeLoginStrategy: {
            qrcodeExpiresIn,
            ticketExpiresIn: 300,
            returnFullUserInfo: false,
            allowExchangeUserInfoFromBrowser: browserExchange,
          },
        },
        applications: [
          {
            ...siteApplication,
            name: 'Demo web site',
            domain: 'localhost',
            redirectUris: [`http://localhost:${demoPort}/callback`],
            logoutRedirectUris: [],
            tokenEndpointAuthMethod: 'client_secret_post',
          },
          {
            ...phoneApplication,
            name: 'Demo phone app',
            redirectUris: [],
            logoutRedirectUris: [],
            tokenEndpointAuthMethod: 'none',
          },
        ],
        users: [
          { ...alice, email: 'alice@example.com', phone: '+8613800000001' },
          { ...bob, email: 'bob@example.com' },
          ...people,
        ],
      },
    ],
  };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
