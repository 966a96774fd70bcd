import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** The pause between two checks of a node. A node that stops gets no more requests after two such pauses, long before DRAIN_SECONDS are over. */
const checkEveryMs = 200;
const checkTimeoutMs = 1_000;
/** Checks in a row without an answer before a node counts as lost, because a busy machine answers slowly. A refusal counts at once. */
const silencesAllowed = 3;
/** How long a request waits for a node when none is ready. */
const queueMs = 5_000;
const maxBodyBytes = 1024 * 1024;
/** Headers that concern one connection and are not passed on (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

export interface Balancer {
  /** Resolves when the node at this port has answered that it is ready. */
  untilReady(port: number): Promise<void>;
  close(): Promise<void>;
}

interface Node {
  port: number;
  isReady: boolean;
  agent: Agent;
}

/**
 * Balances between nodes at these ports of this machine, in turn among those that are ready (/readyz). Replies and streams pass without
 * delay. What no node has seen, or may be repeated (GET, HEAD), is tried on the next.
 */
export async function startBalancer({ port, nodePorts }: { port: number; nodePorts: number[] }): Promise<Balancer> {
  const nodes: Node[] = nodePorts.map((each) => ({
    port: each,
    isReady: false,
    agent: new Agent({ keepAlive: true, maxFreeSockets: 64 }),
  }));
  const ending = new AbortController();
  let turn = 0;

  const server = createServer(async (incoming, outgoing) => {
    const body = await read(incoming).catch(() => null);
    if (outgoing.destroyed) return;
    if (body === null) return refuse(outgoing, 413, 'the request is too large');
    for (let waited = 0; waited < queueMs && !nodes.some((node) => node.isReady); waited += 20) await pause(20);
    const order = nodes.map((_, index) => nodes[(turn + index) % nodes.length] as Node);
    turn += 1;
    const untried = order.filter((node) => node.isReady);
    for (let node = untried.shift(); node !== undefined; node = untried.shift()) {
      if ((await forward(node, incoming, body, outgoing)) === 'done') return;
    }
    refuse(outgoing, 503, 'no node is ready');
  });
  // No timeout here: the nodes themselves limit long polls and event streams.
  server.requestTimeout = 0;

  for (const node of nodes) void watch(node);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  async function watch(node: Node): Promise<void> {
    let silences = 0;
    while (!ending.signal.aborted) {
      const answer = await check(node.port);
      silences = answer === 'silence' ? silences + 1 : 0;
      if (answer !== 'silence') node.isReady = answer === 'ready';
      else if (silences >= silencesAllowed) node.isReady = false;
      await pause(checkEveryMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  return {
    async untilReady(nodePort) {
      const node = nodes.find((each) => each.port === nodePort);
      while (node?.isReady !== true && !ending.signal.aborted) await pause(20);
    },
    async close() {
      ending.abort();
      server.close();
      server.closeAllConnections();
      for (const { agent } of nodes) agent.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Resolves to `next` when another node may try: the node did not see the request, or it may be repeated. */
function forward(
  node: Node,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<'done' | 'next'> {
  return new Promise((resolve) => {
    let isSent = false;
    const upstream = request({
      host: '127.0.0.1',
      port: node.port,
      agent: node.agent,
      method: incoming.method,
      path: incoming.url,
      headers: forwardedHeaders(incoming, body),
    });
    upstream.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (isSent = true));
      else isSent = true;
    });
    upstream.once('response', (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, endToEnd(reply.rawHeaders));
      outgoing.flushHeaders();
      pipeline(reply, outgoing, () => resolve('done'));
    });
    upstream.once('error', () => {
      if (outgoing.headersSent || outgoing.destroyed) return resolve('done');
      if (!isSent) node.isReady = false;
      if (!isSent || incoming.method === 'GET' || incoming.method === 'HEAD') return resolve('next');
      refuse(outgoing, 502, 'the node broke off');
      resolve('done');
    });
    outgoing.once('close', () => upstream.destroy());
    upstream.end(body);
  });
}

function forwardedHeaders(incoming: IncomingMessage, body: Buffer): string[] {
  const headers = endToEnd(incoming.rawHeaders, new Set(['x-forwarded-for', 'x-forwarded-proto', 'content-length']));
  const before = incoming.headers['x-forwarded-for'];
  const peer = incoming.socket.remoteAddress ?? '';
  headers.push('x-forwarded-for', before === undefined ? peer : `${before}, ${peer}`);
  headers.push('x-forwarded-proto', 'http');
  if (body.length > 0 || incoming.headers['content-length'] !== undefined) {
    headers.push('content-length', String(body.length));
  }
  return headers;
}

function endToEnd(rawHeaders: string[], others = new Set<string>()): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !others.has(lower)) kept.push(name, value);
  }
  return kept;
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
  outgoing.end(JSON.stringify({ statusCode: status, message }));
}

async function check(port: number): Promise<'ready' | 'not ready' | 'silence'> {
  try {
    const { ok, body } = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(checkTimeoutMs),
      headers: { connection: 'close' },
    });
    await body?.cancel();
    return ok ? 'ready' : 'not ready';
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'silence' : 'not ready';
  }
}
