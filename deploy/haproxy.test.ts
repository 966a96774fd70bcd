import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type HaproxyServer, hasHaproxy, startHaproxy } from '@passbeam/workshop/haproxy';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

if (!hasHaproxy) console.log('SKIPPED: HAProxy is not installed, so deploy/haproxy.cfg was not run');

const compose = parse(await readFile(new URL('../compose.yaml', import.meta.url), 'utf8'), { merge: true });
const drainMs = compose.services.node1.environment.DRAIN_SECONDS * 1_000;

/** A stand-in for a node, whose answers to HAProxy the test decides. */
interface Node {
  name: string;
  server: Server;
  isReady: boolean;
  /** How long it takes to answer /readyz. */
  readyAfterMs: number;
}

const refusal = { statusCode: 503, message: 'come back later' };

/** Runs deploy/haproxy.cfg with this machine's addresses, in front of two small servers that answer as nodes do. */
describe.skipIf(!hasHaproxy)('HAProxy by haproxy.cfg', () => {
  let haproxy: HaproxyServer | undefined;
  let nodes: Node[];

  beforeAll(async () => {
    nodes = await Promise.all(['node1', 'node2'].map(startNode));
    haproxy = await startHaproxy(nodes.map(({ server }) => (server.address() as AddressInfo).port));
  });
  afterAll(async () => {
    await haproxy?.stop();
    for (const { server } of nodes) {
      server.close();
      server.closeAllConnections();
    }
  });
  beforeEach(async () => {
    for (const node of nodes) Object.assign(node, { isReady: true, readyAfterMs: 0 });
    // Waits until both nodes answer again.
    for (const { name } of nodes) while ((await ask()).node !== name) await pause(20);
  });

  async function ask(headers: Record<string, string> = {}) {
    const reply = await fetch(haproxy?.url ?? '', { headers });
    return {
      status: reply.status,
      node: reply.headers.get('x-node'),
      retryAfter: reply.headers.get('retry-after'),
      text: await reply.text(),
    };
  }

  async function askFor(milliseconds: number) {
    const replies: Awaited<ReturnType<typeof ask>>[] = [];
    for (const end = Date.now() + milliseconds; Date.now() < end; await pause(10)) replies.push(await ask());
    return replies;
  }

  it('keeps using nodes that are slow to answer /readyz', async () => {
    for (const node of nodes) node.readyAfterMs = 1_500;
    const replies = await askFor(3_500);
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(replies.slice(-10).map(({ node }) => node)).size).toBe(2);
  });

  it('sends nothing to a stopping node while that still serves', async () => {
    const [first, second] = nodes as [Node, Node];
    first.isReady = false;
    await askFor(drainMs - 500);
    expect(new Set((await askFor(400)).map(({ node }) => node))).toEqual(new Set([second.name]));
  });

  it('passes on the nodes’ own refusals when none is ready, and notices when they are ready again', async () => {
    for (const node of nodes) node.isReady = false;
    const replies = await askFor(2_500);
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 503, retryAfter: '1', text: JSON.stringify(refusal) });
    }
    for (const node of nodes) node.isReady = true;
    while ((await ask()).status !== 200) await pause(50);
  });

  it('tells nodes the address of the caller, whatever address the caller claims', async () => {
    expect(await ask({ 'x-forwarded-for': '203.0.113.9' })).toMatchObject({ text: '127.0.0.1' });
    expect(await ask()).toMatchObject({ text: '127.0.0.1' });
  });
});

async function startNode(name: string): Promise<Node> {
  const server = createServer(async ({ url, headers }, reply) => {
    reply.setHeader('x-node', name);
    if (url === '/healthz') return reply.end();
    if (url === '/readyz') await pause(node.readyAfterMs);
    if (node.isReady) return reply.end(headers['x-forwarded-for']);
    reply.writeHead(503, { 'retry-after': '1' }).end(JSON.stringify(refusal));
  });
  const node: Node = { name, server, isReady: true, readyAfterMs: 0 };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return node;
}
