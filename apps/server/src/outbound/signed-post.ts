import { createHmac } from 'node:crypto';
import type { Clock } from '../core/ground/ports.ts';
import type { Outbound, OutboundLimits, OutboundReply } from './outbound.ts';

export interface SignedPost {
  url: string;
  /** The secret in use; a second one while the first is being replaced (threats T37). Each signs. */
  secrets: readonly string[];
  /** Unique: whoever takes the request refuses an id that it has seen. */
  id: string;
  body: object;
}

/**
 * Requests to the operator's own services, all signed alike. They check the HMAC over id, timestamp and body, and refuse timestamps older
 * than five minutes and ids they have seen.
 */
export function createSignedPosts(parts: { outbound: Pick<Outbound, 'post'>; clock: Clock }) {
  return function post({ url, secrets, id, body }: SignedPost, limits: OutboundLimits = {}): Promise<OutboundReply> {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(parts.clock.now() / 1000));
    const signatures = secrets.map((secret) => `v1=${signatureOf(secret, id, timestamp, text)}`);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'x-passbeam-id': id,
      'x-passbeam-timestamp': timestamp,
      'x-passbeam-signature': signatures.join(','),
    };
    return parts.outbound.post(url, headers, text, limits);
  };
}

/** HMAC-SHA256 in hexadecimal over `id.timestamp.body`. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex');
}
