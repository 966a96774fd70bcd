import {
  AdministratorDto,
  AdministratorIdDto,
  AdministratorLinkDto,
  AdministratorPageDto,
  AdministratorSessionsDto,
  AdministratorSessionsEndedDto,
  AuditEventPageDto,
  EndAdministratorSessionsDto,
  envelope,
  InviteAdministratorDto,
  IsSuccessDto,
  ListAdministratorEventsDto,
  ListAdministratorsQuery,
  UpdateAdministratorDto,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { Account } from '../../../core/administrators/account.ts';
import type { ConsoleCaller } from '../../../core/administrators/console-caller.ts';
import { stepOf } from '../../../core/administrators/console-logins.ts';
import type { MadeLink } from '../../../core/administrators/links.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { callerOf, searchedAddress } from '../../callers/caller.ts';
import { languageOf } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { auditEventPageDto } from '../../wire/audit-events.ts';
import { administratorDto, loginDto } from '../../wire/console.ts';

const bodyLimit = 32 * 1024;
const maxPage = 100;

/** The administrators of the console: an extension of ours, for owners who are signed in there. No key and no secret of a pool reaches them. */
export function administratorRoutes(app: App, parts: Parts): void {
  const { administration, administratorEvents, console: room, consoleDoor: door, directory } = parts;

  app.register(async (scope: App) => {
    tagRoutes(scope, 'Administrators');
    // A stranger is told who may call, not what to send.
    scope.addHook('preValidation', async (request) => void (await whoIs(request)));

    async function whoIs(request: FastifyRequest): Promise<ConsoleCaller> {
      if (request.headers.authorization !== undefined) {
        throw new DomainError('permission_denied', { reason: 'onlyAtConsole' });
      }
      const who = await door.callerOf(request);
      if (who === null || stepOf(who) !== 'done') throw new DomainError('not_signed_in', { reason: 'onlyAtConsole' });
      return who;
    }
    async function freshly(request: FastifyRequest): Promise<ConsoleCaller> {
      const who = await whoIs(request);
      room.own.requireFresh(who);
      return who;
    }
    const linkTarget = (request: FastifyRequest) => ({ caller: callerOf(request), consoleUrl: door.urlFor(request) });
    async function handedOut(request: FastifyRequest, { account, made }: { account: Account; made: MadeLink }) {
      return ok(request, {
        administrator: administratorDto(account),
        link: made.url,
        expiresAt: new Date(made.expiresAt).toISOString(),
        isMailed: await administration.mailLink(account, made, languageOf(request)),
      });
    }

    scope.get(
      '/api/v3/list-administrators',
      {
        schema: {
          summary: 'List administrators',
          description:
            'Those whose grants touch user pools that the caller owns. At the console only, by owners. Errors: 401 not signed in there, 403 no owner.',
          querystring: ListAdministratorsQuery,
          response: { 200: envelope(AdministratorPageDto) },
        },
      },
      async (request) => {
        const { cursor: after, limit: asked } = request.query;
        const limit = Math.min(Number(asked ?? 50) || 50, maxPage);
        const list = await administration.list(await whoIs(request), { after, limit });
        const nextCursor = list.length < limit ? null : (list.at(-1)?.id ?? null);
        return ok(request, { list: list.map(administratorDto), nextCursor });
      },
    );

    scope.post(
      '/api/v3/invite-administrator',
      {
        bodyLimit,
        schema: {
          summary: 'Invite an administrator',
          description:
            'The link is good once, for 24 hours, shown here alone, and sent to the e-mail address where one is given and SMTP_URL is set. Wants a fresh proof. Errors: 401 apiCode 1350 prove again, 403 grants beyond what the caller owns, 409 apiCode 1352 sign-in name taken.',
          body: InviteAdministratorDto,
          response: { 200: envelope(AdministratorLinkDto) },
        },
      },
      async (request) => {
        const who = await freshly(request);
        return handedOut(request, await administration.invite(who, request.body, linkTarget(request)));
      },
    );

    scope.post(
      '/api/v3/renew-administrator-link',
      {
        bodyLimit,
        schema: {
          summary: 'Give an administrator a new link',
          description:
            'In place of an invitation that was lost; who lost password or authenticator begins anew with it. It is good while its maker owns what the administrator may do. Wants a fresh proof. Errors: 401 apiCode 1350, 403, 404.',
          body: AdministratorIdDto,
          response: { 200: envelope(AdministratorLinkDto) },
        },
      },
      async (request) => {
        const who = await freshly(request);
        const made = await administration.renewLink(who, request.body.administratorId, linkTarget(request));
        return handedOut(request, made);
      },
    );

    scope.post(
      '/api/v3/update-administrator',
      {
        bodyLimit,
        schema: {
          summary: 'Change an administrator',
          description:
            'Fields that are not named stay. Other grants or another state end their console logins and links. Wants a fresh proof. Errors: 401 apiCode 1350, 403, 404, 409 apiCode 1353 last owner, 409 apiCode 1354 changed meanwhile.',
          body: UpdateAdministratorDto,
          response: { 200: envelope(AdministratorDto) },
        },
      },
      async (request) => {
        const who = await freshly(request);
        const { administratorId, state, ifVersion, ...changes } = request.body;
        const asked = { ...changes, ...(state !== undefined && { isSuspended: state === 'suspended' }) };
        const account = await administration.update(who, administratorId, asked, ifVersion, callerOf(request));
        return ok(request, administratorDto(account));
      },
    );

    scope.post(
      '/api/v3/remove-administrator',
      {
        bodyLimit,
        schema: {
          summary: 'Remove an administrator',
          description:
            'Their console logins end at once. Wants a fresh proof. Errors: 401 apiCode 1350, 403, 404, 409 apiCode 1353 last owner.',
          body: AdministratorIdDto,
          response: { 200: envelope(IsSuccessDto) },
        },
      },
      async (request) => {
        const who = await freshly(request);
        await administration.remove(who, request.body.administratorId, callerOf(request));
        return ok(request, { success: true });
      },
    );

    scope.get(
      '/api/v3/list-administrator-sessions',
      {
        schema: {
          summary: "List an administrator's console logins",
          description: 'Newest first. Errors: 403, 404.',
          querystring: AdministratorIdDto,
          response: { 200: envelope(AdministratorSessionsDto) },
        },
      },
      async (request) => {
        const who = await whoIs(request);
        const list = await administration.logins(who, request.query.administratorId);
        return ok(request, { list: list.map((login) => loginDto(login, who.login.id)) });
      },
    );

    scope.post(
      '/api/v3/list-administrator-events',
      {
        bodyLimit,
        schema: {
          summary: 'List what was recorded about administrators',
          description:
            'Their sign-ins, links, roles and logins, which belong to no user pool and so are in no list of one. administratorId is who acted; changedId in detail, to whom. As list-audit-events else. For owners of all user pools, at the console only. Errors: 401 not signed in there, 403 no owner of all.',
          body: ListAdministratorEventsDto,
          response: { 200: envelope(AuditEventPageDto) },
        },
      },
      async (request) => {
        const who = await whoIs(request);
        const { limit = 50, cursor, ip, ...filter } = request.body;
        const found = await administratorEvents.list(who, { ...filter, ip: searchedAddress(ip) }, { limit, cursor });
        return ok(request, auditEventPageDto(found, directory));
      },
    );

    scope.post(
      '/api/v3/end-administrator-sessions',
      {
        bodyLimit,
        schema: {
          summary: "End an administrator's console logins",
          description: 'Those named, or all. Wants a fresh proof. Errors: 401 apiCode 1350, 403, 404.',
          body: EndAdministratorSessionsDto,
          response: { 200: envelope(AdministratorSessionsEndedDto) },
        },
      },
      async (request) => {
        const who = await freshly(request);
        const { administratorId, loginIds } = request.body;
        return ok(request, {
          ended: await administration.endLogins(who, administratorId, loginIds, callerOf(request)),
        });
      },
    );
  });
}
