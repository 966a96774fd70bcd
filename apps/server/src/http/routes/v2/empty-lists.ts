import { envelopeV2, V2IdParams } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const List = Type.Array(Type.Unknown());
const Page = Type.Object({ totalCount: Type.Integer(), list: List });

/** Empty lists of things that nobody has here: phones ask for them after a login and expect a list. */
export function v2EmptyListRoutes(scope: App, { v2LoginTokens }: Parts): void {
  const readBy = (request: FastifyRequest) => v2LoginTokens.authenticate(request.headers.authorization, 'readProfile');
  const schema = (summary: string) => ({
    summary,
    description:
      'Always empty: this is not kept here. Needs an access token, an ID token or a V2 login token in authorization (raw or Bearer). Errors: 2020 not signed in.',
  });

  for (const [method, url, summary] of [
    ['GET', '/api/v2/users/me/roles', 'List the own roles'],
    ['GET', '/api/v2/users/me/applications/allowed', 'List the applications that roles open to the person'],
    ['POST', '/api/v2/users/resource/authorized', 'List the resources open to the person'],
  ] as const) {
    scope.route({
      method,
      url,
      schema: { ...schema(summary), response: { 200: envelopeV2(Page) } },
      handler: async (request) => {
        await readBy(request);
        return okV2({ totalCount: 0, list: [] });
      },
    });
  }

  scope.get(
    '/api/v2/users/me/orgs',
    { schema: { ...schema('List the own organizations'), response: { 200: envelopeV2(List) } } },
    async (request) => {
      await readBy(request);
      return okV2([]);
    },
  );
  scope.get(
    '/api/v2/users/:id/orgs',
    {
      schema: {
        ...schema('List the own organizations, by the own id'),
        params: V2IdParams,
        response: { 200: envelopeV2(List) },
      },
    },
    async (request) => {
      const { user } = await readBy(request);
      if (request.params.id !== user.id) throw new DomainError('permission_denied', { field: 'id' });
      return okV2([]);
    },
  );
}
