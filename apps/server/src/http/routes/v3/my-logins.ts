import {
  EndedDevicesDto,
  EndMyDeviceDto,
  envelope,
  MyConsentDto,
  MyDevicesDto,
  MyDevicesQuery,
  MyLoggedInAppDto,
  MyLoginHistoryDto,
  MyLoginHistoryQuery,
  SecurityInfoDto,
  WithdrawMyConsentDto,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Caller } from '../../../core/ground/caller.ts';
import { callerOf, searchedAddress } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { isTrue, numberOf, pageOf } from '../../requests/query-values.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { loginApplication } from '../../wire/logins.ts';
import { myDevice, myLogin, securityInfo } from '../../wire/my-logins.ts';

const needsLogin = 'Needs the access token in authorization (raw or Bearer). ';
const notSignedIn = 'Errors: 401 apiCode 2020 not signed in.';

/** The person's own logins (wire 4.3). */
export function myLoginRoutes(app: App, parts: Parts): void {
  const { tokens, myLogins, myConsents } = parts;

  app.get(
    '/api/v3/get-my-login-history',
    {
      schema: {
        summary: 'List the own logins',
        description: `${needsLogin}Newest first: every login, ended ones too, and with success=false or without it the attempts that failed. ${notSignedIn}`,
        querystring: MyLoginHistoryQuery,
        response: { 200: envelope(MyLoginHistoryDto) },
      },
    },
    async (request) => {
      const signedIn = await tokens.authenticate(request.headers.authorization, 'readLogins');
      const { query } = request;
      const { totalCount, events } = await myLogins.history(signedIn, {
        applicationId: query.appId || undefined,
        ip: searchedAddress(query.clientIp),
        success: query.success === undefined ? undefined : isTrue(query.success),
        from: numberOf(query.start),
        to: numberOf(query.end),
        ...pageOf(query),
      });
      return ok(request, { totalCount, list: events.map((event) => myLogin(event, signedIn.user.id, parts)) });
    },
  );

  app.get(
    '/api/v3/get-my-logged-in-apps',
    {
      schema: {
        summary: 'List the applications the person has logged in to',
        description: `${needsLogin}${notSignedIn}`,
        response: { 200: envelope(Type.Array(MyLoggedInAppDto)) },
      },
    },
    async (request) => {
      const found = await myLogins.applications(await tokens.authenticate(request.headers.authorization, 'readLogins'));
      const list = found.map(({ applicationId, active }) => ({ ...loginApplication(applicationId, parts), active }));
      return ok(request, list);
    },
  );

  app.get(
    '/api/v3/mydevices/list',
    {
      schema: {
        summary: 'List where the person is logged in now',
        description:
          `${needsLogin}Browsers that are signed in for every application first, each of the two newest first: phones and the browsers they logged in by a scan, with application, address, browser, system, time and way of logging in. ` +
          `${notSignedIn}`,
        querystring: MyDevicesQuery,
        response: { 200: MyDevicesDto },
      },
    },
    async (request) => {
      const signedIn = await tokens.authenticate(request.headers.authorization, 'readLogins');
      const { totalCount, logins } = await myLogins.devices(signedIn, pageOf(request.query));
      const list = logins.map((login) => myDevice(login, parts));
      return { ...ok(request, list), totalCount };
    },
  );

  const endings = [
    {
      path: 'revoke-session',
      summary: 'End one of the own logins',
      effect: 'A login that came from a scan ends itself only. ',
      async end({ headers }: FastifyRequest, deviceId: string, caller: Caller) {
        return myLogins.end(await tokens.authenticate(headers.authorization, 'endThisLogin'), deviceId, caller);
      },
    },
    {
      path: 'unbind',
      summary: 'End all own logins of a browser and forget it',
      effect: 'Other logins of the same browser end too. ',
      async end({ headers }: FastifyRequest, deviceId: string, caller: Caller) {
        return myLogins.unbind(await tokens.authenticate(headers.authorization, 'endOtherLogins'), deviceId, caller);
      },
    },
  ];
  for (const { path, summary, effect, end } of endings) {
    app.post(
      `/api/v3/mydevices/${path}`,
      {
        bodyLimit: 16 * 1024,
        schema: {
          summary,
          description:
            `${needsLogin}Access and refresh tokens of that login are refused at once. Ending a phone ends the browsers it logged in: confirmedCount of the list says how many. ` +
            `${effect}Errors: 400 apiCode 2231 none of the own logins, 401 apiCode 2020 not signed in, 403 apiCode 1001 a login that came from a scan.`,
          body: EndMyDeviceDto,
          response: { 200: envelope(EndedDevicesDto) },
        },
      },
      async (request) => {
        const ended = await end(request, request.body.deviceId, callerOf(request));
        return ok(request, { success: true, ended });
      },
    );
  }

  app.get(
    '/api/v3/get-my-consents',
    {
      schema: {
        summary: 'List what the person agreed to give applications',
        description: `${needsLogin}Newest first: what was agreed to on the page at /login, and not taken back. ${notSignedIn}`,
        response: { 200: envelope(Type.Array(MyConsentDto)) },
      },
    },
    async (request) => {
      const given = await myConsents.list(await tokens.authenticate(request.headers.authorization, 'readLogins'));
      const list = given.map(({ applicationId, scopes, givenAt }) => ({
        ...loginApplication(applicationId, parts),
        scopes,
        givenAt: new Date(givenAt).toISOString(),
      }));
      return ok(request, list);
    },
  );

  app.post(
    '/api/v3/withdraw-my-consent',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Take back what the person agreed to give an application',
        description:
          `${needsLogin}Ends the logins with that application, and its codes and devices that wait; the next time it asks again. ` +
          'What was never given is no error. Errors: 401 apiCode 2020 not signed in, 403 apiCode 1001 a login that came from a scan.',
        body: WithdrawMyConsentDto,
        response: { 200: envelope(EndedDevicesDto) },
      },
    },
    async (request) => {
      const signedIn = await tokens.authenticate(request.headers.authorization, 'endOtherLogins');
      const ended = await myConsents.withdraw(signedIn, request.body.appId, callerOf(request));
      return ok(request, { success: true, ended });
    },
  );

  app.get(
    '/api/v3/get-security-info',
    {
      schema: {
        summary: 'Read how well the own account is protected',
        description: `${needsLogin}${notSignedIn}`,
        response: { 200: envelope(SecurityInfoDto) },
      },
    },
    async (request) => {
      const { user } = await tokens.authenticate(request.headers.authorization, 'readProfile');
      return ok(request, securityInfo(user));
    },
  );
}
