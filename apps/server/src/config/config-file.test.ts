import { describe, expect, it } from 'vitest';
import { parseConfigFile, readConfigFile } from './config-file.ts';
import { ConfigError } from './config-mistakes.ts';

/** The example of the documentation, word for word, as JSON. */
const documented = `{ "userPools": [{
    "id": "6543210fedcba9876543210f", "secret": "pool-secret-32-chars-or-more-xxxx", "name": "Demo pool",
    "securitySettings": {
      "allowedOrigins": ["http://localhost:5173"],
      "qrcodeLoginStrategy": { "qrcodeExpiresIn": 120, "ticketExpiresIn": 300, "returnFullUserInfo": false, "allowExchangeUserInfoFromBrowser": false } },
    "applications": [{
      "id": "0123456789abcdef01234567", "secret": "app-secret-32-chars-or-more-xxxxx", "name": "Demo web site",
      "redirectUris": ["http://localhost:5173/callback"], "logoutRedirectUris": [],
      "tokenEndpointAuthMethod": "client_secret_post" }],
    "users": [{ "username": "alice", "password": "correct horse battery", "email": "alice@example.com", "phone": "+8613800000001", "nickname": "Alice", "photo": "https://example.com/alice.png" }] }] }
`;

const yaml = `
userPools:
  - id: staff            # any 1 to 64 letters, digits, - or _
    secret: "6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e"
    name: Staff
    customFields:
      - { key: team, label: Team, dataType: SELECT, options: [red, blue] }
    applications:
      - id: intranet
        secret: "0d9b6c5e4f3a2b1c0f9e8d7c6b5a4938"
        name: Intranet
        domain: intranet.example.com
        logoUrl: https://intranet.example.com/logo.png
        enabled: true
        approvesScans: false
        pollBinding: secret
        qrPayload: link
        appStoreUrl: https://apps.apple.com/app/id123456789
        savesCustomData: true
        customSecurityEnabled: true
        securityOverride:
          allowedOrigins: [https://intranet.example.com]
          qrcodeLoginStrategy: { qrcodeExpiresIn: 60 }
      - id: phone
        name: Staff app
        tokenEndpointAuthMethod: none
        redirectUris: ["com.example.staff:/callback"]
    users:
      - email: bob@example.com
        nickname: Bob
`;

type Entry = Record<string, unknown>;
const pool = (change: Entry = {}): Entry => ({
  id: 'p',
  secret: '6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e',
  name: 'Pool',
  ...change,
});
const application = (change: Entry = {}): Entry => ({
  id: 'a',
  secret: '0d9b6c5e4f3a2b1c0f9e8d7c6b5a4938',
  name: 'App',
  ...change,
});
const settings = (strategy: Entry) => ({ userPools: [pool({ securitySettings: { qrcodeLoginStrategy: strategy } })] });
const withApplications = (...applications: Entry[]) => ({ userPools: [pool({ applications })] });
const withFields = (...fields: Entry[]) => ({
  userPools: [
    pool({ customFields: fields.map((field) => ({ key: 'team', label: 'Team', dataType: 'STRING', ...field })) }),
  ],
});
const withKey = (change: Entry = {}) => {
  const secret = '3e9d2b7c1f8a4e6d9b0c5a7f2e1d8c4b';
  const key = { id: 'backend', secret, scopes: ['approve'], applicationId: 'a', ...change };
  return { userPools: [pool({ applications: [application()], accessKeys: [key] })] };
};
const withUsers = (...users: unknown[]) => ({ userPools: [pool({ users })] });

function mistakesOf(content: unknown): string[] {
  try {
    parseConfigFile(typeof content === 'string' ? content : JSON.stringify(content), 'pools.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('parseConfigFile', () => {
  it('reads the documented example, and warns of its well-known secrets', () => {
    const { file, warnings } = parseConfigFile(documented, 'pools.json');
    expect(file).toEqual(JSON.parse(documented));
    expect(warnings).toEqual([
      expect.stringMatching(/^userPools\[0\]\.secret is the one printed in the documentation/),
      expect.stringMatching(/^userPools\[0\]\.applications\[0\]\.secret is the one printed in the documentation/),
    ]);
  });

  it('reads JSON indented with tabs', () => {
    const { file } = parseConfigFile(JSON.stringify(JSON.parse(documented), null, '\t'), 'pools.json');
    expect(file).toEqual(JSON.parse(documented));
  });

  it('reads YAML', () => {
    const { file, warnings } = parseConfigFile(yaml, 'pools.yaml');
    expect(warnings).toEqual([]);
    expect(file.userPools[0]?.applications?.[0]?.securityOverride).toEqual({
      allowedOrigins: ['https://intranet.example.com'],
      qrcodeLoginStrategy: { qrcodeExpiresIn: 60 },
    });
    expect(file.userPools[0]?.applications?.[1]?.tokenEndpointAuthMethod).toBe('none');
    expect(file.userPools[0]?.users).toEqual([{ email: 'bob@example.com', nickname: 'Bob' }]);
  });

  const strategyPath = 'userPools[0].securitySettings.qrcodeLoginStrategy';
  const bad: [string, unknown, string][] = [
    ['a protected custom field', withFields({ key: 'roles' }), 'userPools[0].customFields[0].key: roles belongs'],
    ['a custom field of no type', withFields({ dataType: 'TEXT' }), 'userPools[0].customFields[0].dataType'],
    ['a custom field twice', withFields({}, {}), 'userPools[0].customFields[1].key is the same as'],
    ['a key without scopes', withKey({ scopes: undefined }), 'userPools[0].accessKeys[0].scopes is missing. Write a'],
    [
      'a key that approves and manages',
      withKey({ role: 'owner' }),
      'userPools[0].accessKeys[0] has a role, as keys that manage, beside scopes, applicationId',
    ],
    [
      'a role that is none',
      withKey({ role: 'root', scopes: undefined, applicationId: undefined }),
      'userPools[0].accessKeys[0].role is "root"',
    ],
    ['a key of no scope', withKey({ scopes: [] }), 'userPools[0].accessKeys[0].scopes'],
    ['a key that manages', withKey({ scopes: ['manage'] }), 'userPools[0].accessKeys[0].scopes[0] is "manage"'],
    ['a key of nothing', withKey({ applicationId: undefined }), 'userPools[0].accessKeys[0].applicationId is missing.'],
    ['a short secret of a key', withKey({ secret: 'short' }), 'userPools[0].accessKeys[0].secret'],
    ['an issuer with a blank', withKey({ issuer: 'a b' }), 'userPools[0].accessKeys[0].issuer is "a b"'],
    ['a key named like an application', withKey({ id: 'a' }), 'userPools[0].accessKeys[0].id is the same as'],
    ['an unknown key of a key', withKey({ userId: 'x' }), 'userPools[0].accessKeys[0].userId is not a known key'],
    ['a choice of nothing', withFields({ dataType: 'SELECT' }), 'userPools[0].customFields[0].options: a SELECT'],
    ['nothing', '', 'the file is empty. Write a mapping of keys to values.'],
    ['a list', '[]', 'the file is a list. Write a mapping'],
    ['no pools key', {}, 'userPools is missing. Write a list of at least one user pool.'],
    ['no pools', { userPools: [] }, 'userPools is a list. Write a list of at least one user pool.'],
    [
      'a misspelt key',
      { userPools: [pool({ aplications: [] })] },
      'userPools[0].aplications is not a known key. Did you mean applications?',
    ],
    [
      'a key of nowhere',
      { userPools: [pool({ shade: 'red' })] },
      'userPools[0].shade is not a known key. Known here: id, configuration, secret',
    ],
    [
      'a prototype key',
      '{"userPools":[{"id":"p","secret":"6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e","name":"P","__proto__":{"x":1}}]}',
      'userPools[0].__proto__ is not a known key.',
    ],
    [
      'a missing key',
      { userPools: [{ ...pool(), name: undefined }] },
      'userPools[0].name is missing. Write a name of 1 to 256 characters.',
    ],
    [
      'an id with a space',
      { userPools: [pool({ id: 'my pool' })] },
      'userPools[0].id is "my pool". Write 1 to 64 letters',
    ],
    ['an id of 65', { userPools: [pool({ id: 'x'.repeat(65) })] }, 'userPools[0].id is'],
    [
      'an id that YAML reads as a number',
      'userPools: [{id: 123456789012345678901234, secret: "6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e", name: P}]',
      'userPools[0].id is a number, not text: quotes are missing.',
    ],
    [
      'a short secret',
      { userPools: [pool({ secret: 'tooshort' })] },
      'userPools[0].secret (8 characters) cannot be used. Write at least 32',
    ],
    [
      'a sample secret',
      { userPools: [pool({ secret: 'change-me-change-me-change-me-change-me' })] },
      'userPools[0].secret (39 characters) cannot be used.',
    ],
    [
      'a life of 0',
      settings({ qrcodeExpiresIn: 0 }),
      `${strategyPath}.qrcodeExpiresIn is 0. Write a whole number of seconds from 1 to 86400.`,
    ],
    [
      'a life above a day',
      settings({ ticketExpiresIn: 86_401 }),
      `${strategyPath}.ticketExpiresIn is 86401. Write a whole`,
    ],
    ['half a second', settings({ qrcodeExpiresIn: 1.5 }), `${strategyPath}.qrcodeExpiresIn is 1.5.`],
    [
      'not a number',
      `userPools: [{id: p, secret: "6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e", name: P, securitySettings: {qrcodeLoginStrategy: {qrcodeExpiresIn: .nan}}}]`,
      `${strategyPath}.qrcodeExpiresIn is NaN.`,
    ],
    [
      'a switch as text',
      settings({ returnFullUserInfo: 'no' }),
      `${strategyPath}.returnFullUserInfo is "no". Write true or false.`,
    ],
    [
      'every origin',
      { userPools: [pool({ securitySettings: { allowedOrigins: ['*'] } })] },
      'userPools[0].securitySettings.allowedOrigins[0] is "*". Write an exact origin',
    ],
    [
      'an origin with a path',
      { userPools: [pool({ securitySettings: { allowedOrigins: ['https://a.example/login'] } })] },
      'userPools[0].securitySettings.allowedOrigins[0] is "https://a.example/login". Write an exact origin without a path',
    ],
    [
      "names below somebody else's domain",
      { userPools: [pool({ securitySettings: { allowedOrigins: ['https://*.github.io'] } })] },
      'userPools[0].securitySettings.allowedOrigins[0] is "https://*.github.io".',
    ],
    [
      'an origin of no page',
      { userPools: [pool({ securitySettings: { allowedOrigins: ['null'] } })] },
      'allowedOrigins[0] is "null".',
    ],
    [
      'a redirect with *',
      withApplications(application({ redirectUris: ['https://*.example.com/cb'] })),
      'userPools[0].applications[0].redirectUris[0] is "https://*.example.com/cb". Write an absolute URI',
    ],
    [
      'a redirect to a script',
      withApplications(application({ redirectUris: ['javascript:alert(1)'] })),
      'redirectUris[0] is "javascript:alert(1)".',
    ],
    [
      'an unknown method',
      withApplications(application({ tokenEndpointAuthMethod: 'private_key_jwt' })),
      'userPools[0].applications[0].tokenEndpointAuthMethod is "private_key_jwt". Write client_secret_post, client_secret_basic or none.',
    ],
    [
      'an unknown content of codes',
      withApplications(application({ qrPayload: 'url' })),
      'qrPayload is "url". Write json or link.',
    ],
    [
      'an app without its team',
      withApplications(application({ appleAppIds: ['com.example.app'] })),
      'appleAppIds[0] is "com.example.app". Write TEAMID.bundle, for example A1B2C3D4E5.com.example.app.',
    ],
    [
      'a fingerprint of another kind',
      withApplications(application({ androidApps: [{ package: 'com.example.app', sha256Fingerprints: ['AB:CD'] }] })),
      'androidApps[0].sha256Fingerprints[0] is "AB:CD". Write the SHA-256 fingerprint',
    ],
    [
      'a relying party that approves',
      withApplications(application({ kind: 'relyingParty', approvesScans: true })),
      'userPools[0].applications[0].approvesScans is not for relying parties',
    ],
    [
      'a colour by name',
      withApplications(application({ color: 'red' })),
      'color is "red". Write a colour in quotes, for example "#2456e6".',
    ],
    [
      'an unknown binding',
      withApplications(application({ pollBinding: 'ip' })),
      'pollBinding is "ip". Write cookie, secret or none.',
    ],
    [
      'no secret',
      withApplications(application({ secret: undefined })),
      'userPools[0].applications[0].secret is missing. Write one, or tokenEndpointAuthMethod "none"',
    ],
    [
      'an id used twice',
      withApplications(application(), application()),
      'userPools[0].applications[1].id is the same as userPools[0].applications[0].id. Write another value.',
    ],
    [
      'a pool id used for an app',
      withApplications(application({ id: 'p' })),
      'userPools[0].applications[0].id is the same as userPools[0].id.',
    ],
    [
      'a user twice',
      withUsers({ username: 'alice' }, { username: 'ALICE' }),
      'userPools[0].users[1].username is the same as userPools[0].users[0].username.',
    ],
    [
      'a user without a name',
      withUsers({ nickname: 'Nobody' }),
      'userPools[0].users[0] has no username, email or phone.',
    ],
    [
      'a phone without quotes',
      'userPools: [{id: p, secret: "6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e", name: P, users: [{username: a, phone: +8613800000001}]}]',
      'userPools[0].users[0].phone is a number, not text: quotes are missing.',
    ],
    ['a username with @', withUsers({ username: 'a@b' }), 'userPools[0].users[0].username is "a@b". Write a name'],
    ['no e-mail address', withUsers({ email: 'alice' }), 'userPools[0].users[0].email is "alice". Write an e-mail'],
    [
      'a weak password',
      withUsers({ username: 'a', password: '123456' }),
      'userPools[0].users[0].password is among the passwords',
    ],
    [
      'a name as password',
      withUsers({ username: 'alice-b', password: 'alice-B' }),
      'users[0].password must not be the username',
    ],
    [
      'a password hash',
      withUsers({ username: 'a', passwordHash: 'x' }),
      'userPools[0].users[0].passwordHash is not a known key. Did you mean password?',
    ],
    [
      'a key written twice',
      '{"userPools": [], "userPools": []}',
      'line 1, column 19: this key is written twice. Keep one of them.',
    ],
    ['text that is no file', '{"userPools": [', 'this is neither JSON nor YAML'],
  ];
  it.each(bad)('refuses %s', (_, content, sentence) => {
    const mistakes = mistakesOf(content);
    expect(
      mistakes.filter((line) => line.includes(sentence)),
      mistakes.join('\n'),
    ).toHaveLength(1);
    expect(mistakes).toHaveLength(1);
  });

  it('reports the mistakes of schema and sense together', () => {
    const mistakes = mistakesOf({
      userPools: Array.from({ length: 6 }, () =>
        pool({ name: '', extra: 1, securitySettings: { allowedOrigins: ['x', 'y'] } }),
      ),
    });
    expect(mistakes).toHaveLength(6 * 4 + 5);
  });

  it('never repeats a secret, not even of a file it cannot parse', () => {
    const secret = 'hunter2';
    const contents = [
      JSON.stringify({ userPools: [pool({ secret, users: [{ username: 'a', password: { secret } }] })] }),
      `{"userPools": [{"secret": "${secret}" "name" }`,
      `secret: ${secret}\n\tname: x: y\nsecret: ${secret}`,
    ];
    for (const content of contents) {
      const mistakes = mistakesOf(content);
      expect(mistakes.length).toBeGreaterThan(0);
      expect(mistakes.join('\n')).not.toContain(secret);
    }
  });

  it('warns of what is allowed but unwise', () => {
    const { warnings } = parseConfigFile(
      JSON.stringify({
        userPools: [
          pool({
            securitySettings: {
              qrcodeLoginStrategy: {
                qrcodeExpiresIn: 601,
                ticketExpiresIn: 301,
                returnFullUserInfo: true,
                allowExchangeUserInfoFromBrowser: true,
              },
            },
            applications: [
              application({
                pollBinding: 'none',
                securityOverride: {},
                approvesScans: false,
                appleAppIds: ['A1B2C3D4E5.com.example.app'],
              }),
            ],
          }),
        ],
      }),
      'pools.json',
    );
    expect(warnings.map((line) => line.split(' ')[0]?.replace(/.*\./, '').replace(':', ''))).toEqual([
      'qrcodeExpiresIn',
      'ticketExpiresIn',
      'returnFullUserInfo',
      'allowExchangeUserInfoFromBrowser',
      'pollBinding',
      'appleAppIds',
      'securityOverride',
    ]);
  });
});

describe('readConfigFile', () => {
  it('names the variable when there is no such file', async () => {
    await expect(readConfigFile('/no/such/pools.json', {})).rejects.toThrow(
      'PASSBEAM_CONFIG names "/no/such/pools.json", which cannot be read (ENOENT)',
    );
  });
});
