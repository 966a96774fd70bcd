import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from './config-file.ts';
import { ConfigError } from './config-mistakes.ts';
import { ownTokensOf } from './own-tokens.ts';

type Entry = Record<string, unknown>;

const ed = generateKeyPairSync('ed25519');
const publicKey = ed.publicKey.export({ format: 'jwk' });
const privateKey = ed.privateKey.export({ format: 'jwk' });
const smallKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });

const jwt = (change: Entry = {}): Entry => ({
  issuer: 'https://auth.example.com/',
  audiences: ['https://login.example.com'],
  ...change,
});
const entry = (change: Entry = {}): Entry => ({ name: 'company', applicationId: 'phone', jwt: jwt(), ...change });
const withJwt = (change: Entry) => entry({ jwt: jwt(change) });
const person = (change: Entry) => entry({ person: change });
const application = { name: 'App', tokenEndpointAuthMethod: 'none' };
const pool = (ownTokens: unknown, change: Entry = {}): Entry => ({
  id: 'staff',
  secret: '6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e',
  name: 'Staff',
  ownTokens,
  applications: [{ ...application, id: 'phone' }],
  ...change,
});
const otherPool = (ownTokens: unknown) =>
  pool(ownTokens, { id: 'guests', applications: [{ ...application, id: 'guest-phone' }] });

function read(...userPools: Entry[]) {
  return parseConfigFile(JSON.stringify({ userPools }), 'pools.json', {}, 'https://login.example.com');
}

function mistakesOf(...userPools: Entry[]): string[] {
  try {
    read(...userPools);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

const at = 'userPools[0].ownTokens[0]';

describe('what stops the start', () => {
  const cases: [string, Entry[], string][] = [
    ['no name', [entry({ name: undefined })], `${at}.name is missing. Write 1 to 32 of a-z, 0-9 and -.`],
    ['a name with capitals', [entry({ name: 'Company' })], `${at}.name is "Company". Write 1 to 32 of`],
    [
      'a name twice',
      [entry(), entry({ jwt: jwt({ audiences: ['other'] }) })],
      'userPools[0].ownTokens[1].name is the same as userPools[0].ownTokens[0].name.',
    ],
    ['no application', [entry({ applicationId: undefined })], `${at}.applicationId is missing. Write the id of the`],
    ['an unknown key', [entry({ jwks: {} })], `${at}.jwks is not a known key. Did you mean jwt?`],
    ['no way to judge', [entry({ jwt: undefined })], `${at} does not say how its tokens are judged. Write jwt`],
    ['no issuer', [withJwt({ issuer: undefined })], `${at}.jwt.issuer is missing. Write what your tokens have in iss`],
    ['an issuer beyond ASCII', [withJwt({ issuer: 'https://ä.example' })], `${at}.jwt.issuer is "https://ä.example".`],
    ['a long issuer', [withJwt({ issuer: `https://${'a'.repeat(510)}` })], `${at}.jwt.issuer is "https://aaa`],
    ...['urn:company', 'ftp://a.example', 'https://u@a.example', 'https://a.example#x', 'https://a.example?x'].map(
      (issuer): [string, Entry[], string] => [
        `${issuer}, without keys beside it`,
        [withJwt({ issuer })],
        `${at}.jwt.issuer is "${issuer}", which no discovery document can be found by. Write an https URL`,
      ],
    ),
    [
      'our own issuer',
      [withJwt({ issuer: 'https://login.example.com/oidc' })],
      `${at}.jwt.issuer is this server itself. Write that of your own auth server.`,
    ],
    [
      'two places of keys',
      [withJwt({ jwksUri: 'https://a.example/keys', keys: [publicKey] })],
      `${at}.jwt has both jwksUri and keys. Keep one.`,
    ],
    ['a place that is no URL', [withJwt({ jwksUri: '/keys' })], `${at}.jwt.jwksUri is "/keys". Write an https URL`],
    ['no keys', [withJwt({ keys: [] })], `${at}.jwt.keys is a list. Write a list of 1 to 100 public keys`],
    ['a private key', [withJwt({ keys: [privateKey] })], `${at}.jwt.keys[0] holds a private key`],
    ['a small key', [withJwt({ keys: [publicKey, smallKey] })], `${at}.jwt.keys[1] is an RSA key of 1024 bits.`],
    ['a shared secret', [withJwt({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] })], `${at}.jwt.keys[0] holds a private key`],
    ['half a key', [withJwt({ keys: [{ kty: 'EC' }] })], `${at}.jwt.keys[0] is no public key that can be used.`],
    [
      'no audience and no client',
      [withJwt({ audiences: undefined })],
      `${at}.jwt.audiences is missing. Write the audience of your access tokens, or clientIds.`,
    ],
    ['an empty audience', [withJwt({ audiences: [] })], `${at}.jwt.audiences is a list. Write a list of 1 to 32`],
    [
      'a shared secret as algorithm',
      [withJwt({ algorithms: ['HS256'] })],
      `${at}.jwt.algorithms[0] is "HS256". Write an algorithm with a public key, for example RS256.`,
    ],
    ['no signature', [withJwt({ algorithms: ['none'] })], `${at}.jwt.algorithms[0] is "none". Write an algorithm`],
    [
      'no algorithm',
      [withJwt({ algorithms: [] })],
      `${at}.jwt.algorithms is a list. Write a list of algorithms: RS256`,
    ],
    ['another kind', [withJwt({ kind: 'refresh' })], `${at}.jwt.kind is "refresh". Write access or id.`],
    [
      'too much tolerance',
      [withJwt({ clockToleranceSeconds: 61 })],
      `${at}.jwt.clockToleranceSeconds is 61. Write a whole number of seconds from 0 to 60.`,
    ],
    ['a life of months', [withJwt({ maxLifetimeSeconds: 9_999_999 })], `${at}.jwt.maxLifetimeSeconds is 9999999.`],
    ['stale keys for days', [withJwt({ staleKeysSeconds: 86_401 })], `${at}.jwt.staleKeysSeconds is 86401.`],
    ['an empty choice', [entry({ requiredClaims: { use: [] } })], `${at}.requiredClaims is a mapping. Write claims`],
    ['a nested choice', [entry({ requiredClaims: { use: {} } })], `${at}.requiredClaims is a mapping. Write claims`],
    [
      'a claim that has rules',
      [entry({ requiredClaims: { aud: 'x' } })],
      `${at}.requiredClaims.aud is checked without it. Leave it out.`,
    ],
    [
      'many session claims',
      [entry({ sessionClaims: [...'abcdefghi'] })],
      `${at}.sessionClaims is a list. Write a list of at most 8 claims.`,
    ],
    ...['email', 'preferred_username', 'upn', 'phone_number', 'name'].map((subject): [string, Entry[], string] => [
      `people known by ${subject}`,
      [person({ subject })],
      `${at}.person.subject is "${subject}". Write a claim that never changes hands, for example sub.`,
    ]),
    [
      'a claim of no name',
      [person({ displayName: [] })],
      `${at}.person.displayName is a list. Write the name of a claim`,
    ],
    ['a deep claim of no name', [person({ photo: { path: [] } })], `${at}.person.photo is a mapping. Write the name`],
    ['e-mail addresses', [person({ email: 'email' })], `${at}.person.email is not a known key.`],
    [
      'a link while people register',
      [person({ link: 'externalId' })],
      `${at}.person.link is "externalId" while people may register. Write registerDisabled: true.`,
    ],
  ];

  it.each(cases)('%s', (_, ownTokens, sentence) => {
    expect(mistakesOf(pool(ownTokens))).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    ['audience', [jwt(), jwt({ audiences: ['x', 'https://login.example.com'] })]],
    ['audience or none', [jwt(), jwt({ audiences: undefined, clientIds: ['ios'] })]],
    ['client', [jwt({ clientIds: ['ios'] }), jwt({ clientIds: ['ios', 'android'] })]],
  ])('one issuer with the same %s, in one pool or in two', (_, [first, second]) => {
    const [one, two] = [entry({ jwt: first }), entry({ name: 'second', jwt: second })];
    const sentence = (place: string) =>
      `${place}.jwt.issuer is the same as ${at}.jwt.issuer with the same audience. Write audiences or clientIds that differ.`;
    expect(mistakesOf(pool([one, two]))).toEqual([sentence('userPools[0].ownTokens[1]')]);
    const guests = otherPool([{ ...two, applicationId: 'guest-phone' }]);
    expect(mistakesOf(pool([one]), guests)).toEqual([sentence('userPools[1].ownTokens[0]')]);
  });

  it('the application of another pool', () => {
    expect(mistakesOf(pool([entry({ applicationId: 'guest-phone' })]), otherPool([]))).toEqual([
      `${at}.applicationId is an application of userPools[1]. Write one of this pool.`,
    ]);
  });

  it('every mistake at once', () => {
    const broken = entry({ name: 'X', jwt: jwt({ algorithms: ['HS256'], audiences: undefined }) });
    expect(mistakesOf(pool([broken]))).toHaveLength(3);
    expect(mistakesOf(pool({}))).toEqual(['userPools[0].ownTokens is a mapping. Write a list of at most 64 entries.']);
    for (const odd of [null, 7, 'x', [], [null]]) expect(mistakesOf(pool([odd])).length).toBeGreaterThan(0);
  });
});

describe('what is accepted', () => {
  it.each([
    ['as little as possible', entry()],
    ['any text as issuer, with keys beside it', withJwt({ issuer: 'urn:company', keys: [publicKey] })],
    [
      'any text as issuer, with the place of its keys',
      withJwt({ issuer: 'company', jwksUri: 'https://a.example/k?v=1' }),
    ],
    ['clients alone', withJwt({ audiences: undefined, clientIds: ['ios'] })],
    ['claims by address and by path', person({ displayName: ['https://a.example/name', { path: ['a', 'b'] }] })],
    ['no claims', person({ photo: 'none', externalId: 'none' })],
  ])('%s', (_, one) => {
    expect(read(pool([one])).warnings).toEqual([]);
  });

  it('one issuer for two apps, told apart by their clients', () => {
    const ios = entry({ name: 'ios', jwt: jwt({ clientIds: ['ios'] }) });
    const android = entry({ name: 'android', jwt: jwt({ clientIds: ['android'] }) });
    expect(mistakesOf(pool([ios, android]))).toEqual([]);
  });

  it('a link where only operators make accounts', () => {
    const linking = person({ link: 'externalId', create: false });
    expect(read(pool([linking], { securitySettings: { registerDisabled: true } })).warnings).toEqual([]);
  });

  it('fills in the defaults', () => {
    expect(ownTokensOf(read(pool([entry()])).file.userPools[0]?.ownTokens)).toEqual([
      {
        way: 'jwt',
        name: 'company',
        applicationId: 'phone',
        issuer: 'https://auth.example.com/',
        jwksUri: null,
        keys: null,
        audiences: ['https://login.example.com'],
        clientIds: [],
        anyAudience: false,
        algorithms: ['RS256', 'ES256'],
        kind: 'access',
        types: ['at+jwt', 'JWT', null],
        bindsCode: false,
        clockToleranceSeconds: 30,
        maxLifetimeSeconds: 86_400,
        staleKeysSeconds: 3_600,
        requiredClaims: {},
        sessionClaims: ['sid', 'session_id', 'origin_jti'],
        requireScanToken: false,
        subject: 'sub',
        person: {
          externalId: [['sub']],
          displayName: [['name'], ['nickname'], ['preferred_username']],
          photo: [['picture']],
          locale: [['locale']],
          create: true,
          link: 'none',
          refresh: 'always',
        },
      },
    ]);
  });

  it('takes the externalId from the subject, unless it is told otherwise', () => {
    const [own] = ownTokensOf(read(pool([person({ subject: 'oid' })])).file.userPools[0]?.ownTokens);
    expect(own?.person.externalId).toEqual([['oid']]);
  });
});

describe('what is warned of', () => {
  it.each([
    ['any audience', withJwt({ audiences: undefined, anyAudience: true }), `${at}.jwt.anyAudience is on: every token`],
    ['long lives', withJwt({ maxLifetimeSeconds: 90_000 }), `${at}.jwt.maxLifetimeSeconds is 90000 s: above a day`],
    ['http', withJwt({ issuer: 'http://auth.internal' }), `${at}.jwt.issuer is http: keys are fetched from it only if`],
    [
      'keys over http',
      withJwt({ issuer: 'x', jwksUri: 'http://auth.internal/keys' }),
      `${at}.jwt.jwksUri is http: keys are fetched from it only if OUTBOUND_ALLOW lists its host.`,
    ],
    ['a door that nobody passes', person({ create: false }), `${at}.person.create is false and person.link is none`],
  ])('%s', (_, one, sentence) => {
    expect(read(pool([one])).warnings).toEqual([expect.stringContaining(sentence)]);
  });

  it('an application that approves nothing', () => {
    const applications = [{ ...application, id: 'phone', approvesScans: false }];
    expect(read(pool([entry()], { applications })).warnings).toEqual([
      `${at} lets nobody approve anything while approvesScans of its application is false.`,
    ]);
  });
});
