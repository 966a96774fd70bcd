import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { Type } from 'typebox';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';
import { referencePageRoutes } from './reference-page.ts';

/** Adds to every v3 and v2 route the header that names an application. In the schemas themselves it would slow down polls. */
const nameApplicationHeader: FastifyDynamicSwaggerOptions['transform'] = ({ schema, url }) => {
  if (!/^\/api\/(v[23]|qrcode)\//.test(url) || schema?.hide) return { schema, url };
  const headers = Type.Object({
    'x-authing-app-id': Type.Optional(
      Type.String({
        description: 'The application, unless the call proves or names it otherwise; x-genauth-app-id is the same',
      }),
    ),
  });
  return { schema: { ...schema, headers: schema?.headers ?? headers }, url };
};

/** The API reference, made from the very schemas that validate: `/openapi.json`, and a page to read at `/docs`. */
export async function referenceRoutes(app: App, parts: { publicUrl: string; version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'passbeam',
        version: parts.version,
        description:
          'Self-hosted scan-to-login. Every reply of /api/v3 has HTTP status 200 and an envelope whose statusCode tells success (200) from failure; ' +
          'HTTP codes of their own belong to rate limits (429), store outages (503), unreadable requests (400, 413, 415), unknown routes (404) and the OIDC endpoints. ' +
          'Sections such as “wire 5.2” are those of docs/reference/wire.md.',
      },
      servers: [{ url: parts.publicUrl }],
      tags: [
        { name: 'QR codes', description: 'Create, follow, scan and confirm codes; exchange tickets' },
        { name: 'Sign-in', description: 'Sign in and register' },
        { name: 'Profile', description: 'What people see and change of themselves' },
        { name: 'OIDC', description: 'Tokens by the OAuth 2 and OpenID Connect standards' },
        { name: 'Management', description: 'Users, applications, settings and logs of a pool, for its administrators' },
        { name: 'Administrators', description: 'Who may use the console, by a login of the console' },
        { name: 'v2', description: 'The second generation: the same rules for the clients that speak it' },
        { name: 'Operation', description: 'Health of the process' },
      ],
      components: {
        securitySchemes: {
          accessToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'An access token; the bare token without a scheme works too',
          },
          client: { type: 'http', scheme: 'basic', description: 'Application id and secret' },
        },
      },
    },
    transform: nameApplicationHeader,
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => String(json.$id ?? `def-${index}`) },
  });

  // JSON is valid YAML, too, and takes a tenth of the time to write.
  for (const [url, type] of [
    ['/openapi.json', 'application/json; charset=utf-8'],
    ['/docs/json', 'application/json; charset=utf-8'],
    ['/docs/yaml', 'application/yaml; charset=utf-8'],
  ] as const) {
    const document = new FixedReply({ 'content-type': type, 'cache-control': 'no-cache' }, () =>
      JSON.stringify(app.swagger()),
    );
    app.get(url, { schema: { hide: true } }, (request, reply) => document.send(request, reply));
  }
  referencePageRoutes(app);
}
