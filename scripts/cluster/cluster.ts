import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBalancer } from './balancer.ts';
import { type Engine, startPostgres, startRedis } from './engines.ts';
import { freePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';

const serverProgram = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
/** The balancer asks every fifth of a second and waits a second at most for the answer. */
const drainSeconds = 2;
/** Two checks of the HAProxy that compose.yaml runs: others in front of the nodes may look less often than the balancer here. */
const betweenNodesMs = 1_000;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export interface ClusterOptions {
  nodes: number;
  /** Of the load balancer; the demo web site gets the next one. */
  port: number;
  /** Everything kept lies here; whoever made it deletes it. */
  folder: string;
  say(line: string): void;
  /** Ends the cluster in order. */
  signal: AbortSignal;
}

export interface Cluster {
  /** One node after the other: SIGTERM, its end, its start, ready again. One at a time; while one runs, another is refused. */
  restart(): Promise<void>;
  /** Resolves when the signal has ended it in order; rejects when a part ended by itself. */
  ended: Promise<void>;
}

/**
 * What compose.yaml runs, as plain processes on this machine: PostgreSQL, Valkey or Redis, nodes, and a load balancer. The demo web site is
 * served by the first node. Settings of the environment reach the nodes, but for those a cluster decides.
 * @throws MissingEngine
 */
export async function startCluster({ nodes, port, folder, say, signal }: ClusterOptions): Promise<Cluster> {
  const closings: (() => Promise<unknown>)[] = [];
  const lost = Promise.withResolvers<never>();
  // Whoever awaits `ended` hears of it; before that, starting does.
  lost.promise.catch(() => {});
  const watched = (program: Program) => program.onLost(lost.reject);

  async function engine(title: string, start: (folder: string) => Promise<Engine>): Promise<Engine> {
    const begun = performance.now();
    const started = await start(folder);
    watched(started.program);
    closings.unshift(() => started.program.stop());
    say(`${title} ready in ${seconds(performance.now() - begun)}`);
    return started;
  }

  async function close(): Promise<void> {
    for (const closing of closings) await closing();
  }

  try {
    const postgres = await engine('PostgreSQL', startPostgres);
    const redis = await engine('Valkey or Redis', (home) => startRedis(home));
    const publicUrl = `http://localhost:${port}`;
    const demo = process.env.DEMO ?? 'on';
    const shared: Record<string, string | undefined> = {
      HOST: '127.0.0.1',
      PUBLIC_URL: publicUrl,
      DATABASE_URL: postgres.url,
      DATABASE_URL_FILE: undefined,
      REDIS_URL: redis.url,
      REDIS_URL_FILE: undefined,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      SECRET_KEY_FILE: undefined,
      TRUSTED_PROXIES: '127.0.0.1',
      DRAIN_SECONDS: String(drainSeconds),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      METRICS_PORT: 'off',
    };
    const ports: number[] = [];
    for (let index = 0; index < nodes; index += 1) ports.push(await freePort());

    async function startNode(index: number): Promise<Program> {
      const name = `node ${index + 1}`;
      const dataDir = join(folder, `node-${index + 1}`);
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      const begun = performance.now();
      const program = startProgram(name, [process.execPath, serverProgram], {
        env: {
          ...process.env,
          ...shared,
          NODE_NAME: `node-${index + 1}`,
          PORT: String(ports[index]),
          DATA_DIR: dataDir,
          // Its demo calls the balancer as any other site would; one demo is enough.
          DEMO: index === 0 ? demo : 'off',
          DEMO_PORT: String(port + 1),
        },
        stopSignal: 'SIGTERM',
        onLine: (line) => isWorthSaying(line) && say(`${name}: ${line}`),
      });
      watched(program);
      await program.untilLine(/^passbeam listening on /);
      say(`${name} listening on port ${ports[index]} after ${seconds(performance.now() - begun)}`);
      return program;
    }

    const running: Program[] = [];
    closings.unshift(() => Promise.all(running.map((program) => program.stop())));
    // The first makes the tables and the demo; the others find them.
    for (let index = 0; index < nodes; index += 1) running.push(await startNode(index));

    const balancer = await startBalancer({ port, nodePorts: ports });
    closings.unshift(() => balancer.close());
    for (const each of ports) await Promise.race([balancer.untilReady(each), lost.promise]);
    say(`\ncluster of ${nodes} ready on ${publicUrl}`);
    if (demo === 'on') {
      say(`  Demo web site  http://localhost:${port + 1}/\n  Demo phone     http://localhost:${port + 1}/phone`);
    }
    say(`  r and Enter, or kill -USR2 ${process.pid}: rolling restart; Ctrl-C ends it\n`);

    let restarting: Promise<void> | null = null;
    async function restartAll(): Promise<void> {
      for (const index of ports.keys()) {
        if (index > 0) await pause(betweenNodesMs);
        const name = `node ${index + 1}`;
        say(`${name}: stopping`);
        const begun = performance.now();
        const end = await (running[index] as Program).stop();
        const took = seconds(performance.now() - begun);
        say(end === 0 ? `${name}: stopped in ${took}` : `${name}: ended with ${end} after ${took}, not in order`);
        running[index] = await startNode(index);
        await balancer.untilReady(ports[index] as number);
        say(`${name}: ready`);
      }
      say('rolling restart done');
    }

    const told = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const ended = Promise.race([told, lost.promise]).finally(async () => {
      say('stopping');
      await restarting;
      await close();
      say('stopped');
    });
    ended.catch(() => {});
    return {
      restart() {
        if (restarting !== null) {
          say('a rolling restart is under way already');
          return restarting;
        }
        restarting = restartAll()
          .catch(lost.reject)
          .finally(() => {
            restarting = null;
          });
        return restarting;
      },
      ended,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The demo's sheet, and what a node complains about; not that it listens, which is told in our words. */
function isWorthSaying(line: string): boolean {
  return line.startsWith('{') || /^\s+(Demo user|Password)\b/.test(line);
}
