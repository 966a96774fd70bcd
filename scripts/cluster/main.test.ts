import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

let taken: Server;
afterEach(() => taken.close());

async function takePort(): Promise<number> {
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  return (taken.address() as AddressInfo).port;
}

function run(port: number, environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--port', String(port)], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('says which port is in use, and nothing else, before anything is started', async () => {
  const port = await takePort();
  const stderr = `port ${port}, for the load balancer, is in use: write another with --port\n`;
  expect(run(port)).toEqual({ status: 1, stdout: '', stderr });
});

it('says when the demo’s port is in use, and how that port is chosen', async () => {
  const port = await takePort();
  const stderr = `port ${port}, for the demo, which gets the next one, is in use: write another with --port\n`;
  expect(run(port - 1)).toEqual({ status: 1, stdout: '', stderr });
});

it('refuses the demo where a configuration file brings the applications', async () => {
  const { status, stderr } = run((await takePort()) - 1, { DEMO: 'on', PASSBEAM_CONFIG: 'mine.yaml' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^DEMO is on, .+ write DEMO=off.+\n$/),
  });
});
