import { type Static, Type } from 'typebox';
import {
  defaultTypes,
  type EntryRules,
  type JwtEntry,
  jwtBounds,
  ownTokenAlgorithms,
} from '../core/directory/own-token-entries.ts';
import { readKeySet } from '../own-tokens/key-set.ts';
import { audienceMistakes, isPlace, issuerOf, listOf, place, seconds, type Way } from './own-tokens-way.ts';
import { entryOf, type RawEntry } from './raw-entries.ts';

export const JwtSchema = Type.Object(
  {
    issuer: issuerOf('what your tokens have in iss, letter by letter'),
    jwksUri: Type.Optional(place),
    keys: Type.Optional(
      Type.Array(Type.Unsafe<RawEntry>({ type: 'object', expected: 'a JSON Web Key' }), {
        minItems: 1,
        maxItems: 100,
        expected: 'a list of 1 to 100 public keys, each a JSON Web Key',
      }),
    ),
    audiences: listOf('audiences', 'what your access tokens have in aud'),
    clientIds: listOf('client ids', 'the id that your auth server knows the phone app by'),
    anyAudience: Type.Optional(Type.Boolean()),
    algorithms: Type.Optional(
      Type.Array(
        Type.Enum([...ownTokenAlgorithms], { expected: 'an algorithm with a public key, for example RS256' }),
        { minItems: 1, expected: `a list of algorithms: ${ownTokenAlgorithms.join(', ')}` },
      ),
    ),
    kind: Type.Optional(Type.Enum(['access', 'id'])),
    types: listOf('types', 'what your tokens have in the header as typ, for example at+jwt'),
    bindsCode: Type.Optional(Type.Boolean()),
    clockToleranceSeconds: seconds(jwtBounds.clockToleranceSeconds),
    maxLifetimeSeconds: seconds(jwtBounds.maxLifetimeSeconds),
    staleKeysSeconds: seconds(jwtBounds.staleKeysSeconds),
  },
  { additionalProperties: false },
);

type Jwt = Static<typeof JwtSchema>;

/** `jwt`: the company's tokens are JWTs, and its auth server publishes the keys. */
export const jwtWay: Way<Jwt> = {
  mistakes: (jwt, at, { ownIssuer }) => [
    ...(jwt.issuer === ownIssuer ? [`${at}.issuer is this server itself. Write that of your own auth server.`] : []),
    ...placeMistakes(jwt, at),
    ...keyMistakes(jwt.keys, at),
    ...audienceMistakes(jwt, at),
  ],
  warnings: (jwt, at) => [
    ...(jwt.anyAudience && !jwt.audiences && !jwt.clientIds
      ? [`${at}.anyAudience is on: every token of the issuer approves logins, whichever app it was made for.`]
      : []),
    ...((jwt.maxLifetimeSeconds ?? 0) > jwtBounds.maxLifetimeSeconds.warnAbove
      ? [
          `${at}.maxLifetimeSeconds is ${jwt.maxLifetimeSeconds} s: above a day a stolen token stays useful for too long.`,
        ]
      : []),
    ...(['issuer', 'jwksUri'] as const).flatMap((key) => {
      const isAsked = key === 'jwksUri' || (jwt.jwksUri === undefined && jwt.keys === undefined);
      return isAsked && jwt[key]?.startsWith('http:')
        ? [`${at}.${key} is http: keys are fetched from it only if OUTBOUND_ALLOW lists its host.`]
        : [];
    }),
  ],
  entryOf: (rules, jwt) => ({ way: 'jwt', ...rules, ...jwtPart(jwt) }),
};

function jwtPart(jwt: Jwt): Omit<JwtEntry, keyof EntryRules | 'way'> & Pick<EntryRules, 'issuer'> {
  const kind = jwt.kind ?? 'access';
  const secondsOf = (key: keyof typeof jwtBounds) => jwt[key] ?? jwtBounds[key].default;
  return {
    issuer: jwt.issuer,
    jwksUri: jwt.jwksUri ?? null,
    keys: jwt.keys ?? null,
    audiences: jwt.audiences ?? [],
    clientIds: jwt.clientIds ?? [],
    anyAudience: jwt.anyAudience ?? false,
    algorithms: jwt.algorithms ?? ['RS256', 'ES256'],
    kind,
    types: jwt.types ?? defaultTypes[kind],
    bindsCode: jwt.bindsCode ?? false,
    clockToleranceSeconds: secondsOf('clockToleranceSeconds'),
    maxLifetimeSeconds: secondsOf('maxLifetimeSeconds'),
    staleKeysSeconds: secondsOf('staleKeysSeconds'),
  };
}

function placeMistakes({ issuer, jwksUri, keys }: RawEntry, at: string): string[] {
  if (jwksUri !== undefined && keys !== undefined) return [`${at} has both jwksUri and keys. Keep one.`];
  if (jwksUri !== undefined || keys !== undefined || typeof issuer !== 'string') return [];
  if (isPlace(issuer) && !issuer.includes('?')) return [];
  return [
    `${at}.issuer is ${JSON.stringify(issuer)}, which no discovery document can be found by. Write an https URL without user, ? or #; or jwksUri or keys beside it.`,
  ];
}

function keyMistakes(keys: unknown, at: string): string[] {
  if (!Array.isArray(keys)) return [];
  return keys.flatMap((key, index) => {
    const fault = keyFaultOf(entryOf(key));
    return fault === null ? [] : [`${at}.keys[${index}] ${fault}. Write the public key as a JSON Web Key.`];
  });
}

function keyFaultOf(key: RawEntry): string | null {
  try {
    const [passedOver] = readKeySet({ keys: [key] }).passedOver;
    return passedOver?.replace('keys[0] ', '') ?? null;
  } catch {
    return 'holds a private key, which must not leave your auth server';
  }
}
