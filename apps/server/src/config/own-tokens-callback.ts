import { type Static, Type } from 'typebox';
import { askingBounds } from '../core/directory/own-token-entries.ts';
import { httpWarnings, issuerOf, place, seconds, type Way } from './own-tokens-way.ts';

export const CallbackSchema = Type.Object(
  {
    url: place,
    secrets: Type.Array(
      Type.String({
        secret: true,
        minLength: 32,
        maxLength: 256,
        expected: 'at least 32 random characters in quotes, { env: NAME } or { file: path }',
      }),
      { minItems: 1, maxItems: 2, expected: 'a list of one secret, or of the new one and the old one' },
    ),
    timeoutSeconds: seconds(askingBounds.timeoutSeconds),
    tokenPrefix: Type.Optional(
      Type.String({ pattern: '^[!-~]{1,32}$', expected: '1 to 32 ASCII characters, no spaces' }),
    ),
    issuer: Type.Optional(issuerOf('the issuer of another entry that names the same people')),
  },
  { additionalProperties: false },
);

type Callback = Static<typeof CallbackSchema>;

/** `callback`: a service of the company is asked whose token it is. */
export const callbackWay: Way<Callback> = {
  mistakes: ({ issuer }, at, { ownIssuer }) =>
    issuer !== undefined && issuer === ownIssuer ? [`${at}.issuer is this server itself. Leave it out.`] : [],
  warnings: ({ url }, at) => httpWarnings(url, at),
  entryOf: (rules, given, userPoolId) => ({
    way: 'callback',
    ...rules,
    // Without a name of their own these people are the entry's.
    issuer: given.issuer ?? `urn:passbeam:${userPoolId}:${rules.name}`,
    url: given.url,
    secrets: given.secrets,
    timeoutSeconds: given.timeoutSeconds ?? askingBounds.timeoutSeconds.default,
    tokenPrefix: given.tokenPrefix ?? null,
  }),
};
