import type { SharedState } from './engines.ts';
import { fillRedis, fillSqlite } from './fill.ts';
import { expectAnswers } from './load/expect.ts';
import { cores } from './machine.ts';
import { createCode, dataFolder, type Product, startProduct, statusPath } from './product.ts';
import type { Context } from './section.ts';

/** The stored state of a stopped server with many QR codes that have not expired. */
export interface Filled {
  codes: string[];
  /** Starts a server on this state. Rate limits are off by default, because one machine plays all visitors. */
  start(limits?: 'on' | 'off'): Promise<Product>;
}

export type Fill = (context: Context, size: number) => Promise<Filled>;

export const filledEmbedded: Fill = (context, size) => fillEmbedded(context, size, null);

/** As `filledEmbedded`, for the earlier release that this one is compared with. */
export const filledBefore: Fill = (context, size) => fillEmbedded(context, size, context.before);

async function fillEmbedded({ folder }: Context, size: number, checkout: string | null): Promise<Filled> {
  const data = dataFolder(folder, `${checkout === null ? 'embedded' : 'before'}-${size}`);
  const start: Filled['start'] = (limits = 'off') =>
    startProduct({ core: cores.server, dataFolder: data, limits, checkout });
  const template = await createTemplate(start);
  return { codes: [template, ...fillSqlite(data, template, size - 1)], start };
}

/** Fills a new Redis, beside a PostgreSQL that all sizes share. */
export const filledRedis: Fill = (context, size) => fillShared(context, size, context.engines.withRedisOfItsOwn());

/** Fills a new Redis cluster of one node, where the server sends each read as a call of its own. */
export const filledCluster: Fill = (context, size) => fillShared(context, size, context.engines.withClusterOfItsOwn());

async function fillShared({ folder }: Context, size: number, starting: Promise<SharedState>): Promise<Filled> {
  const shared = await starting;
  const data = dataFolder(folder, 'redis');
  const start: Filled['start'] = (limits = 'off') =>
    startProduct({ core: cores.server, dataFolder: data, shared, limits });
  const template = await createTemplate(start);
  return { codes: [template, ...(await fillRedis(shared.redisUrl, template, size - 1))], start };
}

/**
 * One QR code made by the product; all others are copies of what it stored. It is polled as the load polls: the first poll binds, and
 * a code follows who polls it last, so the first poll of any other client would write.
 */
async function createTemplate(start: () => Promise<Product>): Promise<string> {
  const { origin, stop } = await start();
  try {
    const qrcodeId = await createCode(origin);
    await expectAnswers({ origin, paths: [statusPath(qrcodeId)] }, '"PENDING"');
    return qrcodeId;
  } finally {
    await stop();
  }
}
