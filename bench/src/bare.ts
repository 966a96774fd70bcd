import { fileURLToPath } from 'node:url';
import { cores } from './machine.ts';
import { peerReady } from './peers/peer.ts';
import { type Running, startNode } from './process.ts';

/** The reply with which a bare server answers every request. */
export interface FixedReply {
  headers: Record<string, string>;
  body: string;
}

const script = fileURLToPath(new URL('peers/bare.ts', import.meta.url));

/**
 * Starts bare node:http on the measured server's core. It answers each request by itself or, with `together`, those of one tick at once. With
 * `signed` every fifth reply takes two signatures.
 */
export function startBare(reply: FixedReply, { together = false, signed = false } = {}): Promise<Running> {
  return startNode(cores.server, script, peerReady, {
    REPLY: JSON.stringify(reply),
    ...(together && { TOGETHER: 'yes' }),
    ...(signed && { SIGNED: 'yes' }),
  });
}

/** The body and headers of a real reply, without the headers that node:http adds by itself. */
export async function sameAs(reply: Response): Promise<FixedReply> {
  const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive'];
  const headers = [...reply.headers].filter(([name]) => !ownHeaders.includes(name));
  return { headers: Object.fromEntries(headers), body: await reply.text() };
}
