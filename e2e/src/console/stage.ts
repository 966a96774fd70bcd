import { type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import { startPostgres } from '@passbeam/workshop/postgres';
import { startRedis } from '@passbeam/workshop/redis';
import { alice, bob, phoneApplication, siteApplication, userPoolId, userPoolSecret } from '../support/product.ts';
import { openAlternatingFront } from './alternating-front.ts';

/** A server with its console, as an operator runs it. */
export interface ConsoleStage {
  /** Where browsers reach it. */
  readonly url: string;
  /** The link that was printed because nobody was there yet. */
  readonly setUpLink: string;
  /** Ends every node and starts it again, with the same configuration file. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The file owns nothing but the names, so that operators may change the rest. */
const configuration = {
  userPools: [
    {
      id: userPoolId,
      name: 'Shop',
      secret: userPoolSecret,
      applications: [
        { ...siteApplication, name: 'Web shop', domain: 'localhost', tokenEndpointAuthMethod: 'client_secret_post' },
        { ...phoneApplication, name: 'Shop app', tokenEndpointAuthMethod: 'none' },
      ],
      users: [alice, bob],
    },
  ],
};

async function printedLink(node: Passbeam): Promise<string> {
  const [link] = await node.program.untilLine(/\S+\/console\/set-up#[\w-]{43}/);
  return link;
}

/** One node on its own file. */
export async function startAlone(): Promise<ConsoleStage> {
  const node = await startPassbeam({ configuration, environment: { DEMO: 'off', RATE_LIMITS: 'off' } });
  const { url } = node;
  return {
    url,
    setUpLink: await printedLink(node),
    async restart() {
      await node.stop();
      await node.start();
    },
    stop: node.remove,
  };
}

/** Two nodes on PostgreSQL and Redis, which take turns at every request. */
export async function startTwoNodes(): Promise<ConsoleStage> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const nodes: Passbeam[] = [];
  const front = await openAlternatingFront(() => nodes.map(({ port }) => port));
  const environment = {
    ...{ DEMO: 'off', RATE_LIMITS: 'off', PUBLIC_URL: `http://localhost:${front.port}`, TRUSTED_PROXIES: '127.0.0.1' },
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, SECRET_KEY: 'Zk3vQ9xT1mB7rW5nY2cL8pD4hF6jS0aGeUiOqXtR' },
  };
  // Each start while nobody is there makes a new link, and the last one works.
  let setUpLink = '';
  for (const _ of ['first', 'second']) {
    const node = await startPassbeam({ configuration, environment });
    nodes.push(node);
    setUpLink = await printedLink(node);
  }
  return {
    url: `http://localhost:${front.port}`,
    setUpLink,
    async restart() {
      for (const node of nodes) {
        await node.stop();
        await node.start();
      }
    },
    async stop() {
      front.close();
      await Promise.all(nodes.map((node) => node.kill()));
      await Promise.all([postgres.stop(), redis.stop(), ...nodes.map((node) => node.remove())]);
    },
  };
}
