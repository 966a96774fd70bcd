import { envelope } from '@passbeam/protocol';
import { Type } from 'typebox';
import type { TokenService } from '../../../core/tokens/token-set.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const lists = {
  'get-identities': 'List the own identities elsewhere',
  'get-my-role-list': 'List the own roles',
  'get-my-group-list': 'List the own groups',
  'get-my-tenant-list': 'List the own tenants',
  'list-enrolled-factors': 'List the own second factors',
  'list-factors-to-enroll': 'List second factors to add',
  'get-my-accessible-apps': 'List the applications that roles open to the person',
};
const pages = {
  'get-my-department-list': 'List the own departments',
  'get-my-authorized-resources': 'List the resources open to the person',
};
const List = Type.Array(Type.Unknown());
const Page = Type.Object({ totalCount: Type.Integer(), list: List });

/** Empty lists of things that nobody has here: published clients ask for them after a login and expect a list. */
export function emptyListRoutes(app: App, { tokens }: { tokens: Pick<TokenService, 'authenticate'> }): void {
  const schemaOf = (summary: string) => ({
    summary,
    description: 'Always empty: this is not kept here. Errors: 401 apiCode 2020 not signed in.',
  });
  for (const [name, summary] of Object.entries(lists)) {
    app.get(
      `/api/v3/${name}`,
      { schema: { ...schemaOf(summary), response: { 200: envelope(List) } } },
      async (request) => {
        await tokens.authenticate(request.headers.authorization, 'readProfile');
        return ok(request, []);
      },
    );
  }
  for (const [name, summary] of Object.entries(pages)) {
    app.get(
      `/api/v3/${name}`,
      { schema: { ...schemaOf(summary), response: { 200: envelope(Page) } } },
      async (request) => {
        await tokens.authenticate(request.headers.authorization, 'readProfile');
        return ok(request, { totalCount: 0, list: [] });
      },
    );
  }
  app.get(
    '/api/v3/get-application-enabled-extidps',
    {
      schema: {
        tags: ['Sign-in'],
        summary: 'List the identity providers that are on',
        description: 'Always empty: there are none here.',
        response: { 200: envelope(List) },
      },
    },
    async (request) => ok(request, []),
  );
}
