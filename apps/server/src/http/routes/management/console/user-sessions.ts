import {
  EndedSessionsDto,
  EndSessionsDto,
  EndSessionsResultDto,
  EndUserSessionsDto,
  envelope,
  ListUserSessionsDto,
  UserSessionPageDto,
} from '@passbeam/protocol';
import { DomainError } from '../../../../core/ground/errors.ts';
import { describeUserAgent } from '../../../../core/ground/user-agent.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 16 * 1024;

/** The logins of people, extensions of ours. */
export function userSessionRoutes(app: App, parts: Parts): void {
  const { userSessions, directory } = parts;

  app.post(
    '/api/v3/list-user-sessions',
    {
      bodyLimit,
      schema: {
        summary: "List a person's logins one by one",
        description:
          'Newest first, with the id to end each, and which login of a phone confirmed it. Errors: 404 apiCode 2004 no such person in this user pool. An extension of ours.',
        body: ListUserSessionsDto,
        response: { 200: envelope(UserSessionPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, state = 'standing', limit = 50, cursor } = request.body;
      const { sessions, nextCursor } = await userSessions.list(admin, { userId, state }, { limit, cursor });
      const list = sessions.map((session) => {
        const { browser, os } = describeUserAgent(session.userAgent);
        return {
          sessionId: session.id,
          appId: session.applicationId,
          appName: directory.findApplication(session.applicationId)?.name ?? null,
          amr: session.amr,
          createdAt: new Date(session.createdAt).toISOString(),
          expiresAt: new Date(session.expiresAt).toISOString(),
          endedAt: session.revokedAt === null ? null : new Date(session.revokedAt).toISOString(),
          ip: session.ip,
          browser,
          os,
          confirmedBy: session.parentId,
          confirmedCount: session.confirmedCount,
        };
      });
      return ok(request, { list, nextCursor });
    },
  );

  app.post(
    '/api/v3/end-user-sessions',
    {
      bodyLimit,
      schema: {
        summary: "End a person's logins",
        description:
          'Those named, or all; with those that they confirmed. Logins that ended already are no error. Errors: 404 apiCode 2004 no such person in this user pool. An extension of ours.',
        body: EndUserSessionsDto,
        response: { 200: envelope(EndedSessionsDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, sessionIds, all = false } = request.body;
      if (all === (sessionIds !== undefined)) {
        throw new DomainError('invalid_argument', {
          field: 'sessionIds',
          reason: ['notExactlyOne', ['sessionIds', 'all']],
        });
      }
      const ended = await userSessions.end(admin, { userId, sessionIds: sessionIds ?? null }, callerOf(request));
      return ok(request, { ended });
    },
  );

  app.post(
    '/api/v3/end-sessions',
    {
      bodyLimit,
      schema: {
        summary: 'End logins by where they came from',
        description:
          'Those of an application, a person, a QR code or a time, or that came about by a way such as qr: what all of these fit. dryRun counts alone. A call ends about ten thousand at most; nextCursor goes on. Found by the events that tell of the logins, so those whose events are not kept any more stay. Errors: 400 nothing narrows them. An extension of ours.',
        body: EndSessionsDto,
        response: { 200: envelope(EndSessionsResultDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { appId, dryRun, cursor, ...meant } = request.body;
      const { n, nextCursor } = await userSessions.endMeant(
        admin,
        { ...meant, applicationId: appId },
        { isDryRun: dryRun, cursor },
        callerOf(request),
      );
      return ok(request, { n, isCapped: nextCursor !== null, nextCursor });
    },
  );
}
