import { freemem } from 'node:os';
import type { LoginLoad, LoginRates } from '../client/login-process.ts';
import type { SharedState } from '../engines.ts';
import { fillRedis, fillSqlite } from '../fill.ts';
import { repliesPerSecond } from '../load/load.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { createCode, dataFolder, type Product, site, startProduct, statusPath } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, orMissing, type Result, type Section, shareWithRange, whole } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const loadScript = new URL('../client/login-process.ts', import.meta.url).pathname;
const sizes = [1_000, 10_000, 100_000, 1_000_000];
const quickSizes = [100, 1_000];
/** What a million codes need in Redis or in the page cache, and some more. */
const neededBytesACode = 3_000;
/** Codes whose polls are sent; drawn over all. */
const sampledCodes = 50_000;
const tolerance = 0.1;

/** A store that holds this many live codes, filled once and served by a new process in each round. */
interface Filled {
  size: number;
  start(): Promise<Product>;
  paths: string[];
  polls: number[];
  creates: number | null;
}

/** What polls and new codes cost as live codes become more. */
export const growth: Section = {
  name: 'growth',
  async measure(context) {
    const missing: string[] = [];
    const wanted = (context.isQuick ? quickSizes : sizes).filter((size) => {
      const fits = size * neededBytesACode < freemem();
      if (!fits) missing.push(`${whole(size)} live codes: the machine has too little free memory`);
      return fits;
    });
    const engines: [string, (size: number) => Promise<Filled>][] = [
      ['embedded', (size) => prepareEmbedded(context, size)],
      ['Redis', (size) => prepareRedis(context, size)],
    ];
    const measured: [string, Filled[]][] = [];
    for (const [name, prepare] of engines) {
      const filled = await orMissing(missing, name, () => measureEngine(context, name, wanted, prepare));
      if (filled !== null) measured.push([name, filled]);
    }
    return report(context, measured, missing);
  },
};

async function measureEngine(
  { rounds, seconds, warmUpSeconds }: Context,
  name: string,
  wanted: number[],
  prepare: (size: number) => Promise<Filled>,
): Promise<Filled[]> {
  const all: Filled[] = [];
  for (const size of wanted) {
    progress(`growth: ${name}, making ${whole(size)} live codes`);
    all.push(await prepare(size));
  }
  for (let round = 1; round <= rounds; round++) {
    for (const filled of all) {
      progress(`growth: ${name}, round ${round} of ${rounds}, ${whole(filled.size)} live codes`);
      const { origin, stop } = await filled.start();
      try {
        const load = { origin, paths: filled.paths };
        await repliesPerSecond(load, warmUpSeconds);
        filled.polls.push(await repliesPerSecond(load, seconds));
        // Last, for it makes the codes more.
        if (round === rounds) filled.creates = await createsPerSecond(origin, seconds);
      } finally {
        await stop();
      }
    }
  }
  return all;
}

async function prepareEmbedded({ folder }: Context, size: number): Promise<Filled> {
  const data = dataFolder(folder, `embedded-${size}`);
  const start = () => startProduct({ core: cores.server, dataFolder: data, limits: 'off' });
  const template = await createTemplate(start);
  return filled(size, start, template, fillSqlite(data, template, size - 1));
}

async function prepareRedis({ folder, engines }: Context, size: number): Promise<Filled> {
  const shared: SharedState = await engines.withRedisOfItsOwn();
  const data = dataFolder(folder, 'redis');
  const start = () => startProduct({ core: cores.server, dataFolder: data, shared, limits: 'off' });
  const template = await createTemplate(start);
  return filled(size, start, template, await fillRedis(shared.redisUrl, template, size - 1));
}

/** One code made by the product itself; all others are copies of what it stored. */
async function createTemplate(start: () => Promise<Product>): Promise<string> {
  const { origin, stop } = await start();
  try {
    return await createCode(origin);
  } finally {
    await stop();
  }
}

function filled(size: number, start: () => Promise<Product>, template: string, copies: string[]): Filled {
  const all = [template, ...copies];
  const step = Math.max(Math.floor(all.length / sampledCodes), 1);
  const paths = all.filter((_, index) => index % step === 0).map(statusPath);
  return { size, start, paths, polls: [], creates: null };
}

async function createsPerSecond(origin: string, seconds: number): Promise<number> {
  const load: LoginLoad = {
    origins: [origin],
    site,
    accessTokens: ['-'],
    what: 'creates',
    connections: 64,
    seconds,
    warmUpSeconds: 1,
    eachStep: 0,
  };
  return (await runNode<LoginRates>(cores.load, loadScript, load)).perSecond;
}

function report(
  { rounds, seconds, warmUpSeconds }: Context,
  measured: [string, Filled[]][],
  missing: string[],
): Result {
  const compared = measured.map(([name, all]) => {
    const fewest = all[0];
    return { name, fewest, all: all.map((one) => ({ ...one, ratio: ratios(one.polls, fewest?.polls ?? []) })) };
  });
  return {
    title: 'Growth with live codes',
    method: [
      'Polls of codes drawn at random over all live ones, 64 connections; the codes are copies of one that the server stored, each with an id of its own.',
      `Rounds: ${rounds}. In each, every size is served by a new process, warmed up for ${warmUpSeconds} s and timed for ${seconds} s; codes are created once, at the end.`,
    ],
    columns: ['', 'live codes', 'polls/s', 'share of the fewest', 'creates/s'],
    rows: compared.flatMap(({ name, all }) =>
      all.map(({ size, polls, ratio, creates }) => [
        name,
        whole(size),
        whole(spread(polls).median),
        shareWithRange(ratio),
        creates === null ? '' : whole(creates),
      ]),
    ),
    targets: compared.flatMap(({ name, all, fewest }) => {
      const most = all.at(-1);
      if (!most || !fewest || most.size === fewest.size) return [];
      return [
        {
          what: `${name}, polls at ${whole(most.size)} live codes over those at ${whole(fewest.size)}`,
          measured: most.ratio.median,
          bound: 1 - tolerance,
          must: 'reach' as const,
          unit: '',
        },
      ];
    }),
    bars: {
      title: 'Polls per second by live codes, one core',
      bars: compared.flatMap(({ name, all }) =>
        all.map(({ size, polls }) => {
          const { median } = spread(polls);
          return { label: `${name}, ${whole(size)}`, value: median, shown: whole(median) };
        }),
      ),
    },
    missing,
  };
}
