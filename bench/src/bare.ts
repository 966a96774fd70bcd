import { fileURLToPath } from 'node:url';
import { cores } from './machine.ts';
import { peerReady } from './peers/peer.ts';
import { type Running, startNode } from './process.ts';

/** What a bare server answers to every request. */
export interface FixedReply {
  headers: Record<string, string>;
  body: string;
}

const script = fileURLToPath(new URL('peers/bare.ts', import.meta.url));

/** Bare node:http in the measured server's place, answering each request by itself or those of one tick together. */
export function startBare(reply: FixedReply, { together = false } = {}): Promise<Running> {
  return startNode(cores.server, script, peerReady, {
    REPLY: JSON.stringify(reply),
    ...(together && { TOGETHER: 'yes' }),
  });
}

/** The same bytes as this reply, without what node:http adds by itself. */
export async function sameAs(reply: Response): Promise<FixedReply> {
  const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive'];
  const headers = [...reply.headers].filter(([name]) => !ownHeaders.includes(name));
  return { headers: Object.fromEntries(headers), body: await reply.text() };
}
