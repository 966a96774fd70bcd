import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { Asking } from './caller.ts';

export interface HeaderSink {
  header(name: string, value: string): unknown;
}

const shape = /^[A-Za-z0-9_-]{43}$/;

/**
 * The browser's binding cookie (threats T9): its hash marks who may follow a code, and authorises nothing else. Partitioned, so that each
 * embedding site has its own; `__Host-`, which browsers take over https only, so that no subdomain plants one.
 */
export function createBindingCookie(publicUrl: string) {
  const name = publicUrl.startsWith('https:') ? '__Host-passbeam_poll' : 'passbeam_poll';

  function read(request: Pick<Asking, 'headers'>): string | null {
    const header = request.headers.cookie;
    if (header === undefined) return null;
    const found = parseCookie(header)[name];
    return found !== undefined && shape.test(found) ? found : null;
  }

  function set(reply: HeaderSink, token: string): void {
    reply.header(
      'set-cookie',
      stringifySetCookie({
        name,
        value: token,
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'none',
        partitioned: true,
        maxAge: 30 * 24 * 3600,
      }),
    );
  }

  return { read, set };
}

/** Whether a browser sent the request: browsers mark theirs, servers and command-line tools do not. */
export function isFromBrowser(request: FastifyRequest): boolean {
  return request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
}
