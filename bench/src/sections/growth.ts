import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { LoginLoad, LoginRates } from '../client/login-process.ts';
import { type Fill, filledEmbedded, filledRedis } from '../filled.ts';
import { expectAnswers } from '../load/expect.ts';
import { repliesPerSecond } from '../load/load.ts';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { type Product, site, statusPath } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, orMissing, type Result, type Section, shareWithRange, whole } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const loadScript = fileURLToPath(new URL('../client/login-process.ts', import.meta.url));
const sizes = [1_000, 10_000, 100_000, 1_000_000];
const quickSizes = [100, 1_000];
/** Memory for each QR code, in Redis or in the page cache: what a million codes took, and some more. */
const neededBytesACode = 3_000;
/** How many of the codes are polled; they are spread over all. */
const sampledCodes = 50_000;
const tolerance = 0.1;
/** The most rounds: with eight stores in turn, more would take longer than all other sections. */
const mostRounds = 3;
const mostSeconds = 2;

/** A store with this many live QR codes. It is filled once, and each round starts a new server on it. */
interface Store {
  size: number;
  start(): Promise<Product>;
  paths: string[];
  polls: number[];
  creates: number | null;
}

/** Measures what polls and new QR codes cost as the number of live codes grows. */
export const growth: Section = {
  name: 'growth',
  async measure(asked) {
    const context = {
      ...asked,
      rounds: Math.min(asked.rounds, mostRounds),
      seconds: Math.min(asked.seconds, mostSeconds),
    };
    const missing: string[] = [];
    const wanted = (context.isQuick ? quickSizes : sizes).filter((size) => {
      const fits = size * neededBytesACode < freemem();
      if (!fits) missing.push(`${whole(size)} live codes: the machine has too little free memory`);
      return fits;
    });
    const engines: [string, Fill][] = [
      ['embedded', filledEmbedded],
      ['Redis', filledRedis],
    ];
    const measured: [string, Store[]][] = [];
    for (const [name, fill] of engines) {
      const stores = await orMissing(missing, name, () => measureEngine(context, name, wanted, fill));
      if (stores !== null) measured.push([name, stores]);
    }
    return report(context, measured, missing);
  },
};

async function measureEngine(context: Context, name: string, wanted: number[], fill: Fill): Promise<Store[]> {
  const { rounds, seconds, warmUpSeconds } = context;
  const all: Store[] = [];
  for (const size of wanted) {
    progress(`growth: ${name}, making ${whole(size)} live codes`);
    const { codes, start } = await fill(context, size);
    all.push({ size, start, paths: pollsOf(codes), polls: [], creates: null });
  }
  for (let round = 1; round <= rounds; round++) {
    for (const store of all) {
      progress(`growth: ${name}, round ${round} of ${rounds}, ${whole(store.size)} live codes`);
      const { origin, stop } = await store.start();
      try {
        const load = { origin, paths: store.paths };
        await expectAnswers(load, '"PENDING"');
        await repliesPerSecond(load, warmUpSeconds);
        store.polls.push(await repliesPerSecond(load, seconds));
        // New codes are measured last, because they change the number of codes.
        if (round === rounds) store.creates = await createsPerSecond(origin, seconds);
      } finally {
        await stop();
      }
    }
  }
  return all;
}

/** The paths of polls, spread over all codes. */
function pollsOf(codes: string[]): string[] {
  const step = Math.max(Math.floor(codes.length / sampledCodes), 1);
  return codes.filter((_, index) => index % step === 0).map(statusPath);
}

async function createsPerSecond(origin: string, seconds: number): Promise<number> {
  const load: LoginLoad = {
    origins: [origin],
    pids: [],
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

function report({ rounds, seconds, warmUpSeconds }: Context, measured: [string, Store[]][], missing: string[]): Result {
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
          measured: most.ratio,
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
