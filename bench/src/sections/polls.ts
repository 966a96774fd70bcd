import { type FixedReply, sameAs, startBare } from '../bare.ts';
import { expectAnswers } from '../load/expect.ts';
import { type Load, repliesPerSecond } from '../load/load.ts';
import { cores } from '../machine.ts';
import { deviceGrant, peerReady } from '../peers/peer.ts';
import { startNode } from '../process.ts';
import { createCode, dataFolder, type Product, startProduct, statusPath } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, orMissing, type Result, type Section, shareWithRange, type Target, whole } from '../section.ts';
import { ratios, type Spread, spread } from '../statistics.ts';

interface Contender {
  name: string;
  start(): Promise<{ load: Load; stop(): Promise<void> }>;
}

const bare = 'bare node:http';
const embedded = 'passbeam, embedded';
const onRedis = 'passbeam, PostgreSQL and Redis';
const oidcProvider = 'node-oidc-provider, device code';
const betterAuth = 'better-auth, device code';

/** Status polls per second on one core, against servers that do less and servers that do the same job. */
export const polls: Section = {
  name: 'polls',
  async measure(context) {
    const { rounds, seconds, warmUpSeconds } = context;
    const missing: string[] = [];
    const contenders = await prepare(context, missing);
    const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round++) {
      for (const { name, start } of [...contenders]) {
        if (!rates.has(name)) continue;
        progress(`polls: round ${round} of ${rounds}, ${name}`);
        const rate = await orMissing(missing, name, async () => {
          const { load, stop } = await start();
          try {
            await repliesPerSecond(load, warmUpSeconds);
            return await repliesPerSecond(load, seconds);
          } finally {
            await stop();
          }
        });
        // One failure is enough to know that there is no figure.
        if (rate === null) rates.delete(name);
        else rates.get(name)?.push(rate);
      }
    }
    return report(context, rates, missing);
  },
};

async function prepare(context: Context, missing: string[]): Promise<Contender[]> {
  const { folder, engines } = context;
  const data = dataFolder(folder, 'polls');
  const startEmbedded = () => startProduct({ core: cores.server, dataFolder: data });
  progress('polls: one reply to compare with');
  const reply = await replyToAPoll(await startEmbedded());
  const shared = await orMissing(missing, onRedis, () => engines.shared());
  const product = (name: string, start: () => Promise<Product>): Contender => ({
    name,
    async start() {
      const { origin, stop } = await start();
      const load = { origin, paths: [statusPath(await createCode(origin))] };
      await expectAnswers(load, '"PENDING"');
      return { load, stop };
    },
  });
  const peer = (name: string, script: string, paths: { create: string; poll: string }, type: BodyType): Contender => ({
    name,
    async start() {
      const { announced: origin, stop } = await startNode(cores.server, pathOf(script), peerReady, {});
      const created = await send(origin + paths.create, { type, body: encode(type, { client_id: 'bench' }) });
      const { device_code } = (await created.json()) as { device_code: string };
      const body = encode(type, { grant_type: deviceGrant, client_id: 'bench', device_code });
      const load: Load = { origin, paths: [paths.poll], post: { type, body }, isRefused: true };
      await expectAnswers(load, '"authorization_pending"');
      return { load, stop };
    },
  });
  return [
    {
      name: bare,
      async start() {
        const { announced: origin, stop } = await startBare(reply);
        return { load: { origin, paths: [statusPath('a'.repeat(32))] }, stop };
      },
    },
    product(embedded, startEmbedded),
    ...(shared === null
      ? []
      : [product(onRedis, () => startProduct({ core: cores.server, dataFolder: data, shared }))]),
    peer(oidcProvider, 'oidc-provider.ts', { create: '/device/auth', poll: '/token' }, form),
    peer(betterAuth, 'better-auth.ts', { create: '/api/auth/device/code', poll: '/api/auth/device/token' }, json),
  ];
}

async function replyToAPoll({ origin, stop }: Product): Promise<FixedReply> {
  try {
    const path = statusPath(await createCode(origin));
    // The first poll may set a cookie; the second is what all further ones look like.
    await fetch(origin + path);
    return await sameAs(await fetch(origin + path));
  } finally {
    await stop();
  }
}

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
type BodyType = typeof form | typeof json;

function encode(type: BodyType, fields: Record<string, string>): string {
  return type === json ? JSON.stringify(fields) : new URLSearchParams(fields).toString();
}

function pathOf(script: string): string {
  return new URL(`../peers/${script}`, import.meta.url).pathname;
}

function send(url: string, { type, body }: { type: string; body: string }): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
}

function report({ rounds, seconds, warmUpSeconds }: Context, rates: Map<string, number[]>, missing: string[]): Result {
  const of = (name: string) => rates.get(name);
  const over = (name: string, other: string): Spread | null => {
    const [values, others] = [of(name), of(other)];
    return values && others ? ratios(values, others) : null;
  };
  const target = (what: string, ratio: Spread | null, bound: number, unit: string): Target[] =>
    ratio === null ? [] : [{ what, measured: ratio.median, bound, must: 'reach', unit }];
  const cell = (ratio: Spread | null) => (ratio === null ? '' : shareWithRange(ratio));
  return {
    title: 'Status polls',
    method: [
      `One live code, 64 keep-alive connections, the server on a core of its own, limits and log level as delivered.`,
      `Rounds: ${rounds}. In each, every server is started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s.`,
      'The peers answer authorization_pending from their own memory adapters; passbeam reads its store at every poll.',
    ],
    columns: ['', 'polls/s, one core', 'share of bare', 'embedded passbeam is, times'],
    rows: [...rates].map(([name, values]) => [
      name,
      whole(spread(values).median),
      name === bare ? '1.00' : cell(over(name, bare)),
      name === bare || name === embedded ? '' : cell(over(embedded, name)),
    ]),
    targets: [
      ...target('embedded, share of bare', over(embedded, bare), 0.7, ''),
      ...target('on Redis, share of bare', over(onRedis, bare), 0.6, ''),
      ...target('embedded over node-oidc-provider', over(embedded, oidcProvider), 6, '×'),
      ...target('embedded over better-auth', over(embedded, betterAuth), 30, '×'),
    ],
    bars: {
      title: 'Status polls per second, one core',
      bars: [...rates].map(([label, values]) => {
        const { median } = spread(values);
        return { label, value: median, shown: whole(median) };
      }),
    },
    missing,
  };
}
