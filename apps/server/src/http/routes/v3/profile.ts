import { envelope, GetProfileQuery, UpdateProfileDto, UserDto } from '@passbeam/protocol';
import { callerOf } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { userDto } from '../../wire/user-dto.ts';

/** The signed-in person's own profile (wire 4.3). */
export function profileRoutes(app: App, parts: Parts): void {
  const { tokens, profiles, publicUrl } = parts;

  app.get(
    '/api/v3/get-profile',
    {
      schema: {
        summary: 'Read the own profile',
        description:
          'Needs the access token in authorization (raw or Bearer). customData comes only with withCustomData=true; identities and departments are not kept here, their lists are empty. ' +
          'Errors: 401 apiCode 2020 not signed in, 403 apiCode 2120008 account not active.',
        querystring: GetProfileQuery,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const { user } = await tokens.authenticate(request.headers.authorization, 'readProfile');
      return ok(
        request,
        userDto(user, { publicUrl, withCustomData: request.query.withCustomData?.toLowerCase() === 'true' }),
      );
    },
  );

  app.post(
    '/api/v3/update-profile',
    {
      bodyLimit: 32 * 1024,
      schema: {
        summary: 'Change the own profile',
        description:
          'Needs the access token in authorization (raw or Bearer). Null clears a field, an absent one stays. Keys of customData are merged into what is there, null removes one; ' +
          'at most 4 KiB, 5 levels and 50 keys are kept. A photo that is not a plain https address is shown as the default avatar. ' +
          'Errors: 401 apiCode 2020 not signed in, 409 apiCode 2026 username or externalId taken, 400 apiCode 2231 a field is not valid.',
        body: UpdateProfileDto,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const signedIn = await tokens.authenticate(request.headers.authorization, 'changeNicknameAndPhoto');
      const user = await profiles.update(signedIn, request.body, callerOf(request));
      const withCustomData = request.body.customData !== undefined;
      return ok(request, userDto(user, { publicUrl, withCustomData }));
    },
  );
}
