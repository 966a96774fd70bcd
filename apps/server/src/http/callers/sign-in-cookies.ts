import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SsoCookie } from '../../core/account/logout.ts';
import type { Browser } from '../../core/authorization/interactions.ts';
import { callerOf } from './caller.ts';

const shape = /^[A-Za-z0-9_-]{43}$/;
/** More open sign-ins than anybody has tabs for: the oldest cookies go, so that the browser's header stays short. */
const maxFlows = 20;

/**
 * The cookies of people who sign in here: one for each flow, so that tabs do not overwrite each other, and one for each pool in which the
 * browser is signed in. `__Host-`: no neighbouring subdomain can plant one. Lax: they come with a redirect and with no form of
 * another site.
 */
export function createSignInCookies(publicUrl: string) {
  const prefix = publicUrl.startsWith('https:') ? '__Host-passbeam' : 'passbeam';
  const flowPrefix = `${prefix}_flow_`;
  const ssoName = (userPoolId: string) => `${prefix}_sso_${userPoolId}`;
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

  function setFlow(request: FastifyRequest, reply: FastifyReply, id: string, secret: string): void {
    const known = Object.keys(cookiesOf(request)).filter((name) => name.startsWith(flowPrefix));
    for (const name of known.slice(0, Math.max(0, known.length + 1 - maxFlows))) set(reply, name, '', 0);
    set(reply, flowName(id), secret, 1800);
  }

  return {
    browserOf,
    setFlow,
    /** Until the browser is closed, or the SSO login ends. */
    setSso: (reply: FastifyReply, userPoolId: string, secret: string) =>
      set(reply, ssoName(userPoolId), secret, 90 * 86_400),
    /** Every pool that the browser has a cookie of. */
    ssoCookiesOf(request: FastifyRequest): SsoCookie[] {
      return Object.entries(cookiesOf(request)).flatMap(([name, secret = '']) =>
        name.startsWith(ssoName('')) && shape.test(secret)
          ? [{ userPoolId: name.slice(ssoName('').length), secret }]
          : [],
      );
    },
    clearSso: (reply: FastifyReply, userPoolId: string) => set(reply, ssoName(userPoolId), '', 0),
  };
}

/** Whether a page of this very site asks: browsers say so, and no page can. */
export function isOfThisSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'same-origin' || headers['sec-fetch-site'] === 'same-site';
}
