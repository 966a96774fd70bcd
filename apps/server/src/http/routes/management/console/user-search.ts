import { envelope, FoundUsersDto, SearchUsersDto } from '@passbeam/protocol';
import { administratorOf } from '../../../callers/administrator.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';
import { userDto } from '../../../wire/user-dto.ts';

/** Finding people in a pool of any size, an extension of ours. */
export function userSearchRoutes(app: App, parts: Parts): void {
  const { searchUsers, customDataManagement, publicUrl } = parts;

  app.post(
    '/api/v3/search-users',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Find people by the beginning of an identifier, or look through all',
        description:
          'text alone is found by index: the beginning of an id, username, e-mail address, phone or externalId. With where or deep people are looked at one after the other, a bounded number by each call: where searchedTo is set, nextCursor goes on, although the list may be empty. An extension of ours.',
        body: SearchUsersDto,
        response: { 200: envelope(FoundUsersDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { limit = 50, cursor, ...wanted } = request.body;
      const declared = wanted.where?.customField === undefined ? [] : await customDataManagement.fields(admin);
      const { users, searchedTo, ...found } = await searchUsers(admin, wanted, declared, { limit, cursor });
      return ok(request, {
        ...found,
        list: users.map((user) => userDto(user, { publicUrl, withCustomData: false })),
        searchedTo: searchedTo === null ? null : new Date(searchedTo).toISOString(),
      });
    },
  );
}
