import {
  envelope,
  formHeader,
  InteractionId,
  InteractionView,
  PageAddress,
  PageChoice,
  PageCodeQuery,
  PageCodeView,
  PageConsent,
  PageDuePassword,
  PagePasscode,
  PagePassword,
  PageReset,
  PageSent,
  PageSignUp,
} from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import type { Browser, OpenInteraction } from '../../../core/authorization/interactions.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { type Contact, parseContact } from '../../../core/users/contact.ts';
import { createSignInCookies } from '../../callers/sign-in-cookies.ts';
import { countAttempt, limitingGuesses } from '../../limits/guess-limit.ts';
import { toDomainError, writeV3Error } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import { createPasscodeCalls } from '../../requests/passcode-calls.ts';
import { createQrCalls } from '../../requests/qr-calls.ts';
import { createHold, type QrWaitingParts } from '../../requests/qr-waiting.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { interactionView, pageCodeView } from './view.ts';

const base = '/login/interactions/:uuid';
const bodyLimit = 16 * 1024;

/** The calls of the hosted page: read where a sign-in stands, and take a step. No other page may make them. */
export function interactionRoutes(app: App, parts: Parts & Pick<QrWaitingParts, 'waitingRoom'>): void {
  const { hostedPage, limits } = parts;
  const cookies = createSignInCookies(parts.publicUrl);
  const sendPasscode = createPasscodeCalls({ ...parts, passcodes: parts.pagePasscodes });
  const qrCalls = createQrCalls(parts);
  const hold = createHold(parts);
  const ownOrigin = new URL(parts.publicUrl).origin;

  app.register(async (scope: App) => {
    scope.setErrorHandler((error, request, reply) =>
      writeV3Error(toDomainError(error, request, parts), request, reply),
    );
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('referrer-policy', 'no-referrer');
      refuseOtherPages(request, ownOrigin);
    });

    function shown(request: FastifyRequest, reply: FastifyReply, opened: OpenInteraction) {
      request.aboutApplication = opened.application.id;
      const { userPoolId } = opened.interaction;
      if (opened.cookieToSet !== null) cookies.setSso(request, reply, userPoolId, opened.cookieToSet);
      return ok(request, interactionView(opened, parts));
    }

    const about = { hide: true, params: InteractionId };

    scope.get(base, { schema: { ...about, response: { 200: envelope(InteractionView) } } }, async (request, reply) => {
      const { uuid } = request.params;
      return shown(request, reply, await hostedPage.read(uuid, cookies.browserOf(request, uuid)));
    });

    /** A step of the person. */
    function step<Body extends TSchema>(
      path: string,
      body: Body,
      run: (
        opened: OpenInteraction,
        body: Static<Body>,
        browser: Browser,
        request: FastifyRequest,
      ) => Promise<OpenInteraction>,
    ): void {
      const schema = { ...about, body, response: { 200: envelope(InteractionView) } };
      scope.post(`${base}/${path}`, { bodyLimit, schema }, async (request, reply) => {
        const { uuid } = request.params as Static<typeof InteractionId>;
        const browser = cookies.browserOf(request, uuid);
        const taken = await hostedPage.take(uuid, browser, formTokenOf(request), (opened) => {
          request.aboutApplication = opened.application.id;
          return run(opened, request.body as Static<Body>, browser, request);
        });
        return shown(request, reply, taken);
      });
    }

    /** A message to the person, which changes nothing here. */
    function message(
      path: string,
      purposeOf: (opened: OpenInteraction, contact: Contact) => 'CHANNEL_LOGIN' | 'CHANNEL_RESET_PASSWORD',
    ): void {
      const schema = { ...about, body: PageAddress, response: { 200: envelope(PageSent) } };
      scope.post(`${base}/${path}`, { bodyLimit, schema }, async (request) => {
        const { uuid } = request.params;
        const contact = contactOf(request.body);
        const browser = cookies.browserOf(request, uuid);
        await hostedPage.take(uuid, browser, formTokenOf(request), async (opened) => {
          const purpose = purposeOf(opened, contact);
          await sendPasscode(request, { application: opened.application, purpose, contact });
          return opened;
        });
        return ok(request, { sent: true });
      });
    }

    step('continue', Type.Object({}), (opened, _body, browser) => hostedPage.withScan(opened, browser));
    step('password', PagePassword, (opened, body, browser) =>
      limitingGuesses(limits, browser.caller, () => hostedPage.withPassword(opened, body, browser)),
    );
    message('passcode/send', (opened, { kind }) => hostedPage.requirePasscode(opened, kind));
    step('passcode', PagePasscode, (opened, { passcode, ...address }, browser) =>
      limitingGuesses(limits, browser.caller, () =>
        hostedPage.withPasscode(opened, { contact: contactOf(address), passcode }, browser),
      ),
    );
    step('sign-up', PageSignUp, async (opened, body, browser) => {
      await countAttempt(limits, browser.caller);
      return hostedPage.withSignUp(opened, body, browser);
    });
    message('password/forgot', (opened) => hostedPage.requireForgotten(opened));
    step('password/reset', PageReset, (opened, { passcode, password, ...address }, browser) =>
      limitingGuesses(limits, browser.caller, () =>
        hostedPage.withForgottenPassword(opened, { contact: contactOf(address), passcode, password }, browser),
      ),
    );
    step('password/due', PageDuePassword, (opened, body, browser) =>
      limitingGuesses(limits, browser.caller, () => hostedPage.withDuePassword(opened, body, browser)),
    );
    step('account', PageChoice, (opened, { choice }, browser) => hostedPage.choose(opened, choice, browser));
    step('consent', PageConsent, (opened, { allow }, browser) => hostedPage.consent(opened, allow, browser));
    step('cancel', Type.Object({}), (opened, _body, browser) => hostedPage.cancel(opened, browser));

    const codeReply = { 200: envelope(PageCodeView) };
    scope.get(
      `${base}/qrcode`,
      { config: { isQuiet: true }, schema: { ...about, querystring: PageCodeQuery, response: codeReply } },
      async (request) => {
        const { uuid } = request.params;
        const { since, qrcodeId, waitSeconds = '0' } = request.query;
        const browser = cookies.browserOf(request, uuid);
        const seconds = Number(waitSeconds);
        let opened = await hostedPage.read(uuid, browser);
        request.aboutApplication = opened.application.id;
        let code = await hostedPage.code(opened);
        const waitsFor = hostedPage.shownCodeHash(opened);
        if (since === code.status && qrcodeId === code.qrcodeId && seconds > 0 && waitsFor !== null) {
          const look = async () => {
            opened = await hostedPage.read(uuid, browser);
            code = await hostedPage.code(opened);
            return hostedPage.viewOfCode(opened, code, waitsFor);
          };
          await hold(request, waitsFor, look, { since, seconds });
        }
        return ok(request, pageCodeView(code, opened, parts));
      },
    );

    scope.post(
      `${base}/qrcode`,
      { bodyLimit, schema: { ...about, body: Type.Object({}), response: codeReply } },
      async (request, reply) => {
        const { uuid } = request.params;
        const browser = cookies.browserOf(request, uuid);
        let seen: OpenInteraction | null = null;
        await hostedPage.take(uuid, browser, formTokenOf(request), async (opened) => {
          const application = hostedPage.requireScan(opened);
          const pollChallenge = hostedPage.pollChallenge(uuid, browser);
          const asked = { application, customData: undefined, pollChallenge, state: undefined, browser: undefined };
          const { qrcodeId } = await qrCalls.create(request, reply, asked);
          seen = await hostedPage.showCode(opened, qrcodeId, browser);
          return seen;
        });
        if (seen === null) throw new DomainError('wrong_step');
        return ok(request, pageCodeView(await hostedPage.code(seen), seen, parts));
      },
    );
  });
}

function formTokenOf(request: FastifyRequest): string | null {
  const token = request.headers[formHeader];
  return typeof token === 'string' ? token : null;
}

/** Only our own page may call: others could not read the reply, but might make a browser take a step. */
function refuseOtherPages({ headers }: FastifyRequest, ownOrigin: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwn = (origin === undefined || origin === ownOrigin) && (site === undefined || site === 'same-origin');
  if (!isOwn) throw new DomainError('permission_denied', { field: 'origin', reason: 'originNotAllowed' });
}

function contactOf({ channel, address }: { channel: 'email' | 'phone'; address: string }): Contact {
  return parseContact(channel === 'email' ? { email: address } : { phone: address });
}
