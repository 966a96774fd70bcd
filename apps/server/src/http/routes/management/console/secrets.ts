import {
  ApplicationIdDto,
  EndApplicationSecretDto,
  EndUserPoolSecretDto,
  envelope,
  IsSuccessDto,
  NextSecretDto,
  RotateApplicationSecretDto,
  RotatedSecretDto,
  RotateUserPoolSecretDto,
  SecretListDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import type { ListedSecret, RotatedSecret } from '../../../../core/management/directory/secrets.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 4 * 1024;

/** Secrets of applications and of the pool itself that change with an overlap, extensions of ours. */
export function secretRoutes(app: App, parts: Parts): void {
  const { secretManagement } = parts;

  const rotating = (what: string) => ({
    summary: `Give ${what} a new secret, with an overlap`,
    description:
      'The new one works at once, the one before for overlapSeconds more (default 0), and one that was ending ends: two are live at most. ' +
      'With an idempotencyKey of your own a repeat shows the same secret; with nextSecretId the next one that was shown becomes the current one. A secret that ended never works again. Errors: 404 no such application or next secret, 409 version_conflict. An extension of ours.',
    response: { 200: envelope(RotatedSecretDto) },
  });
  app.post(
    '/api/v3/rotate-application-secret',
    { bodyLimit, schema: { ...rotating('an application'), body: RotateApplicationSecretDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, rotatedDto(await secretManagement.rotate(admin, request.body, callerOf(request))));
    },
  );
  app.post(
    '/api/v3/rotate-userpool-secret',
    { bodyLimit, schema: { ...rotating('the user pool'), body: RotateUserPoolSecretDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const asked = { ...request.body, appId: null };
      return ok(request, rotatedDto(await secretManagement.rotate(admin, asked, callerOf(request))));
    },
  );

  const showingNext = (whose: string) => ({
    summary: `Show the next secret of ${whose}`,
    description:
      'It does not work yet: put it where it is used, then rotate with its id as nextSecretId. The same until the current one changes. That it was shown is recorded. An extension of ours.',
    response: { 200: envelope(NextSecretDto) },
  });
  app.post(
    '/api/v3/show-next-application-secret',
    { bodyLimit, schema: { ...showingNext('an application'), body: ApplicationIdDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, await secretManagement.next(admin, request.body.appId, callerOf(request)));
    },
  );
  app.post(
    '/api/v3/show-next-userpool-secret',
    { bodyLimit, schema: { ...showingNext('the user pool'), body: Type.Object({}) } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, await secretManagement.next(admin, null, callerOf(request)));
    },
  );

  const listing = (whose: string) => ({
    summary: `List the secrets of ${whose}`,
    description:
      'Never the secrets themselves: their last four characters, when they were made, used and end. Newest first, three at most. An extension of ours.',
    response: { 200: envelope(SecretListDto) },
  });
  app.post(
    '/api/v3/list-application-secrets',
    { bodyLimit, schema: { ...listing('an application'), body: ApplicationIdDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { list: (await secretManagement.list(admin, request.body.appId)).map(secretDto) });
    },
  );
  app.post(
    '/api/v3/list-userpool-secrets',
    { bodyLimit, schema: { ...listing('the user pool'), body: Type.Object({}) } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { list: (await secretManagement.list(admin, null)).map(secretDto) });
    },
  );

  const ending = (whose: string) => ({
    summary: `End a secret of ${whose} before its time`,
    description:
      'For one that is ending already. The current one cannot be ended, only rotated. Errors: 404 no such application or secret. An extension of ours.',
    response: { 200: envelope(IsSuccessDto) },
  });
  app.post(
    '/api/v3/end-application-secret',
    { bodyLimit, schema: { ...ending('an application'), body: EndApplicationSecretDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      await secretManagement.end(admin, request.body, callerOf(request));
      return ok(request, { success: true });
    },
  );
  app.post(
    '/api/v3/end-userpool-secret',
    { bodyLimit, schema: { ...ending('the user pool'), body: EndUserPoolSecretDto } },
    async (request) => {
      const admin = await administratorOf(request, parts);
      await secretManagement.end(admin, { ...request.body, appId: null }, callerOf(request));
      return ok(request, { success: true });
    },
  );
}

function rotatedDto({ previousEndsAt, ...rotated }: RotatedSecret) {
  return { ...rotated, previousEndsAt: isoOrNull(previousEndsAt) };
}

function secretDto({ id: secretId, hint, state, createdAt, lastUsedAt, endsAt }: ListedSecret) {
  const instants = {
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: isoOrNull(lastUsedAt),
    endsAt: isoOrNull(endsAt),
  };
  return { secretId, hint, state, ...instants };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
