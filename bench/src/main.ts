import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuthenticationClient } from '@passbeam/sdk';
import { perSecond } from './drive.ts';
import { loadTool, repliesPerSecond } from './load.ts';
import { type Running, startNode } from './process.ts';
import { alternate } from './ratio.ts';

/**
 * What the served product costs against bare node:http answering the same bytes. Everything is measured in turn within one
 * run, server and load on a core each, and given as a share: seconds alone would only describe the machine.
 */
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const serverCore = 0;
const loadCore = 1;

const root = new URL('../../', import.meta.url).pathname;
const site = { id: 'bench-site', secret: 'bench-site-secret-of-more-than-32-characters' };
const phone = { id: 'bench-phone', secret: 'bench-phone-secret-of-more-than-32-characters' };
const person = { username: 'alice', password: 'correct horse battery' };
const target = 0.65;

const folder = await mkdtemp(join(tmpdir(), 'passbeam-bench-'));
const running: Running[] = [];
try {
  console.log(machine());
  await measurePolls();
  await measureLogins();
} finally {
  await Promise.all(running.map((one) => one.stop()));
  await rm(folder, { recursive: true, force: true });
}

async function measurePolls(): Promise<void> {
  const product = await startProduct('polls', { RATE_LIMITS: 'on' });
  const client = new AuthenticationClient({ host: product, appId: site.id, appSecret: site.secret });
  const { qrcodeId } = await client.geneQrCode({ type: 'MOBILE_APP' });
  const path = `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;
  // The first poll may set a cookie; the second is what all further ones look like.
  await fetch(product + path);
  const bare = await startBare(await fetch(product + path));

  console.log(
    `\nStatus polls: one live code, 64 connections, ${rounds} rounds of ${seconds} s each, limits on, log level info`,
  );
  // Compiled code, warm caches: the first seconds of either would be a measurement of V8.
  for (const url of [bare + path, product + path]) await repliesPerSecond(url, loadCore, seconds * 2);
  const { first, second, ratio, lowest, highest } = await alternate(
    rounds,
    () => repliesPerSecond(bare + path, loadCore, seconds),
    () => repliesPerSecond(product + path, loadCore, seconds),
  );
  table([
    ['', 'replies/s', 'share of bare'],
    ['bare node:http', whole(first), '1.00'],
    ['passbeam', whole(second), `${ratio.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`],
  ]);
  console.log(ratio >= target ? `  target ${target} of bare: met` : `  target ${target} of bare: MISSED`);
}

async function measureLogins(): Promise<void> {
  // The limits are for people; one load generator is one address and one user.
  const product = await startProduct('logins', { RATE_LIMITS: 'off', LOG_LEVEL: 'warn' });
  const client = new AuthenticationClient({ host: product, appId: site.id, appSecret: site.secret });
  const signedIn = new AuthenticationClient({ host: product, appId: phone.id, tokenEndpointAuthMethod: 'none' });
  signedIn.setAccessToken((await signedIn.signInByUsernamePassword(person)).access_token as string);
  const bare = await startBare(
    await fetch(`${product}/api/v3/gene-qrcode`, {
      method: 'POST',
      headers: { 'x-authing-app-id': site.id, 'content-type': 'application/json' },
      body: '{"type":"MOBILE_APP"}',
    }),
  );
  const baseline = new AuthenticationClient({ host: bare, appId: site.id, appSecret: site.secret });

  const codes: string[] = [];
  const confirmed: { ticket: string; qrcodeId: string }[] = [];
  const next = <T>(list: T[]): T => {
    const item = list.pop();
    if (item === undefined) throw new Error('the step before made too few');
    return item;
  };
  const count = seconds * 400;

  console.log(`\nSteps of a login: ${count} of each, 32 at a time, through the SDK, limits off`);
  const bareRate = () => perSecond(count, 32, async () => void (await baseline.geneQrCode({ type: 'MOBILE_APP' })));
  await bareRate();
  const rows = [['', 'per second', 'share of a bare POST']];
  const step = async (name: string, work: () => Promise<void>) => {
    const before = await bareRate();
    const rate = await perSecond(count, 32, work);
    const share = rate / ((before + (await bareRate())) / 2);
    rows.push([name, whole(rate), share.toFixed(2)]);
  };
  await step('create', async () => void codes.push((await client.geneQrCode({ type: 'MOBILE_APP' })).qrcodeId));
  await step('scan and confirm', async () => {
    const qrcodeId = next(codes);
    await signedIn.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
    await signedIn.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
    const { ticket } = await client.getQrCodeStatus({ qrcodeId });
    if (ticket === undefined) throw new Error('no ticket after CONFIRM');
    confirmed.push({ ticket, qrcodeId });
  });
  await step('exchange', async () => void (await client.exchangeTokenSetWithQrCodeTicket(next(confirmed))));
  table(rows);
  console.log('  "scan and confirm" is three requests: SCAN, CONFIRM and the poll that fetches the ticket');
}

async function startProduct(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const config = join(folder, `${name}.json`);
  await writeFile(config, JSON.stringify(configuration()));
  const started = await startNode(serverCore, join(root, 'apps/server/src/main.ts'), 'passbeam listening on', {
    PORT: '0',
    DEMO: 'off',
    DATA_DIR: join(folder, name),
    PASSBEAM_CONFIG: config,
    ...env,
  });
  running.push(started);
  // Not "localhost", which the load tool may resolve to ::1 first.
  return started.announced.replace('localhost', '127.0.0.1');
}

async function startBare(reply: Response): Promise<string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of reply.headers) {
    if (!['connection', 'content-length', 'date', 'keep-alive'].includes(name)) headers[name] = value;
  }
  const started = await startNode(serverCore, join(root, 'bench/src/bare-server.ts'), 'bare server on', {
    REPLY: JSON.stringify({ headers, body: await reply.text() }),
  });
  running.push(started);
  return started.announced;
}

function configuration() {
  return {
    userPools: [
      {
        id: 'bench-pool',
        secret: 'bench-pool-secret-of-more-than-32-characters',
        name: 'Benchmark pool',
        securitySettings: { qrcodeLoginStrategy: { qrcodeExpiresIn: 600, ticketExpiresIn: 300 } },
        applications: [
          { ...site, name: 'Benchmark site', tokenEndpointAuthMethod: 'client_secret_post' },
          { ...phone, name: 'Benchmark phone', tokenEndpointAuthMethod: 'none' },
        ],
        users: [person],
      },
    ],
  };
}

function machine(): string {
  const [cpu] = cpus();
  return `Machine: ${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node.js ${process.version}, load by ${loadTool}`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function table(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join('   ')}`);
  }
}
