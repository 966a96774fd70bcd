import { Redis } from 'ioredis';
import { fillRedis } from '../fill.ts';
import { cores } from '../machine.ts';
import { createCode, dataFolder, startProduct } from '../product.ts';
import { progress } from '../progress.ts';
import { type Context, type Section, shareWithRange, type Target, whole } from '../section.ts';
import { ratios, spread } from '../statistics.ts';

const together = 16;
const liveCodes = 1_000;
const bound = 0.6;

interface Reader {
  name: string;
  /** Sends `together` reads at once. */
  read(): Promise<unknown>;
}

/** Measures how many reads of codes one core of Redis gives: the function of a poll beside a plain HMGET of the same fields. */
export const redisReads: Section = {
  name: 'redis',
  async measure(context) {
    const { rounds, seconds } = context;
    const redis = await filled(context);
    try {
      const readers = await prepare(redis);
      const rates = readers.map((): number[] => []);
      for (let round = 1; round <= rounds; round++) {
        for (const [index, reader] of readers.entries()) {
          progress(`redis: round ${round} of ${rounds}, ${reader.name}`);
          rates[index]?.push(await readsPerBusySecond(redis, reader, seconds));
        }
      }
      const [plain = []] = rates;
      return {
        title: 'Reads of codes on Redis',
        method: [
          `Over ${whole(liveCodes)} live codes, ${together} reads at a time on one connection. Counted is the processor time of Redis, so who else wants the core matters little.`,
          `Rounds: ${rounds}. In each, every way of reading is used for ${seconds} s.`,
        ],
        columns: ['', 'reads/s, one core of Redis', 'share of HMGET'],
        rows: readers.map(({ name }, index) => {
          const values = rates[index] ?? [];
          return [
            name,
            whole(spread(values).median),
            values === plain ? '1.00' : shareWithRange(ratios(values, plain)),
          ];
        }),
        targets: readers.slice(1).map(({ name }, index): Target => {
          return { what: name, measured: ratios(rates[index + 1] ?? [], plain), bound, must: 'reach', unit: '' };
        }),
        bars: null,
        missing: [],
      };
    } finally {
      redis.disconnect();
    }
  },
};

/** A Redis with codes, and with the functions that the server loaded. */
async function filled({ engines, folder }: Context): Promise<Redis> {
  progress(`redis: making ${whole(liveCodes)} live codes`);
  const shared = await engines.withRedisOfItsOwn();
  const { origin, stop } = await startProduct({ core: cores.server, dataFolder: dataFolder(folder, 'redis'), shared });
  const template = await createCode(origin).finally(stop);
  await fillRedis(shared.redisUrl, template, liveCodes - 1);
  return new Redis(shared.redisUrl);
}

async function prepare(redis: Redis): Promise<Reader[]> {
  const keys = await redis.keys('passbeam:{*');
  const fields = await redis.hkeys(keys[0] as string);
  const find = /passbeam_\w+_find/.exec(JSON.stringify(await redis.function('LIST')))?.[0];
  if (find === undefined) throw new Error('the server has loaded no function that finds codes');
  const draw = () => Array.from({ length: together }, () => keys[Math.floor(Math.random() * keys.length)] as string);
  const oneByOne = (command: (pipeline: ReturnType<Redis['pipeline']>, key: string) => void) => async () => {
    const pipeline = redis.pipeline();
    for (const key of draw()) command(pipeline, key);
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  };
  return [
    { name: 'HMGET', read: oneByOne((pipeline, key) => pipeline.hmget(key, ...fields)) },
    { name: 'polls of one tick in a call', read: () => redis.fcall(find, together, ...draw()) },
    { name: 'a call for each poll, as in a cluster', read: oneByOne((pipeline, key) => pipeline.fcall(find, 1, key)) },
  ];
}

async function readsPerBusySecond(redis: Redis, { read }: Reader, seconds: number): Promise<number> {
  const busyBefore = await busySeconds(redis);
  const until = performance.now() + seconds * 1_000;
  let reads = 0;
  for (; performance.now() < until; reads += together) await read();
  return reads / ((await busySeconds(redis)) - busyBefore);
}

/** The processor time that Redis has used. */
async function busySeconds(redis: Redis): Promise<number> {
  const facts = await redis.info('cpu');
  const [user, system] = ['user', 'sys'].map((kind) => Number(new RegExp(`used_cpu_${kind}:(\\S+)`).exec(facts)?.[1]));
  return (user as number) + (system as number);
}
