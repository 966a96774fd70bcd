import { parseStrictJson } from '../core/ground/strict-json.ts';
import type { OutboundReply } from '../outbound/outbound.ts';

/** The JSON of a reply, read as strictly as a request. @throws Error that says what the server answered instead */
export function jsonOf(url: string, { headers, body }: OutboundReply): unknown {
  const type = headers['content-type'] ?? 'nothing';
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) throw new Error(`${url} answered with ${type}, not JSON`);
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Error(`${url} answered with JSON that cannot be read: ${(error as Error).message}`);
  }
}

/** The same where an object is expected. @throws Error */
export function jsonObjectOf(url: string, reply: OutboundReply): Record<string, unknown> {
  const value = jsonOf(url, reply);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${url} answered with JSON that is no object`);
}
