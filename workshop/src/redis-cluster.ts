import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { clusterSettings, type RedisServer, startRedis } from './redis.ts';

/** A Redis cluster of three masters with a replica each, which takes over a second or two after its master is gone. */
export interface RedisCluster {
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  masters(): Promise<RedisServer[]>;
  /** The only replica of this master. */
  replicaOf(master: RedisServer): Promise<RedisServer>;
  /** Resumes paused nodes and restarts ended ones; resolves when every master has its replica again. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

const nodeTimeoutMs = 1_000;
const slots = 16_384;

export async function startRedisCluster(): Promise<RedisCluster> {
  const started = await Promise.all(Array.from({ length: 6 }, startNode));
  const nodes = started.map(({ redis }) => redis);
  const names = new Map(
    await Promise.all(nodes.map(async (node) => [String(await node.command('CLUSTER', 'MYID')), node] as const)),
  );
  const nameOf = (node: RedisServer) => [...names].find(([, one]) => one === node)?.[0] ?? '';
  const [first, ...others] = started;
  const firstMasters = nodes.slice(0, 3);
  for (const [index, master] of firstMasters.entries()) {
    const [from, end] = [index, index + 1].map((third) => Math.ceil((slots * third) / 3));
    await master.command('CLUSTER', 'ADDSLOTSRANGE', from as number, (end as number) - 1);
    await master.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  }
  for (const { redis, busPort } of others) {
    await first?.redis.command('CLUSTER', 'MEET', '127.0.0.1', redis.port, busPort);
  }
  await eventually(async () => (await stateOf(nodes)).every((text) => text.includes('cluster_known_nodes:6')));
  for (const [index, master] of firstMasters.entries()) {
    await nodes[index + 3]?.command('CLUSTER', 'REPLICATE', nameOf(master));
  }

  /** All nodes, as a node that answers sees them: name, whether it is a living master, and the name of its master. */
  async function table(): Promise<{ name: string; isMaster: boolean; master: string }[]> {
    const answers = await Promise.all(nodes.map((node) => answerOf(node, 'CLUSTER', 'NODES')));
    const lines =
      answers
        .find((text) => text !== '')
        ?.trim()
        .split('\n') ?? [];
    return lines.map((line) => {
      const [name = '', , flags = '', master = ''] = line.split(' ');
      return { name, isMaster: flags.includes('master') && !flags.includes('fail'), master };
    });
  }

  await eventually(() => isWhole(nodes));
  return {
    url: `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    async masters() {
      return (await table()).flatMap(({ name, isMaster }) => (isMaster ? [names.get(name) as RedisServer] : []));
    },
    async replicaOf(master) {
      const row = (await table()).find((one) => one.master === nameOf(master));
      if (row === undefined) throw new Error('this master has no replica');
      return names.get(row.name) as RedisServer;
    },
    async mend() {
      for (const node of nodes) node.resume();
      for (const node of nodes) if ((await answerOf(node, 'PING')) !== 'PONG') await node.restart();
      await eventually(() => isWhole(nodes));
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function startNode(): Promise<{ redis: RedisServer; busPort: number }> {
  const busPort = await freePort();
  const settings = {
    ...clusterSettings(busPort),
    'cluster-node-timeout': nodeTimeoutMs,
    // The slots of living masters stay available when another master is lost.
    'cluster-require-full-coverage': 'no',
    // A replica may take over however long it has not heard from its master.
    'cluster-replica-validity-factor': 0,
    'repl-diskless-sync-delay': 0,
  };
  return { redis: await startRedis({ settings }), busPort };
}

async function isWhole(nodes: readonly RedisServer[]): Promise<boolean> {
  const asked = (name: string, ...args: string[]) => Promise.all(nodes.map((node) => answerOf(node, name, ...args)));
  const [states, tables, links] = [
    await stateOf(nodes),
    await asked('CLUSTER', 'NODES'),
    await asked('INFO', 'replication'),
  ];
  return (
    states.every((text) => text.includes('cluster_state:ok')) &&
    tables.every((text) => !text.includes('fail') && text.match(/slave/g)?.length === 3) &&
    links.filter((text) => text.includes('master_link_status:up')).length === 3
  );
}

function stateOf(nodes: readonly RedisServer[]): Promise<string[]> {
  return Promise.all(nodes.map((node) => answerOf(node, 'CLUSTER', 'INFO')));
}

/** The answer to a command; empty when the node does not answer within half a second. */
async function answerOf(node: RedisServer, name: string, ...args: string[]): Promise<string> {
  const late = wait(500, '', { ref: false });
  return Promise.race([node.command(name, ...args).then(String, () => ''), late]);
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(20);
}
