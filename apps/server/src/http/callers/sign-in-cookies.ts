import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SsoCookie } from '../../core/account/logout.ts';
import type { Browser } from '../../core/authorization/interactions.ts';
import { callerOf } from './caller.ts';

const shape = /^[A-Za-z0-9_-]{43}$/;
/** What follows the prefix in a name that we gave: a part of a sign-in's id, or a user pool's. */
const nameShape = /^[A-Za-z0-9_-]{1,64}$/;
/** More open sign-ins than anybody has tabs for, and more user pools than anybody is in: the oldest cookies go. */
const mostOfAKind = 20;

/**
 * The cookies of people who sign in here: one for each flow, so that tabs do not overwrite each other, and one for each pool in which the
 * browser is signed in. `__Host-`: no neighbouring subdomain can plant one. Lax: they come with a redirect and with no form of
 * another site.
 */
export function createSignInCookies(publicUrl: string) {
  const prefix = publicUrl.startsWith('https:') ? '__Host-passbeam' : 'passbeam';
  const flowPrefix = `${prefix}_flow_`;
  const ssoPrefix = `${prefix}_sso_`;
  const ssoName = (userPoolId: string) => `${ssoPrefix}${userPoolId}`;
  // The address of a page is in logs and histories; a part of it names the cookie well enough.
  const flowName = (id: string) => `${flowPrefix}${id.slice(0, 12)}`;

  const cookiesOf = (request: FastifyRequest) => parseCookie(request.headers.cookie ?? '');
  const valueIn = (cookies: ReturnType<typeof cookiesOf>, name: string) => {
    const value = cookies[name];
    return value !== undefined && shape.test(value) ? value : null;
  };

  /** The browser that asks; `id` is that of the interaction it asks about, if it does. */
  function browserOf(request: FastifyRequest, id?: string): Browser {
    const cookies = cookiesOf(request);
    return {
      flowSecret: id === undefined ? null : valueIn(cookies, flowName(id)),
      ssoSecretOf: (userPoolId) => valueIn(cookies, ssoName(userPoolId)),
      caller: callerOf(request),
    };
  }

  function set(reply: FastifyReply, name: string, value: string, maxAge?: number): void {
    const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;
    const lasting = maxAge === undefined ? {} : { maxAge };
    reply.header('set-cookie', stringifySetCookie({ name, value, ...attributes, ...lasting }));
  }

  /** The cookies of one kind that the browser sent, the oldest first. Names that we never gave are passed over. */
  function sentOf(request: FastifyRequest, kindPrefix: string): [name: string, value: string | undefined][] {
    const isOurs = ([name]: [string, unknown]) =>
      name.startsWith(kindPrefix) && nameShape.test(name.slice(kindPrefix.length));
    return Object.entries(cookiesOf(request)).filter(isOurs);
  }

  /** Takes the oldest cookies of the kind away, so that there is room for the new one. */
  function makeRoom(request: FastifyRequest, reply: FastifyReply, kindPrefix: string, name: string): void {
    const others = sentOf(request, kindPrefix).filter(([other]) => other !== name);
    for (const [oldest] of others.slice(0, Math.max(0, others.length + 1 - mostOfAKind))) set(reply, oldest, '', 0);
  }

  function setFlow(request: FastifyRequest, reply: FastifyReply, id: string, secret: string): void {
    makeRoom(request, reply, flowPrefix, flowName(id));
    set(reply, flowName(id), secret, 1800);
  }

  return {
    browserOf,
    setFlow,
    /** Until the browser is closed, or the SSO login ends. */
    setSso(request: FastifyRequest, reply: FastifyReply, userPoolId: string, secret: string): void {
      makeRoom(request, reply, ssoPrefix, ssoName(userPoolId));
      set(reply, ssoName(userPoolId), secret, 90 * 86_400);
    },
    /** Every pool that the browser has a cookie of. A header holds more of them than we give; each costs a look at the store. */
    ssoCookiesOf(request: FastifyRequest): SsoCookie[] {
      return sentOf(request, ssoPrefix)
        .map(([name, secret = '']) => ({ userPoolId: name.slice(ssoPrefix.length), secret }))
        .filter(({ secret }) => shape.test(secret))
        .slice(0, mostOfAKind);
    },
    clearSso: (reply: FastifyReply, userPoolId: string) => set(reply, ssoName(userPoolId), '', 0),
  };
}

/** Whether a page of this very site asks: browsers say so, and no page can. */
export function isOfThisSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'same-origin' || headers['sec-fetch-site'] === 'same-site';
}
