import { BlockList, isIPv6 } from 'node:net';
import { consoleActHeader, consoleHeader } from '@passbeam/protocol';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleCaller } from '../../core/administrators/console-caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { isViaConsolePort } from '../server/console-port.ts';

const shape = /^[A-Za-z0-9_-]{43}$/;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export interface ConsoleSettings {
  isOn: boolean;
  /** The console has a port of its own: at the public one it is not there. */
  hasOwnPort: boolean;
  /** Addresses and networks it is open to; empty: all. */
  networks: readonly string[];
}

/**
 * Decides which requests come from the operators' console. Its cookie is looked at only where the page of this very server asks: other
 * origins, forms, frames and links cannot send what is checked here, and CORS has no part in it.
 */
export function createConsoleDoor(parts: {
  settings: ConsoleSettings;
  publicUrl: string;
  find(token: string, isAct: boolean): Promise<ConsoleCaller | null>;
}) {
  const { settings, find } = parts;
  const publicOrigin = new URL(parts.publicUrl).origin;
  const isOpenTo = opening(settings.networks);
  const callers = new WeakMap<FastifyRequest, Promise<ConsoleCaller | null>>();

  /** Whether the console is there at all for whoever asks. */
  function isThere(request: FastifyRequest): boolean {
    return settings.isOn && isOpenTo(request.ip) && isViaConsolePort(request.raw) === settings.hasOwnPort;
  }

  /** Where the console's page is at home: at its own port wherever it is reached, else at PUBLIC_URL. Null where neither is safe. */
  function ownOrigins({ headers }: FastifyRequest): string[] {
    const host = headers.host ?? '';
    if (settings.hasOwnPort) return loopback.test(host) ? [`http://${host}`, `https://${host}`] : [`https://${host}`];
    const isSafe = publicOrigin.startsWith('https:') || loopback.test(new URL(publicOrigin).host);
    return isSafe ? [publicOrigin] : [];
  }

  /** The console's address as whoever asks reaches it, without a slash at its end. For requests from its own page. */
  function urlFor(request: FastifyRequest): string {
    if (!settings.hasOwnPort) return `${parts.publicUrl}/console`;
    return `${request.headers.origin ?? ownOrigins(request)[0]}/console`;
  }

  function isFromOwnPage(request: FastifyRequest): boolean {
    const { origin, 'sec-fetch-site': site, [consoleHeader]: marked } = request.headers;
    if (marked !== '1' || (origin === undefined && site === undefined)) return false;
    if (site !== undefined && site !== 'same-origin') return false;
    return origin === undefined || ownOrigins(request).includes(origin);
  }

  /** `__Host-`: no neighbouring subdomain can plant it. Browsers want https for that, which localhost has not. */
  function cookieOf(request: FastifyRequest) {
    const isPlain = ownOrigins(request).some((origin) => origin.startsWith('http:'));
    return isPlain ? { name: 'console', secure: false } : { name: '__Host-console', secure: true };
  }

  /** @throws DomainError route_not_found, permission_denied, not_signed_in when the request is of no page of ours */
  function requireOwnPage(request: FastifyRequest): void {
    if (!isThere(request)) throw new DomainError('route_not_found');
    if (ownOrigins(request).length === 0) throw new DomainError('permission_denied', { reason: 'consoleNeedsHttps' });
    if (!isFromOwnPage(request)) throw new DomainError('not_signed_in');
  }

  /** Who is signed in at the console that sent this request, however far the sign-in has come; null: nobody. */
  function callerOf(request: FastifyRequest): Promise<ConsoleCaller | null> {
    let caller = callers.get(request);
    if (caller === undefined) {
      const token = parseCookie(request.headers.cookie ?? '')[cookieOf(request).name] ?? '';
      const isOurs = isThere(request) && isFromOwnPage(request) && shape.test(token);
      caller = isOurs ? find(token, request.headers[consoleActHeader] === '1') : Promise.resolve(null);
      callers.set(request, caller);
    }
    return caller;
  }

  function setCookie(request: FastifyRequest, reply: FastifyReply, value: string | null): void {
    const attributes = { path: '/', httpOnly: true, sameSite: 'strict', ...cookieOf(request) } as const;
    const cookie = value === null ? { value: '', maxAge: 0 } : { value };
    reply.header('set-cookie', stringifySetCookie({ ...attributes, ...cookie }));
  }

  return { hasOwnPort: settings.hasOwnPort, isThere, requireOwnPage, callerOf, setCookie, urlFor };
}

export type ConsoleDoor = ReturnType<typeof createConsoleDoor>;

function opening(networks: readonly string[]): (ip: string) => boolean {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (ip) => list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
