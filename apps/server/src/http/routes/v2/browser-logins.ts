import {
  CasSession,
  envelopeV2,
  V2CheckStatusDto,
  V2LoginStatus,
  V2LogoutQuery,
  V2LogoutUserQuery,
} from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import { createSignInCookies, isOfThisSite } from '../../callers/sign-in-cookies.ts';
import { loginStatus } from '../../requests/login-status.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { v2User } from '../../wire/v2-user.ts';

/**
 * Signs out by whatever the request brings: the login of its token, and its browser where a page of this very site asks. A page of another
 * site, or a picture on one, signs nobody out (threats T21).
 */
function createLeaveBrowser({ tokens, logout, publicUrl }: Pick<Parts, 'tokens' | 'logout' | 'publicUrl'>) {
  const cookies = createSignInCookies(publicUrl);
  return async function leave(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    await tokens.signOut(request.headers.authorization, caller);
    if (!isOfThisSite(request)) return;
    const nothing = { idTokenHint: undefined, clientId: undefined, postLogoutRedirectUri: undefined, state: undefined };
    const done = await logout({ ...nothing, cookies: cookies.ssoCookiesOf(request), consent: 'sameSite', caller });
    if (done.kind === 'done') for (const pool of done.pools) cookies.clearSso(reply, pool);
  };
}

/** What the first SDKs ask of the login that a browser has with the server itself. */
export function browserLoginRoutes(scope: App, parts: Parts): void {
  const { sso, userManagement, publicUrl } = parts;
  const cookies = createSignInCookies(publicUrl);
  const leave = createLeaveBrowser(parts);

  scope.get(
    '/cas/session',
    {
      schema: {
        summary: 'The login this browser has with the server itself',
        description:
          'Both are null when there is none, and for pages of other sites, whose requests bring no cookie. The reply has no envelope.',
        response: { 200: CasSession },
      },
    },
    async (request) => {
      for (const { userPoolId, secret } of cookies.ssoCookiesOf(request)) {
        const present = await sso.find(userPoolId, { secret });
        if (present === null) continue;
        request.aboutPool = userPoolId;
        const session = { appId: present.login.applicationId, userId: present.user.id };
        return { session, userInfo: v2User(present.user, { publicUrl }) };
      }
      return { session: null, userInfo: null };
    },
  );

  scope.get(
    '/api/v2/logout',
    {
      // A HEAD request must not end a login.
      exposeHeadRoute: false,
      schema: {
        summary: 'End the login of the token in authorization',
        description:
          'With it the SSO login of its browser ends. Cookies end one for pages of this site alone, so no link and no image can log anybody out. An expired token of a login that stands ends it too. Without a token there is nothing to end, and that is a success too.',
        querystring: V2LogoutQuery,
        response: { 200: envelopeV2(Type.Null()) },
      },
    },
    async (request, reply) => {
      await leave(request, reply);
      return okV2();
    },
  );

  scope.get(
    '/logout',
    {
      // A HEAD request must not end a login.
      exposeHeadRoute: false,
      schema: {
        summary: 'Sign out; or for operators, end the logins of a user (V2)',
        description:
          'With userId: logins of that user with the application named, or all, by management credentials. Errors: 2004 no such person in this pool. Without: as /api/v2/logout.',
        querystring: V2LogoutUserQuery,
        response: { 200: envelopeV2(Type.Boolean()) },
      },
    },
    async (request, reply) => {
      const { userId, appId } = request.query;
      if (userId === undefined) {
        await leave(request, reply);
        return okV2(true);
      }
      const admin = await administratorOf(request, parts);
      await userManagement.kick(admin, { userId }, appId === undefined ? null : [appId], callerOf(request));
      return okV2(true);
    },
  );

  scope.post(
    '/api/v2/users/login/check-status',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Whether a token is of a login that stands',
        description: 'An answer in either case: status says it.',
        body: V2CheckStatusDto,
        response: { 200: V2LoginStatus },
      },
    },
    (request) => loginStatus(parts, request, request.body.token),
  );
}
