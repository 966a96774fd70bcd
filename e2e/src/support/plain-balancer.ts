import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { pipeline } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@passbeam/workshop/free-port';

export interface RunningBalancer {
  readonly url: string;
  stop(): Promise<void>;
}

const checkEveryMs = 250;

/**
 * The least of a load balancer: it asks /readyz and sends to whoever said 200 last, in turn. Nothing is tried twice, nothing waits, so a
 * node that leaves too early shows as a failure.
 */
export async function startPlainBalancer(nodePorts: readonly number[]): Promise<RunningBalancer> {
  const agent = new Agent({ keepAlive: true });
  const ending = new AbortController();
  let ready: number[] = [];
  let turn = 0;

  const server = createServer((incoming, outgoing) => {
    const port = ready[turn++ % ready.length];
    if (port === undefined) return void outgoing.writeHead(502).end('no node is ready');
    const { method, url: path, headers } = incoming;
    const upstream = request({ host: '127.0.0.1', port, agent, method, path, headers }, (reply) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...endToEnd } = reply.headers;
      outgoing.writeHead(reply.statusCode ?? 502, endToEnd);
      outgoing.flushHeaders();
      pipeline(reply, outgoing, () => {});
    });
    upstream.once('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end(`the node broke off: ${error.message}`);
    });
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });

  async function check(): Promise<void> {
    const answers = await Promise.all(
      nodePorts.map(async (port) => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
          () => null,
        );
        await answer?.body?.cancel();
        return answer?.ok === true;
      }),
    );
    ready = nodePorts.filter((_, index) => answers[index]);
  }

  const checking = (async () => {
    while (!ending.signal.aborted) {
      await check();
      await wait(checkEveryMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  while (ready.length < nodePorts.length) await wait(20);
  return {
    url: `http://localhost:${port}`,
    async stop() {
      ending.abort();
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await checking;
    },
  };
}
