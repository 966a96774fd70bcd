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
const introspection = (change: Entry = {}): Entry => ({
  url: 'https://auth.example.com/introspect',
  clientId: 'passbeam',
  clientSecret: 'a-secret-of-sixteen-signs',
  issuer: 'https://auth.example.com/',
  audiences: ['https://login.example.com'],
  ...change,
});
const callback = (change: Entry = {}): Entry => ({
  url: 'https://api.example.com/who-is-this',
  secrets: ['b9d1c3e5f7a9b2c4d6e8f0a1b3c5d7e9'],
  ...change,
});
const asking = (way: Entry, change: Entry = {}) => entry({ jwt: undefined, ...way, ...change });
const withIntrospection = (change: Entry) => asking({ introspection: introspection(change) });
const withCallback = (change: Entry) => asking({ callback: callback(change) });
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
    ['two ways to judge', [entry({ callback: callback() })], `${at} has jwt and callback. Keep one.`],
    [
      'introspection of no place',
      [withIntrospection({ url: 'auth' })],
      `${at}.introspection.url is "auth". Write an https`,
    ],
    [
      'introspection at a place with a user in it',
      [withIntrospection({ url: 'https://u:p@auth.example.com/' })],
      `${at}.introspection.url is "https://u:p@auth.example.com/". Write an https URL without user or #.`,
    ],
    [
      'a short secret for introspection',
      [withIntrospection({ clientSecret: 'short' })],
      `${at}.introspection.clientSecret (5 characters) cannot be used. Write at least 16 characters`,
    ],
    [
      'introspection of no client',
      [withIntrospection({ clientId: undefined })],
      `${at}.introspection.clientId is missing.`,
    ],
    [
      'introspection of no issuer',
      [withIntrospection({ issuer: undefined })],
      `${at}.introspection.issuer is missing.`,
    ],
    [
      'introspection of our own tokens',
      [withIntrospection({ issuer: 'https://login.example.com/oidc' })],
      `${at}.introspection.issuer is this server itself.`,
    ],
    [
      'introspection for any audience',
      [withIntrospection({ audiences: undefined })],
      `${at}.introspection.audiences is missing. Write the audience of your access tokens, or clientIds.`,
    ],
    [
      'another proof',
      [withIntrospection({ authMethod: 'private_key_jwt' })],
      `${at}.introspection.authMethod is "private_key_jwt". Write client_secret_basic, client_secret_post or bearer.`,
    ],
    [
      'patience with introspection',
      [withIntrospection({ timeoutSeconds: 6 })],
      `${at}.introspection.timeoutSeconds is 6. Write a whole number of seconds from 1 to 5.`,
    ],
    [
      'a callback to a file',
      [withCallback({ url: 'file:///etc/passwd' })],
      `${at}.callback.url is "file:///etc/passwd".`,
    ],
    [
      'a callback without secrets',
      [withCallback({ secrets: [] })],
      `${at}.callback.secrets is a list. Write a list of one`,
    ],
    ['three secrets', [withCallback({ secrets: Array(3).fill('x'.repeat(32)) })], `${at}.callback.secrets is a list.`],
    [
      'a short secret of a callback',
      [withCallback({ secrets: ['x'.repeat(31)] })],
      `${at}.callback.secrets[0] (31 characters) cannot be used. Write at least 32`,
    ],
    [
      'a prefix with a blank',
      [withCallback({ tokenPrefix: 'a b' })],
      `${at}.callback.tokenPrefix is "a b". Write 1 to 32`,
    ],
    ['no patience', [withCallback({ timeoutSeconds: 0 })], `${at}.callback.timeoutSeconds is 0. Write a whole number`],
    [
      'a callback for our own tokens',
      [withCallback({ issuer: 'https://login.example.com/oidc' })],
      `${at}.callback.issuer is this server itself. Leave it out.`,
    ],
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
    [
      'an e-mail address of no one claim',
      [person({ email: ['a', 'b'] })],
      `${at}.person.email is a list. Write the name`,
    ],
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

  it.each<[string, Entry, Entry, number]>([
    ['two callbacks', { callback: callback() }, { callback: callback() }, 1],
    ['a callback beside introspection', { callback: callback() }, { introspection: introspection() }, 1],
    [
      'a prefix within a prefix',
      { callback: callback({ tokenPrefix: 'a' }) },
      { callback: callback({ tokenPrefix: 'ab' }) },
      1,
    ],
    ['two prefixes', { callback: callback({ tokenPrefix: 'a_' }) }, { callback: callback({ tokenPrefix: 'b_' }) }, 0],
    ['an opaque token beside JWTs', { jwt: jwt({ issuer: 'https://other.example/' }) }, { callback: callback() }, 0],
  ])('one application for %s: %#', (_, first, second, count) => {
    const sentence = expect.stringMatching(/^userPools\[0\]\.ownTokens\[1\]\.\w+ stands for the same application as/);
    expect(mistakesOf(pool([asking(first), asking(second, { name: 'second' })]))).toEqual(Array(count).fill(sentence));
  });

  it('one issuer for JWTs and for what only it can read, but for one application', () => {
    const applications = ['phone', 'tablet'].map((id) => ({ ...application, id }));
    const mistakes = (applicationId: string) =>
      mistakesOf(
        pool([entry(), asking({ introspection: introspection() }, { name: 'opaque', applicationId })], {
          applications,
        }),
      );
    expect(mistakes('phone')).toEqual([]);
    expect(mistakes('tablet')).toEqual([
      expect.stringContaining(
        '.introspection.issuer is the same as userPools[0].ownTokens[0].jwt.issuer with the same audience. Write the same applicationId',
      ),
    ]);
  });

  it('a custom field that the pool does not declare', () => {
    const customFields = [{ key: 'memberLevel', label: 'Level', dataType: 'STRING' }];
    const person = { customFields: { memberLevel: { path: ['membership', 'level'] }, shoeSize: 'shoe' } };
    expect(mistakesOf(pool([entry({ person })], { customFields }))).toEqual([
      `${at}.person.customFields.shoeSize is no custom field of the pool. Declare it in its customFields.`,
    ]);
    expect(mistakesOf(pool([entry({ person })]))).toEqual([]);
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
    ['introspection', withIntrospection({})],
    ['a callback', withCallback({})],
    ['two secrets', withCallback({ secrets: ['x'.repeat(32), 'y'.repeat(32)], issuer: 'https://auth.example.com' })],
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
    expect(ownTokensOf(read(pool([entry()])).file.userPools[0]?.ownTokens, 'staff')).toEqual([
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
          email: [],
          phone: [],
          customFields: {},
          create: true,
          link: 'none',
          refresh: 'always',
        },
      },
    ]);
  });

  it('takes the externalId from the subject, unless it is told otherwise', () => {
    const [own] = ownTokensOf(read(pool([person({ subject: 'oid' })])).file.userPools[0]?.ownTokens, 'staff');
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

describe('secrets of the servers that are asked', () => {
  it('come from the environment or a file, as others do', () => {
    const env = { INTROSPECTION: 'a-secret-of-sixteen-signs', NEW: 'n'.repeat(32), OLD: 'o'.repeat(32) };
    const read = (...ownTokens: Entry[]) =>
      parseConfigFile(JSON.stringify({ userPools: [pool(ownTokens)] }), 'pools.json', env);
    const tablet = {
      applications: [
        { ...application, id: 'phone' },
        { ...application, id: 'tablet' },
      ],
    };
    const entries = [
      asking({ introspection: introspection({ clientSecret: { env: 'INTROSPECTION' } }) }),
      asking(
        { callback: callback({ secrets: [{ env: 'NEW' }, { env: 'OLD' }] }) },
        { name: 'b', applicationId: 'tablet' },
      ),
    ];
    const { file } = parseConfigFile(JSON.stringify({ userPools: [pool(entries, tablet)] }), 'pools.json', env);
    expect(ownTokensOf(file.userPools[0]?.ownTokens, 'staff')).toMatchObject([
      { way: 'introspection', clientSecret: env.INTROSPECTION, authMethod: 'client_secret_basic', timeoutSeconds: 3 },
      { way: 'callback', secrets: [env.NEW, env.OLD], issuer: 'urn:passbeam:staff:b', tokenPrefix: null },
    ]);
    expect(() => read(asking({ callback: callback({ secrets: [{ env: 'GONE' }] }) }))).toThrow(
      'userPools[0].ownTokens[0].callback.secrets[0].env names the variable "GONE", which is not set',
    );
  });

  it('are named in a warning when they travel without TLS', () => {
    expect(read(pool([withCallback({ url: 'http://api.internal/who' })])).warnings).toEqual([
      'userPools[0].ownTokens[0].callback.url is http: it is called only if OUTBOUND_ALLOW lists its host.',
    ]);
  });
});
