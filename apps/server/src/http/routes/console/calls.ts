import {
  ConsoleAcceptDto,
  ConsoleChangePasswordDto,
  ConsoleCodeView,
  ConsoleConfirmTotpDto,
  ConsoleEndedView,
  ConsoleEndLoginsDto,
  ConsoleFreshProofDto,
  ConsoleLinkDto,
  ConsoleLinkPersonDto,
  ConsoleLinkView,
  ConsoleLoginsView,
  ConsoleMeView,
  ConsoleNothingDto,
  ConsoleRecoveryCodesView,
  ConsoleScanView,
  ConsoleSecondFactorDto,
  ConsoleSetUpDto,
  ConsoleSignInDto,
  ConsoleStepView,
  ConsoleTotpView,
  ConsoleUpdateMeDto,
  envelope,
  IsSuccessDto,
} from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { ConsoleCaller } from '../../../core/administrators/console-caller.ts';
import { type Proved, stepOf } from '../../../core/administrators/console-logins.ts';
import type { SecondFactor } from '../../../core/administrators/sign-in.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { codeView, isFreshlyProved, loginDto, meView, stepView } from '../../wire/console.ts';

const bodyLimit = 16 * 1024;

/** The calls by which administrators sign in to the console and keep their own account; all POST, from the console's own page alone. */
export function consoleCallRoutes(app: App, parts: Parts): void {
  const { console: room, consoleDoor: door, limits, clock } = parts;

  app.register(async (scope: App) => {
    scope.addHook('onRequest', async (request) => door.requireOwnPage(request));
    scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'));

    /** A call without a login, or with one that may be unfinished. */
    function call<Body extends TSchema, Data extends TSchema>(
      name: string,
      messages: { body: Body; data: Data; isQuiet?: boolean },
      run: (body: Static<Body>, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
    ): void {
      scope.post(
        `/console/api/${name}`,
        {
          bodyLimit,
          config: { isQuiet: messages.isQuiet ?? false },
          schema: { hide: true, body: messages.body, response: { 200: envelope(messages.data) } } as FastifySchema,
        },
        async (request, reply) => ok(request, await run(request.body as Static<Body>, request, reply)),
      );
    }

    const holder = async (request: FastifyRequest): Promise<ConsoleCaller> => {
      const who = await door.callerOf(request);
      if (who === null) throw new DomainError('not_signed_in');
      return who;
    };
    const signedIn = async (request: FastifyRequest): Promise<ConsoleCaller> => {
      const who = await holder(request);
      if (stepOf(who) !== 'done') throw new DomainError('not_signed_in');
      return who;
    };
    const limited = <T>(request: FastifyRequest, work: () => Promise<T>) =>
      limitingGuesses(limits, callerOf(request), work);
    const asked = (request: FastifyRequest) => ({
      caller: callerOf(request),
      acceptLanguage: request.headers['accept-language'] ?? null,
    });
    function show(request: FastifyRequest, reply: FastifyReply, proved: Proved) {
      door.setCookie(request, reply, proved.token);
      return stepView(proved);
    }
    /** The reply to a password: whether it was enough, with the code of an authenticator that came along. */
    async function afterPassword(
      request: FastifyRequest,
      reply: FastifyReply,
      proved: Proved,
      totp: string | undefined,
    ) {
      if (totp === undefined || stepOf(proved) === 'enrol') return proved;
      // The password was right: its cookie is theirs, whatever comes of the code.
      door.setCookie(request, reply, proved.token);
      const next = await limited(request, () => room.signIn.withSecondFactor(proved, { totp }, callerOf(request)));
      reply.removeHeader('set-cookie');
      return next;
    }

    call('read-link', { body: ConsoleLinkDto, data: ConsoleLinkView }, ({ token }, request) =>
      limited(request, async () => {
        const { link, account } = await room.links.read(token);
        const { name = null, signInName = null } = account ?? {};
        return { purpose: link.purpose, name, signInName, expiresAt: new Date(link.expiresAt).toISOString() };
      }),
    );

    const enter = async (
      request: FastifyRequest,
      reply: FastifyReply,
      given: { signInName: string; password: string },
    ) => show(request, reply, await room.signIn.begin(given, callerOf(request)));

    call('set-up', { body: ConsoleSetUpDto, data: ConsoleStepView }, ({ token, ...given }, request, reply) =>
      limited(request, async () => {
        await room.links.setUp(token, given, callerOf(request));
        return enter(request, reply, given);
      }),
    );

    call('accept', { body: ConsoleAcceptDto, data: ConsoleStepView }, ({ token, password }, request, reply) =>
      limited(request, async () => {
        const { signInName } = await room.links.accept(token, password, callerOf(request));
        return enter(request, reply, { signInName, password });
      }),
    );

    call('sign-in', { body: ConsoleSignInDto, data: ConsoleStepView }, async ({ totp, ...given }, request, reply) => {
      const begun = await limited(request, () => room.signIn.begin(given, callerOf(request)));
      return show(request, reply, await afterPassword(request, reply, begun, totp));
    });

    call('second-factor', { body: ConsoleSecondFactorDto, data: ConsoleStepView }, async (body, request, reply) => {
      const { totp, recoveryCode } = body;
      if ((totp === undefined) === (recoveryCode === undefined)) {
        throw new DomainError('invalid_argument', { field: 'totp', reason: 'totpOrRecoveryCode' });
      }
      const given = (totp === undefined ? { recoveryCode } : { totp }) as SecondFactor;
      const who = await holder(request);
      const proved = await limited(request, () => room.signIn.withSecondFactor(who, given, callerOf(request)));
      return show(request, reply, proved);
    });

    call('fresh-proof', { body: ConsoleFreshProofDto, data: ConsoleStepView }, async (body, request, reply) => {
      const who = await signedIn(request);
      const again = await limited(request, () => room.signIn.againWithPassword(who, body.password, callerOf(request)));
      const proved = await afterPassword(request, reply, again, body.totp);
      const shown = show(request, reply, proved);
      return { ...shown, step: isFreshlyProved(proved, clock.now()) ? 'done' : 'secondFactor' };
    });

    call('scan', { body: ConsoleNothingDto, data: ConsoleScanView }, async (_body, request) => {
      const who = await holder(request);
      const { qrcodeId, session } = await room.linkedPersons.showToProve(who, asked(request));
      return { code: codeView(session, { qrcodeId, now: clock.now(), ...parts }), step: stepOf(who) };
    });

    call(
      'scan-status',
      { body: ConsoleNothingDto, data: ConsoleScanView, isQuiet: true },
      async (_body, request, reply) => {
        const who = await holder(request);
        const { session, now, proved } = await room.linkedPersons.follow(who, 'prove', callerOf(request));
        if (proved !== null) show(request, reply, proved);
        return { code: codeView(session, { now, ...parts }), step: stepOf(proved ?? who) };
      },
    );

    call('link-person', { body: ConsoleLinkPersonDto, data: ConsoleCodeView }, async ({ userPoolId }, request) => {
      const who = await signedIn(request);
      room.own.requireFresh(who);
      const { qrcodeId, session } = await room.linkedPersons.showToLink(who, userPoolId, asked(request));
      return { code: codeView(session, { qrcodeId, now: clock.now(), ...parts }) };
    });

    call(
      'link-status',
      { body: ConsoleNothingDto, data: ConsoleCodeView, isQuiet: true },
      async (_body, request, reply) => {
        const who = await signedIn(request);
        const { session, now, proved } = await room.linkedPersons.follow(who, 'link', callerOf(request));
        if (proved !== null) show(request, reply, proved);
        return { code: codeView(session, { now, ...parts }) };
      },
    );

    call('unlink-person', { body: ConsoleNothingDto, data: IsSuccessDto }, async (_body, request) => {
      const who = await signedIn(request);
      room.own.requireFresh(who);
      await room.linkedPersons.unlink(who, callerOf(request), 'own_wish');
      return { success: true };
    });

    call('me', { body: ConsoleNothingDto, data: ConsoleMeView }, async (_body, request) =>
      meView(await holder(request), parts),
    );

    call('update-me', { body: ConsoleUpdateMeDto, data: ConsoleMeView }, async (body, request) =>
      meView(await room.own.update(await signedIn(request), body, callerOf(request)), parts),
    );

    call('own-logins', { body: ConsoleNothingDto, data: ConsoleLoginsView }, async (_body, request) => {
      const who = await signedIn(request);
      return { list: (await room.own.logins(who)).map((login) => loginDto(login, who.login.id)) };
    });

    call('end-own-logins', { body: ConsoleEndLoginsDto, data: ConsoleEndedView }, async (body, request) => {
      const { loginIds, others } = body;
      if ((loginIds === undefined) === (others === undefined)) {
        throw new DomainError('invalid_argument', { field: 'loginIds', reason: 'loginsToEnd' });
      }
      return { ended: await room.own.endLogins(await signedIn(request), loginIds ?? null, callerOf(request)) };
    });

    call('change-password', { body: ConsoleChangePasswordDto, data: ConsoleStepView }, async (body, request, reply) => {
      const who = await signedIn(request);
      return show(request, reply, await room.own.changePassword(who, body.newPassword, callerOf(request)));
    });

    call('begin-totp', { body: ConsoleNothingDto, data: ConsoleTotpView }, async (_body, request) =>
      room.own.beginTotp(await holder(request)),
    );

    call(
      'confirm-totp',
      { body: ConsoleConfirmTotpDto, data: ConsoleRecoveryCodesView },
      async (body, request, reply) => {
        const who = await holder(request);
        const { proved, codes } = await limited(request, () => room.own.confirmTotp(who, body.totp, callerOf(request)));
        return { ...show(request, reply, proved), recoveryCodes: codes };
      },
    );

    const codesOnly = { body: ConsoleNothingDto, data: ConsoleRecoveryCodesView };
    call('renew-recovery-codes', codesOnly, async (_body, request) => {
      const who = await signedIn(request);
      return { step: 'done', recoveryCodes: await room.own.renewRecoveryCodes(who, callerOf(request)) };
    });

    call('sign-out', { body: ConsoleNothingDto, data: IsSuccessDto }, async (_body, request, reply) => {
      const who = await door.callerOf(request);
      if (who !== null) await room.own.signOut(who, callerOf(request));
      door.setCookie(request, reply, null);
      return { success: true };
    });
  });
}
