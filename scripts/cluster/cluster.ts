import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readDemoSheet, sheetFile } from '@passbeam/demo/demo-sheet';
import { freePort } from '@passbeam/workshop/free-port';
import { listening, serverProgram } from '@passbeam/workshop/passbeam';
import { type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import type { Program, startProgram } from '@passbeam/workshop/program';
import { type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { startBalancer } from './balancer.ts';
import { startDemo, wantedDemo } from './demo.ts';
import { beginLifetime } from './lifetime.ts';
import { mustBeFree } from './ports.ts';

/** DRAIN_SECONDS of the nodes: enough for the balancer, which checks every fifth of a second and waits at most one for the answer. */
const drainSeconds = 2;
/** The pause between the restarts of two nodes: other balancers in front of them may check less often, such as the HAProxy of compose.yaml. */
const betweenNodesMs = 1_000;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export interface ClusterOptions {
  nodes: number;
  /** The port of the load balancer; the demo web site gets the next one. */
  port: number;
  /** The folder for all data of the cluster; the caller deletes it. */
  folder: string;
  say(line: string): void;
  /** Ends the cluster in order, even while it still starts. */
  signal: AbortSignal;
}

export interface Cluster {
  /** Restarts one node after the other: each is sent SIGTERM, ends, starts and gets ready before the next. A call meanwhile joins the running restart. */
  restart(): Promise<void>;
  /** Resolves when the signal has ended the cluster in order; rejects when a part of it ended by itself. */
  ended: Promise<void>;
}

/**
 * Starts what compose.yaml runs as plain processes: PostgreSQL, Valkey or Redis, nodes with this environment's settings, a balancer, and
 * the demo, which stays while nodes are restarted.
 * @throws CannotRun, or the signal's reason when it came before everything was ready
 */
export async function startCluster({ nodes, port, folder, say, signal }: ClusterOptions): Promise<Cluster> {
  const demo = wantedDemo(process.env);
  const demoPort = port + 1;
  // The ports are checked before anything is started, because they are needed only ten seconds later.
  await mustBeFree(port, 'the load balancer');
  if (demo === 'on') await mustBeFree(demoPort, 'the demo, which gets the next one');
  const lifetime = beginLifetime(signal, () => say('stopping'));
  const { unlessOver, group, needs } = lifetime;

  async function engine(title: string, start: (start: typeof startProgram) => Promise<PostgresServer | RedisServer>) {
    const begun = performance.now();
    const { url, program } = await unlessOver(start(group()));
    needs(program);
    say(`${title} ready in ${seconds(performance.now() - begun)}`);
    return url;
  }

  async function close(): Promise<void> {
    await lifetime.close();
    if (signal.aborted) say('stopped');
  }

  try {
    const publicUrl = `http://localhost:${port}`;
    const shared: Record<string, string | undefined> = {
      HOST: '127.0.0.1',
      PUBLIC_URL: publicUrl,
      DATABASE_URL: await engine('PostgreSQL', (start) => startPostgres({ isDurable: true, start })),
      DATABASE_URL_FILE: undefined,
      REDIS_URL: await engine('Valkey or Redis', (start) => startRedis({ start })),
      REDIS_URL_FILE: undefined,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      SECRET_KEY_FILE: undefined,
      TRUSTED_PROXIES: '127.0.0.1',
      DRAIN_SECONDS: String(drainSeconds),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      METRICS_PORT: 'off',
      // Nodes create the demo's user pool and allow its pages to call them, but do not serve the demo.
      DEMO: demo === 'on' ? 'off' : demo,
      DEMO_PORT: String(demoPort),
    };
    const ports: number[] = [];
    for (let index = 0; index < nodes; index += 1) ports.push(await freePort());
    const dataDirOf = (index: number) => join(folder, `node-${index + 1}`);

    const running: Program[] = [];
    const startNodeProgram = group();
    async function startNode(index: number): Promise<void> {
      const name = `node ${index + 1}`;
      mkdirSync(dataDirOf(index), { recursive: true, mode: 0o700 });
      const begun = performance.now();
      const program = startNodeProgram(name, [process.execPath, serverProgram], {
        env: {
          ...process.env,
          ...shared,
          NODE_NAME: `node-${index + 1}`,
          PORT: String(ports[index]),
          DATA_DIR: dataDirOf(index),
        },
        onLine: (line) => isComplaint(line) && say(`${name}: ${line}`),
      });
      needs(program);
      running[index] = program;
      await unlessOver(program.untilLine(listening));
      say(`${name} listening on port ${ports[index]} after ${seconds(performance.now() - begun)}`);
    }

    // The nodes start in turn: the first creates the tables and the demo's user pool, which the others then find.
    for (const index of ports.keys()) await startNode(index);
    const balancer = await startBalancer({ port, nodePorts: ports });
    lifetime.onClose(() => balancer.close());
    for (const each of ports) await unlessOver(balancer.untilReady(each));

    const sheet = demo === 'on' ? readDemoSheet(readFileSync(join(dataDirOf(0), sheetFile), 'utf8')) : null;
    if (sheet !== null) {
      const program = startDemo({ port: demoPort, publicUrl, sheet, say }, group());
      needs(program);
      await unlessOver(program.untilLine(/^demo web site /));
    }
    say(`\ncluster of ${nodes} ready on ${publicUrl}`);
    if (sheet !== null) {
      say(`  Demo web site  http://localhost:${demoPort}/\n  Demo phone     http://localhost:${demoPort}/phone`);
      say(`  Demo user      ${sheet.login.account}, password ${sheet.login.password}`);
    }
    say(`  r and Enter, or kill -USR2 ${process.pid}: rolling restart; Ctrl-C ends it\n`);

    let restarting: Promise<void> | null = null;
    async function restartAll(): Promise<void> {
      for (const index of ports.keys()) {
        if (index > 0) await unlessOver(pause(betweenNodesMs));
        const name = `node ${index + 1}`;
        say(`${name}: stopping`);
        const begun = performance.now();
        const end = await unlessOver((running[index] as Program).stop());
        const took = seconds(performance.now() - begun);
        say(end === 0 ? `${name}: stopped in ${took}` : `${name}: ended with ${end} after ${took}, not in order`);
        await startNode(index);
        await unlessOver(balancer.untilReady(ports[index] as number));
        say(`${name}: ready`);
      }
      say('rolling restart done');
    }

    const ended = lifetime.over.catch(async (reason: unknown) => {
      await close();
      if (reason !== signal.reason) throw reason;
    });
    ended.catch(() => {});
    return {
      restart() {
        if (restarting !== null) {
          say('a rolling restart is under way already');
          return restarting;
        }
        restarting = restartAll()
          .catch(lifetime.fail)
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

/** Whether a node's line is a log line. The other lines tell about its start, which this program does in its own words. */
function isComplaint(line: string): boolean {
  return line.startsWith('{');
}
