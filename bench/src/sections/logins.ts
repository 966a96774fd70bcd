import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBare } from '../bare.ts';
import { type Step, steps } from '../client/login.ts';
import type { LoginLoad, LoginRates } from '../client/login-process.ts';
import type { SharedState } from '../engines.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { dataFolder, type Product, signInPeople, site, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import {
  type Context,
  orMissing,
  type Result,
  type Section,
  share,
  shareWithRange,
  whole,
  wholeWithRange,
} from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/login-process.ts', import.meta.url));
const atOnce = 64;
const requestsALogin = steps.length;
const tmpfs = 0x01021994;

const yardstick = 'bare node:http, five posts';
const embedded = 'embedded';
const before = 'the earlier passbeam, embedded';
const oneNode = 'PostgreSQL and Redis, one node';
const twoNodes = 'PostgreSQL and Redis, two nodes';

/** Measures complete logins per second: create, scan, confirm, poll for the ticket, exchange. */
export const logins: Section = {
  name: 'logins',
  async measure(context) {
    const { rounds, folder, engines } = context;
    const missing: string[] = [];
    const shared = await orMissing(missing, oneNode, () => engines.shared());
    const node = (name: string, core: number, state: SharedState | null, checkout: string | null = null) =>
      startProduct({ core, dataFolder: dataFolder(folder, name), shared: state, limits: 'off', checkout });
    const setups: [string, () => Promise<Product>[]][] = [[embedded, () => [node('embedded', cores.server, null)]]];
    const { before: earlier } = context;
    if (earlier !== null) setups.push([before, () => [node('before', cores.server, null, earlier)]]);
    if (shared !== null) {
      const [first, second] = [
        () => node('first', cores.server, shared),
        () => node('second', cores.secondServer, shared),
      ];
      setups.push([oneNode, () => [first()]], [twoNodes, () => [first(), second()]]);
    }

    const measured = new Map<string, LoginRates[]>();
    const keep = (name: string, rates: LoginRates | null) => {
      if (rates === null) measured.delete(name);
      else measured.set(name, [...(measured.get(name) ?? []), rates]);
      return rates !== null;
    };
    const failed = new Set<string>();
    for (let round = 1; round <= rounds; round++) {
      progress(`logins: round ${round} of ${rounds}, ${yardstick}`);
      keep(yardstick, await measureYardstick(context));
      for (const [name, start] of setups) {
        if (failed.has(name)) continue;
        progress(`logins: round ${round} of ${rounds}, ${name}`);
        const eachStep = round < rounds ? 0 : context.isQuick ? 50 : 2_000;
        const rates = await orMissing(missing, name, () => measureSetup(context, start(), eachStep));
        if (!keep(name, rates)) failed.add(name);
      }
    }
    return report(context, measured, missing, await isInMemory(folder));
  },
};

async function measureYardstick(context: Context): Promise<LoginRates> {
  const data = { qrcodeId: 'a'.repeat(32), url: 'http://127.0.0.1/qr/code.png', expireIn: 3600 };
  const bare = await startBare({
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ statusCode: 200, message: 'ok', data }),
  });
  try {
    return await runNode(cores.load, loadScript, loginLoad(context, [bare.announced], ['-'], 'requests', 0));
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
    const tokens = await signInPeople(origins[0] ?? '');
    return await runNode(cores.load, loadScript, loginLoad(context, origins, tokens, 'logins', eachStep));
  } finally {
    await Promise.all(nodes.map(({ stop }) => stop()));
  }
}

function loginLoad(
  { seconds, warmUpSeconds }: Context,
  origins: string[],
  accessTokens: string[],
  what: LoginLoad['what'],
  eachStep: number,
): LoginLoad {
  return { origins, site, accessTokens, what, connections: atOnce, seconds, warmUpSeconds, eachStep };
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
    const rate = lastSteps(name)?.[step];
    return rate === undefined ? '' : whole(rate);
  };
  const shares = cores.secondServer === cores.load;
  return {
    title: 'Complete logins',
    method: [
      `Create, scan, confirm, poll for the ticket, exchange: ${requestsALogin} requests a login, ${atOnce} logins at a time, rate limits off, every commit durable.`,
      `Rounds: ${rounds}. In each, every server is started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s; single steps once, at the end.`,
      `"Load busy" is how much of its own core the load generator needed: near 1.00 it is the load that is measured.`,
      ...(shares ? ['The second node, PostgreSQL and Redis share the load’s core: this machine has two.'] : []),
      ...(inMemory ? ['The data lay in memory: commits cost less than on a disk.'] : []),
    ],
    columns: ['', 'logins/s', 'share of bare', 'load busy', ...steps.map((step) => `${step}/s`)],
    rows: [...measured.keys()].map((name) => [
      name,
      wholeWithRange(spread(perSecond(name))),
      name === yardstick ? '1.00' : shareWithRange(ratios(perSecond(name), perSecond(yardstick))),
      share(spread((measured.get(name) ?? []).map(({ loadBusy }) => loadBusy)).median),
      ...steps.map((step) => stepCell(name, step)),
    ]),
    targets: [],
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
