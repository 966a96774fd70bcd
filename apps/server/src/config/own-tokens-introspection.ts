import { type Static, Type } from 'typebox';
import { askingBounds } from '../core/directory/own-token-entries.ts';
import { audienceMistakes, httpWarnings, issuerOf, listOf, place, seconds, type Way } from './own-tokens-way.ts';

export const IntrospectionSchema = Type.Object(
  {
    url: place,
    clientId: Type.String({
      minLength: 1,
      maxLength: 256,
      expected: 'the id that your auth server knows this server by',
    }),
    clientSecret: Type.String({
      secret: true,
      minLength: 16,
      maxLength: 256,
      expected: 'at least 16 characters in quotes, { env: NAME } or { file: path }',
    }),
    authMethod: Type.Optional(Type.Enum(['client_secret_basic', 'client_secret_post', 'bearer'])),
    issuer: issuerOf('the name of your auth server, which its replies have in iss if they have one'),
    audiences: listOf('audiences', 'what your access tokens are for'),
    clientIds: listOf('client ids', 'the id that your auth server knows the phone app by'),
    timeoutSeconds: seconds(askingBounds.timeoutSeconds),
    askAgain: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

type Introspection = Static<typeof IntrospectionSchema>;

/** `introspection`: only the company's auth server can read its tokens, and is asked about each (RFC 7662). */
export const introspectionWay: Way<Introspection> = {
  mistakes: (given, at, { ownIssuer }) => [
    ...(given.issuer === ownIssuer ? [`${at}.issuer is this server itself. Write that of your own auth server.`] : []),
    ...audienceMistakes({ ...given, anyAudience: false }, at),
  ],
  warnings: ({ url }, at) => httpWarnings(url, at),
  entryOf: (rules, given) => ({
    way: 'introspection',
    ...rules,
    issuer: given.issuer,
    url: given.url,
    clientId: given.clientId,
    clientSecret: given.clientSecret,
    authMethod: given.authMethod ?? 'client_secret_basic',
    audiences: given.audiences ?? [],
    clientIds: given.clientIds ?? [],
    timeoutSeconds: given.timeoutSeconds ?? askingBounds.timeoutSeconds.default,
    askAgain: given.askAgain ?? true,
  }),
};
