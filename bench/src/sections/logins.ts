import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBare } from '../bare.ts';
import type { DeviceLoad } from '../client/device-process.ts';
import { type Step, steps } from '../client/login.ts';
import type { LoginLoad, LoginRates } from '../client/login-process.ts';
import type { SharedState } from '../engines.ts';
import { cores } from '../machine.ts';
import { approvePath } from '../peers/approve.ts';
import { peerReady } from '../peers/peer.ts';
import { runNode, startNode } from '../process.ts';
import { dataFolder, type Product, signInPeople, site, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import {
  type Context,
  orMissing,
  type Result,
  type Section,
  share,
  shareWithRange,
  type Target,
  whole,
  wholeWithRange,
} from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/login-process.ts', import.meta.url));
const deviceScript = fileURLToPath(new URL('../client/device-process.ts', import.meta.url));
const atOnce = 64;
const requestsALogin = steps.length;
const tmpfs = 0x01021994;

const yardstick = 'bare node:http, five posts';
const limit = 'bare node:http, five posts, two signatures';
const embedded = 'embedded';
const before = 'the earlier passbeam, embedded';
const oneNode = 'PostgreSQL and Redis, one node';
const twoNodes = 'PostgreSQL and Redis, two nodes';
const providerInMemory = 'node-oidc-provider, device flow, in memory';
const providerOnSqlite = 'node-oidc-provider, device flow, SQLite';
const betterAuth = 'better-auth, device flow, in memory';

type Contender = [name: string, measure: (eachStep: number) => Promise<LoginRates>];

/** Measures complete logins per second: create, scan, confirm, poll for the ticket, exchange; beside peers' own logins. */
export const logins: Section = {
  name: 'logins',
  async measure(context) {
    const { rounds, folder, engines } = context;
    const missing: string[] = [];
    const shared = await orMissing(missing, oneNode, () => engines.shared());
    const contenders = [...ownContenders(context, shared), ...peerContenders(context)];

    const measured = new Map<string, LoginRates[]>();
    for (let round = 1; round <= rounds; round++) {
      for (const [name, measure] of contenders) {
        // What failed in one round gets no figure.
        if ((measured.get(name)?.length ?? 0) < round - 1) continue;
        progress(`logins: round ${round} of ${rounds}, ${name}`);
        const eachStep = round < rounds ? 0 : context.isQuick ? 50 : 2_000;
        const rates = await orMissing(missing, name, () => measure(eachStep));
        if (rates === null) measured.delete(name);
        else measured.set(name, [...(measured.get(name) ?? []), rates]);
      }
    }
    return report(context, measured, missing, await isInMemory(folder));
  },
};

function ownContenders(context: Context, shared: SharedState | null): Contender[] {
  const { folder, before: earlier } = context;
  const node = (name: string, core: number, state: SharedState | null, checkout: string | null = null) =>
    startProduct({ core, dataFolder: dataFolder(folder, name), shared: state, limits: 'off', checkout });
  const setup = (name: string, start: () => Promise<Product>[]): Contender => [
    name,
    (eachStep) => measureSetup(context, start(), eachStep),
  ];
  const first = () => node('first', cores.server, shared);
  const second = () => node('second', cores.secondServer, shared);
  return [
    [yardstick, () => measureBare(context, false)],
    [limit, () => measureBare(context, true)],
    setup(embedded, () => [node('embedded', cores.server, null)]),
    ...(earlier === null ? [] : [setup(before, () => [node('before', cores.server, null, earlier)])]),
    ...(shared === null ? [] : [setup(oneNode, () => [first()]), setup(twoNodes, () => [first(), second()])]),
  ];
}

function peerContenders(context: Context): Contender[] {
  const provider = (env: NodeJS.ProcessEnv) => measurePeer(context, 'oidc-provider', env);
  let databases = 0;
  return [
    [providerInMemory, () => provider({})],
    [providerOnSqlite, () => provider({ PEER_DATABASE: join(context.folder, `provider-${++databases}.db`) })],
    [betterAuth, () => measurePeer(context, 'better-auth', {})],
  ];
}

async function measurePeer(context: Context, peer: DeviceLoad['peer'], env: NodeJS.ProcessEnv): Promise<LoginRates> {
  const { seconds, warmUpSeconds } = context;
  const script = fileURLToPath(new URL(`../peers/${peer}.ts`, import.meta.url));
  const { announced: origin, stop } = await startNode(cores.server, script, peerReady, env);
  try {
    const load: DeviceLoad = { origin, peer, approvePath, connections: atOnce, seconds, warmUpSeconds };
    return await runNode(cores.load, deviceScript, load);
  } finally {
    await stop();
  }
}

/** Sends a login's first request five times to a server that does nothing, or nothing but two signatures for every five. */
async function measureBare(context: Context, signed: boolean): Promise<LoginRates> {
  const data = { qrcodeId: 'a'.repeat(32), url: 'http://127.0.0.1/qr/code.png', expireIn: 3600 };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const bare = await startBare({ headers, body: JSON.stringify({ statusCode: 200, message: 'ok', data }) }, { signed });
  try {
    return await runNode(cores.load, loadScript, loginLoad(context, [bare.announced], [], ['-'], 'requests', 0));
  } finally {
    await bare.stop();
  }
}

async function measureSetup(context: Context, starting: Promise<Product>[], eachStep: number): Promise<LoginRates> {
  const started = await Promise.allSettled(starting);
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    const origins = nodes.map(({ origin }) => origin);
    const pids = nodes.map(({ pid }) => pid);
    const tokens = await signInPeople(origins[0] ?? '');
    return await runNode(cores.load, loadScript, loginLoad(context, origins, pids, tokens, 'logins', eachStep));
  } finally {
    await Promise.all(nodes.map(({ stop }) => stop()));
  }
}

function loginLoad(
  { seconds, warmUpSeconds }: Context,
  origins: string[],
  pids: number[],
  accessTokens: string[],
  what: LoginLoad['what'],
  eachStep: number,
): LoginLoad {
  return { origins, pids, site, accessTokens, what, connections: atOnce, seconds, warmUpSeconds, eachStep };
}

/** Whether the folder is on tmpfs, where commits reach no disk, so that durability costs nothing. */
async function isInMemory(folder: string): Promise<boolean> {
  return (await statfs(folder)).type === tmpfs;
}

function report(context: Context, measured: Map<string, LoginRates[]>, missing: string[], inMemory: boolean): Result {
  const { rounds, seconds, warmUpSeconds } = context;
  const perSecond = (name: string) => (measured.get(name) ?? []).map((rates) => rates.perSecond);
  const lastSteps = (name: string) => measured.get(name)?.at(-1)?.steps ?? null;
  const stepCell = (name: string, step: Step) => {
    const time = lastSteps(name)?.[step]?.time ?? null;
    return time === null ? '' : `${share(time.loop)} + ${share(time.others)}`;
  };
  const target = (what: string, name: string, other: string, bound: number): Target | null =>
    [name, other].every((one) => measured.has(one))
      ? { what, measured: ratios(perSecond(name), perSecond(other)), bound, must: 'reach', unit: '' }
      : null;
  const shares = cores.secondServer === cores.load;
  return {
    title: 'Complete logins',
    method: [
      `Create, scan, confirm, poll for the ticket, exchange: ${requestsALogin} requests a login, ${atOnce} logins at a time, rate limits off, every commit durable.`,
      `Rounds: ${rounds}. In each, every server is started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s; single steps once, at the end.`,
      'The last columns are milliseconds of processor time that one such step takes of the nodes: on the loop, and on their other threads, which sign, check signatures and collect garbage.',
      `"Load busy" is how much of its own core the load generator needed: near 1.00 it is the load that is measured.`,
      'node-oidc-provider: request of a code, approval through its own models, tokens: three requests, an access token that is no JWT and one signature. better-auth: request of a code, two calls of a person who is signed in, a session: four requests, no signature. Both keep all in memory; node-oidc-provider also has an adapter on SQLite with our settings (WAL, every commit durable).',
      'The server with two signatures for five posts shows what no login with two RS256 tokens can save.',
      ...(shares ? ['The second node, PostgreSQL and Redis share the load’s core: this machine has two.'] : []),
      ...(inMemory ? ['The data lay in memory: commits cost less than on a disk.'] : []),
    ],
    columns: ['', 'logins/s', 'share of embedded', 'load busy', ...steps.map((step) => `${step}, ms`)],
    rows: [...measured.keys()].map((name) => [
      name,
      wholeWithRange(spread(perSecond(name))),
      name === embedded ? '1.00' : shareWithRange(ratios(perSecond(name), perSecond(embedded))),
      share(spread((measured.get(name) ?? []).map(({ loadBusy }) => loadBusy)).median),
      ...steps.map((step) => stepCell(name, step)),
    ]),
    targets: [
      target('embedded, of node-oidc-provider in memory', embedded, providerInMemory, 1),
      target('embedded, of better-auth in memory', embedded, betterAuth, 3.5),
      target('embedded, of five posts and two signatures', embedded, limit, 0.5),
      target('one node on PostgreSQL and Redis, of embedded', oneNode, embedded, 0.8),
    ].filter((one) => one !== null),
    bars: {
      title: 'Complete logins per second',
      bars: [...measured.keys()]
        .filter((name) => name !== yardstick)
        .map((label) => {
          const { median } = spread(perSecond(label));
          return { label, value: median, shown: whole(median) };
        }),
    },
    missing,
  };
}
