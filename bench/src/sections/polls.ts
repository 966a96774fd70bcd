import { fileURLToPath } from 'node:url';
import { type FixedReply, sameAs, startBare } from '../bare.ts';
import { type Fill, filledBefore, filledCluster, filledEmbedded, filledRedis } from '../filled.ts';
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
const bareTogether = 'bare node:http, one tick together';
const embedded = 'passbeam, embedded';
const before = 'the earlier passbeam, embedded';
const onRedis = 'passbeam, PostgreSQL and Redis';
const onCluster = 'passbeam, PostgreSQL and a Redis cluster';
const oidcProvider = 'node-oidc-provider, device code';
const betterAuth = 'better-auth, device code';

const liveCodes = (isQuick: boolean) => (isQuick ? 10 : 1_000);

/** Measures polls per second on one core, beside servers that do less and servers that do the same job. */
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
        // A peer that fails in one round gets no figure.
        if (rate === null) rates.delete(name);
        else rates.get(name)?.push(rate);
      }
    }
    return report(context, rates, missing);
  },
};

async function prepare(context: Context, missing: string[]): Promise<Contender[]> {
  const codes = liveCodes(context.isQuick);
  progress('polls: one reply to compare with');
  const reply = await replyToAPoll(
    await startProduct({ core: cores.server, dataFolder: dataFolder(context.folder, 'one-reply') }),
  );
  const product = async (name: string, fill: Fill): Promise<Contender[]> => {
    progress(`polls: ${name}, making ${whole(codes)} live codes`);
    const filled = await orMissing(missing, name, () => fill(context, codes));
    if (filled === null) return [];
    const paths = filled.codes.map(statusPath);
    return [
      {
        name,
        async start() {
          const { origin, stop } = await filled.start('on');
          const load = { origin, paths };
          await expectAnswers(load, '"PENDING"');
          return { load, stop };
        },
      },
    ];
  };
  const yardstick = (name: string, together: boolean): Contender => ({
    name,
    async start() {
      const { announced: origin, stop } = await startBare(reply, { together });
      const paths = Array.from({ length: codes }, (_, index) => statusPath(String(index).padStart(32, 'a')));
      return { load: { origin, paths }, stop };
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
    yardstick(bare, false),
    yardstick(bareTogether, true),
    ...(await product(embedded, filledEmbedded)),
    ...(context.before === null ? [] : await product(before, filledBefore)),
    ...(await product(onRedis, filledRedis)),
    ...(await product(onCluster, filledCluster)),
    peer(oidcProvider, 'oidc-provider.ts', { create: '/device/auth', poll: '/token' }, form),
    peer(betterAuth, 'better-auth.ts', { create: '/api/auth/device/code', poll: '/api/auth/device/token' }, json),
  ];
}

async function replyToAPoll({ origin, stop }: Product): Promise<FixedReply> {
  try {
    const path = statusPath(await createCode(origin));
    // The first poll may set a cookie; all later ones look like the second.
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
  return fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
}

function send(url: string, { type, body }: { type: string; body: string }): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
}

function report(
  { rounds, seconds, warmUpSeconds, isQuick }: Context,
  rates: Map<string, number[]>,
  missing: string[],
): Result {
  const of = (name: string) => rates.get(name);
  const over = (name: string, other: string): Spread | null => {
    const [values, others] = [of(name), of(other)];
    return values && others ? ratios(values, others) : null;
  };
  const target = (what: string, ratio: Spread | null, bound: number, unit: string): Target[] =>
    ratio === null ? [] : [{ what, measured: ratio, bound, must: 'reach', unit }];
  const cell = (ratio: Spread | null) => (ratio === null ? '' : shareWithRange(ratio));
  return {
    title: 'Status polls',
    method: [
      `Polls of codes drawn at random over ${whole(liveCodes(isQuick))} live ones, 64 keep-alive connections, the server on a core of its own, limits and log level as delivered.`,
      `Rounds: ${rounds}. In each, every server is started anew, warmed up for ${warmUpSeconds} s and timed for ${seconds} s.`,
      'passbeam reads its store at every poll, those of one tick together; the second bare server answers that way, too. The peers answer authorization_pending, for one code each, from their own memory adapters.',
    ],
    columns: ['', 'polls/s, one core', 'share of bare', 'embedded passbeam is, times'],
    rows: [...rates].map(([name, values]) => [
      name,
      whole(spread(values).median),
      name === bare ? '1.00' : cell(over(name, bare)),
      name === bare || name === bareTogether || name === embedded ? '' : cell(over(embedded, name)),
    ]),
    targets: [
      ...target('embedded, share of bare', over(embedded, bare), 0.7, ''),
      ...target('on Redis, share of bare', over(onRedis, bare), 0.9, ''),
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
