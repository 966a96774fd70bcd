import type { SharedState } from './engines.ts';
import { fillRedis, fillSqlite } from './fill.ts';
import { cores } from './machine.ts';
import { createCode, dataFolder, type Product, startProduct, statusPath } from './product.ts';
import type { Context } from './section.ts';

/** A stopped server's state with many live codes. */
export interface Filled {
  codes: string[];
  /** Rate limits are off unless it is said: one machine plays everybody. */
  start(limits?: 'on' | 'off'): Promise<Product>;
}

export type Fill = (context: Context, size: number) => Promise<Filled>;

export const filledEmbedded: Fill = async ({ folder }, size) => {
  const data = dataFolder(folder, `embedded-${size}`);
  const start: Filled['start'] = (limits = 'off') => startProduct({ core: cores.server, dataFolder: data, limits });
  const template = await createTemplate(start);
  return { codes: [template, ...fillSqlite(data, template, size - 1)], start };
};

/** Each in a Redis of its own, beside one PostgreSQL. */
export const filledRedis: Fill = (context, size) => fillShared(context, size, context.engines.withRedisOfItsOwn());

/** The same with a cluster, of one node, where a read is a call of its own. */
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
 * One code made by the product itself; all others are copies of what it stored. The first poll of a code binds it to a
 * browser, which is a write: the copies are of a code that had it.
 */
async function createTemplate(start: () => Promise<Product>): Promise<string> {
  const { origin, stop } = await start();
  try {
    const qrcodeId = await createCode(origin);
    await fetch(origin + statusPath(qrcodeId));
    return qrcodeId;
  } finally {
    await stop();
  }
}
