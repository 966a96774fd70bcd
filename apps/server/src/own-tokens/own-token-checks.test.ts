import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JwtEntry, ownTokenAlgorithms } from '../core/directory/own-token-entries.ts';
import {
  anEntry,
  ecKey,
  edKey,
  goodClaims,
  nowSeconds,
  openChecks,
  rsaKey,
  signTexts,
  signToken,
  startedAt,
  type TestKey,
} from './test-world.ts';

const rsa = rsaKey('rsa');
const ec = ecKey('ec');
const ed = edKey('ed');
const others: Record<string, TestKey> = { rsa: rsaKey('rsa'), ec: ecKey('ec') };

/** An entry with keys written down, so that nothing is fetched; Entra's come without `alg`, as these do. */
const trusting = (part: Partial<JwtEntry> = {}) => anEntry({ keys: [rsa.jwk, ec.jwk, ed.jwk], ...part });
const verdict = (token: string, part: Partial<JwtEntry> = {}) => openChecks([trusting(part)]).verdict(token);
const claims = (part: object = {}) => ({ ...goodClaims, ...part });
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(goodClaims).filter(([name]) => !names.includes(name)));

describe('a good token', () => {
  it('says who came, by which application, of which login', async () => {
    const full = claims({ azp: 'ios', sid: 'login-1', amr: ['pwd', 'otp'], auth_time: nowSeconds - 99, name: 'Alice' });
    const answer = await openChecks([trusting()]).check(signToken(full, rsa), { qrcodeId: 'c' });
    expect(answer).toEqual({
      refusal: null,
      entry: expect.objectContaining({ name: 'company' }),
      checked: {
        issuer: 'https://auth.example.com',
        subject: 'person-1',
        clientId: 'ios',
        session: 'login-1',
        amr: ['pwd', 'otp'],
        authTime: startedAt - 99_000,
        issuedAt: startedAt - 10_000,
        expiresAt: startedAt + 3_600_000,
        claims: full,
        askAgain: null,
      },
    });
  });

  it.each(ownTokenAlgorithms)('may be signed by %s, where its entry says so', async (alg) => {
    const curves: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
    const key = alg.startsWith('Ed') ? ed : alg.startsWith('ES') ? ecKey('ec', curves[alg]) : rsa;
    const token = signToken(goodClaims, key, { alg });
    expect(await verdict(token, { keys: [key.jwk], algorithms: [alg] })).toBe('accepted');
    const others = ownTokenAlgorithms.filter((other) => other !== alg);
    expect(await verdict(token, { keys: [key.jwk], algorithms: others })).toBe('wrong_algorithm');
  });
});

/** Headers and claims as the products document them, signed again by a key of the test (2.3). */
const uuid = 'b3b1a3f6-6b44-4b4f-9c1d-0a2f7c1d2e3f';
const times = { iat: nowSeconds - 10, exp: nowSeconds + 300 };
const jwt = { typ: 'JWT' };

const keycloak = {
  ...times,
  iss: 'https://sso.example.com/realms/main',
  aud: 'account',
  sub: uuid,
  typ: 'Bearer',
  azp: 'company-ios',
  sid: 'kc-session',
  acr: '1',
  jti: 'onrtro:1',
  realm_access: { roles: ['offline_access'] },
  scope: 'openid profile',
};
const keycloakEntry = { issuer: keycloak.iss, audiences: ['account'], clientIds: ['company-ios'] };

const auth0 = {
  ...times,
  iss: 'https://company.eu.auth0.com/',
  aud: ['https://api.example.com', 'https://company.eu.auth0.com/userinfo'],
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  azp: 'Ay3RlkCiOs',
  scope: 'openid profile',
};
const auth0Entry = { issuer: auth0.iss, audiences: ['https://api.example.com'], clientIds: ['Ay3RlkCiOs'] };

const cognito = {
  ...times,
  iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc',
  sub: uuid,
  client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
  token_use: 'access',
  origin_jti: 'origin-1',
  jti: 'jti-1',
  username: 'alice',
  auth_time: nowSeconds - 500,
};
const { client_id: cognitoClient, ...cognitoShared } = cognito;
const cognitoId = { ...cognitoShared, aud: cognitoClient, token_use: 'id', 'cognito:username': 'alice' };
const cognitoEntry: Partial<JwtEntry> = {
  issuer: cognito.iss,
  audiences: [],
  clientIds: [cognitoClient],
  requiredClaims: { token_use: 'access' },
};

const firebase = {
  ...times,
  iss: 'https://securetoken.google.com/company-app',
  aud: 'company-app',
  auth_time: nowSeconds - 900,
  user_id: 'firebaseUser1',
  sub: 'firebaseUser1',
  email: 'alice@example.com',
  firebase: { identities: {}, sign_in_provider: 'password' },
};
const firebaseEntry: Partial<JwtEntry> = { issuer: firebase.iss, audiences: ['company-app'], kind: 'id' };

const entra2 = {
  ...times,
  iss: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
  aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
  azp: '11111111-2222-3333-4444-555555555555',
  azpacr: '0',
  oid: uuid,
  sub: 'differs-per-app',
  tid: '9188040d-6c67-4c5b-b112-36a304b66dad',
  ver: '2.0',
  scp: 'access_as_user',
};
const entra1 = {
  ...times,
  iss: 'https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/',
  aud: 'api://6e74172b',
  appid: entra2.azp,
  appidacr: '0',
  oid: uuid,
  sub: 'differs-per-app',
  tid: entra2.tid,
  ver: '1.0',
};
const entraEntry = (part: { iss: string; aud: string }): Partial<JwtEntry> => ({
  issuer: part.iss,
  audiences: [part.aud],
  clientIds: [entra2.azp],
  subject: 'oid',
  requiredClaims: { tid: entra2.tid },
});

const supabase = {
  ...times,
  iss: 'https://abcdefgh.supabase.co/auth/v1',
  aud: 'authenticated',
  sub: uuid,
  role: 'authenticated',
  aal: 'aal1',
  amr: [{ method: 'password', timestamp: nowSeconds - 10 }],
  session_id: 'sb-session',
  is_anonymous: false,
};
const supabaseEntry: Partial<JwtEntry> = {
  issuer: supabase.iss,
  audiences: ['authenticated'],
  algorithms: ['ES256', 'RS256'],
  requiredClaims: { role: 'authenticated', is_anonymous: false },
};

const clerk = {
  iat: nowSeconds - 10,
  nbf: nowSeconds - 20,
  exp: nowSeconds + 50,
  iss: 'https://clerk.example.com',
  azp: 'https://app.example.com',
  sub: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
  sid: 'sess_2NNEqL3nrIRdJ194ndJqAHwEfxC',
  v: 2,
};
const clerkEntry: Partial<JwtEntry> = { issuer: clerk.iss, audiences: [], clientIds: [clerk.azp] };

const genauth = {
  ...times,
  iss: 'https://company.genauth.ai/oidc',
  aud: '6543210fedcba9876543210f',
  sub: '63a1a2b3c4d5e6f708192a3b',
  scope: 'openid profile',
};
const genauthEntry: Partial<JwtEntry> = { issuer: genauth.iss, audiences: [genauth.aud] };

type Row = [what: string, claims: object, entry: Partial<JwtEntry>, verdict: string, header?: object, key?: TestKey];
const shapes: Row[] = [
  ['Keycloak, access', keycloak, keycloakEntry, 'accepted', jwt],
  ['Keycloak, ID', { ...keycloak, typ: 'ID', aud: 'company-ios', at_hash: 'x' }, keycloakEntry, 'wrong_type', jwt],
  ['Keycloak, refresh', { ...keycloak, typ: 'Refresh' }, keycloakEntry, 'wrong_type', jwt],
  ['Keycloak, offline', { ...keycloak, typ: 'Offline' }, { ...keycloakEntry, kind: 'id' }, 'wrong_type', jwt],
  ['Keycloak, access where ID is asked', keycloak, { ...keycloakEntry, kind: 'id' }, 'wrong_type', jwt],
  ['Keycloak, web page', { ...keycloak, azp: 'company-web' }, keycloakEntry, 'wrong_client', jwt],
  ['Keycloak, no audience mapper', { ...keycloak, aud: undefined }, keycloakEntry, 'wrong_audience', jwt],
  ['Keycloak, lightweight', { ...keycloak, sub: undefined }, keycloakEntry, 'no_subject', jwt],
  ['Keycloak, another realm', { ...keycloak, iss: `${keycloak.iss}2` }, keycloakEntry, 'unknown_issuer', jwt],
  ['Auth0, access', auth0, auth0Entry, 'accepted', jwt],
  ['Auth0, access by RFC 9068', auth0, { ...auth0Entry, types: ['at+jwt'] }, 'accepted', { typ: 'at+jwt' }],
  ['Auth0, access of the old kind', auth0, { ...auth0Entry, types: ['at+jwt'] }, 'wrong_type', jwt],
  ['Auth0, ID', { ...auth0, aud: 'Ay3RlkCiOs', nonce: 'n' }, auth0Entry, 'wrong_audience', jwt],
  ['Auth0, entry without slash', auth0, { ...auth0Entry, issuer: auth0.iss.slice(0, -1) }, 'unknown_issuer', jwt],
  ['Cognito, access', cognito, cognitoEntry, 'accepted'],
  ['Cognito, another client', { ...cognito, client_id: 'web' }, cognitoEntry, 'wrong_client'],
  ['Cognito, ID', cognitoId, cognitoEntry, 'wrong_type'],
  [
    'Cognito, ID where ID is asked',
    cognitoId,
    { issuer: cognito.iss, audiences: [cognitoClient], kind: 'id' },
    'accepted',
  ],
  [
    'Cognito, access where ID is asked',
    cognito,
    { issuer: cognito.iss, clientIds: [cognitoClient], audiences: [], kind: 'id' },
    'wrong_type',
  ],
  ['Firebase', firebase, firebaseEntry, 'accepted', jwt],
  ['Firebase, another project', { ...firebase, aud: 'b' }, firebaseEntry, 'wrong_audience', jwt],
  ['Firebase, web', firebase, { ...firebaseEntry, requiredClaims: { app: ['ios', 'android'] } }, 'required_claim', jwt],
  [
    'Firebase, phone',
    { ...firebase, app: 'ios' },
    { ...firebaseEntry, requiredClaims: { app: ['ios', 'android'] } },
    'accepted',
    jwt,
  ],
  ['Entra v2', entra2, entraEntry(entra2), 'accepted', jwt],
  ['Entra v1', entra1, entraEntry(entra1), 'accepted', jwt],
  ['Entra, another tenant', { ...entra2, tid: uuid }, entraEntry(entra2), 'required_claim', jwt],
  [
    'Entra, made for Graph',
    { ...entra2, aud: '00000003-0000-0000-c000-000000000000' },
    entraEntry(entra2),
    'bad_signature',
    { ...jwt, nonce: 'n' },
    others.rsa,
  ],
  ['Supabase, ES256', supabase, supabaseEntry, 'accepted', { ...jwt, alg: 'ES256' }, ec],
  ['Supabase, RS256', supabase, supabaseEntry, 'accepted', jwt],
  ['Supabase, anonymous', { ...supabase, is_anonymous: true }, supabaseEntry, 'required_claim', jwt],
  ['Supabase, service', { ...supabase, role: 'service_role' }, supabaseEntry, 'required_claim', jwt],
  ['Clerk', clerk, clerkEntry, 'accepted', { ...jwt, cat: 'cl_B7d4PD111AAA' }],
  ['Clerk, another page', { ...clerk, azp: 'https://evil.example' }, clerkEntry, 'wrong_client', jwt],
  ['GenAuth, access', genauth, genauthEntry, 'accepted', jwt],
  ['GenAuth, ID', { ...genauth, nonce: 'n', at_hash: 'x' }, genauthEntry, 'wrong_type', jwt],
];

describe('tokens as known issuers make them (2.3, 5.1)', () => {
  it.each(shapes)('%s', async (_, shape, entry, wanted, header = {}, key = rsa) => {
    expect(await verdict(signToken(shape, key, header as Record<string, unknown>), entry)).toBe(wanted);
  });

  it.each([
    ['Supabase, older', supabase, supabaseEntry],
    ['GenAuth', genauth, genauthEntry],
    ['Keycloak, refresh', { ...keycloak, typ: 'Refresh' }, keycloakEntry],
  ])('%s, signed with a shared secret', async (_, shape, entry) => {
    expect(await verdict(signHs256(shape, 'a shared secret'), entry)).toBe('wrong_algorithm');
  });

  it.each<[string, object, Partial<JwtEntry>, object]>([
    ['Keycloak', keycloak, keycloakEntry, { session: 'kc-session', clientId: 'company-ios', subject: uuid }],
    ['Cognito', cognito, cognitoEntry, { session: 'origin-1', clientId: cognitoClient }],
    ['Firebase', firebase, firebaseEntry, { session: null, authTime: firebase.auth_time * 1000, clientId: null }],
    ['Entra', entra2, entraEntry(entra2), { session: null, authTime: null, subject: uuid, clientId: entra2.azp }],
    ['Supabase', supabase, supabaseEntry, { session: 'sb-session', amr: [] }],
    ['Clerk', clerk, clerkEntry, { session: clerk.sid }],
  ])('of %s tell the login they belong to', async (_, shape, entry, facts) => {
    const answer = await openChecks([trusting(entry)]).check(signToken(shape, rsa), { qrcodeId: 'c' });
    expect(answer).toMatchObject({ refusal: null, checked: facts });
  });
});

function signHs256(payload: object, secret: string | Buffer): string {
  const parts = [{ alg: 'HS256', typ: 'JWT', kid: 'rsa' }, payload];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

describe('attacks (3)', () => {
  it('row 1: no signature, another algorithm, a public key as the secret', async () => {
    const [, payload] = signToken(goodClaims, rsa).split('.');
    const unsigned = (alg: string) => `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${payload}.`;
    for (const alg of ['none', 'None', 'NONE']) expect(await verdict(unsigned(alg))).toBe('wrong_algorithm');
    expect(await verdict(unsigned('RS256'))).not.toBe('accepted');
    const publicPem = Buffer.from(JSON.stringify(rsa.jwk));
    expect(await verdict(signHs256(goodClaims, publicPem))).toBe('wrong_algorithm');
    const algorithms = ['RS256', 'ES256'];
    expect(await verdict(signToken(goodClaims, ec, { alg: 'ES256', kid: 'rsa' }), { algorithms })).toBe('unknown_key');
    expect(await verdict(signToken(goodClaims, others.rsa as TestKey))).toBe('bad_signature');
  });

  it('row 2: a token for another API, or for none', async () => {
    expect(await verdict(signToken(claims({ aud: 'https://other.example.com' }), rsa))).toBe('wrong_audience');
    expect(await verdict(signToken(without('aud'), rsa))).toBe('wrong_audience');
    expect(await verdict(signToken(claims({ aud: [] }), rsa))).toBe('wrong_audience');
    expect(await verdict(signToken(claims({ aud: ['a', goodClaims.aud] }), rsa))).toBe('accepted');
    expect(await verdict(signToken(claims({ aud: `${goodClaims.aud}/` }), rsa))).toBe('wrong_audience');
    expect(await verdict(signToken(without('aud'), rsa), { audiences: [] })).toBe('wrong_audience');
    expect(await verdict(signToken(without('aud'), rsa), { audiences: [], anyAudience: true })).toBe('accepted');
    expect(await verdict(signToken(goodClaims, rsa), { clientIds: ['ios'] })).toBe('wrong_client');
    const decoy = claims({ azp: 'web', client_id: 'ios' });
    expect(await verdict(signToken(decoy, rsa), { clientIds: ['ios'] })).toBe('wrong_client');
    const list = claims({ azp: ['ios'], client_id: 'ios' });
    expect(await verdict(signToken(list, rsa), { clientIds: ['ios'] })).toBe('wrong_client');
  });

  it('row 3: iss chooses the entry and its keys; nothing else is tried', async () => {
    const ofB = trusting({ name: 'b', issuer: 'https://b.example.com', keys: [others.rsa?.jwk ?? {}] });
    const { check, verdict } = openChecks([trusting(), ofB]);
    expect(await verdict(signToken(goodClaims, others.rsa as TestKey))).toBe('bad_signature');
    expect(await verdict(signToken(claims({ iss: ofB.issuer }), rsa))).toBe('bad_signature');
    expect(await check(signToken(claims({ iss: ofB.issuer }), others.rsa as TestKey), { qrcodeId: 'c' })).toMatchObject(
      {
        entry: { name: 'b' },
      },
    );
    for (const iss of [null, 1, ['https://b.example.com'], 'https://B.example.com', 'https://b.example.com/']) {
      expect(await verdict(signToken(claims({ iss }), others.rsa as TestKey))).toBe('unknown_issuer');
    }
    // Our V2 login tokens name no issuer: they are judged elsewhere, as our other tokens are.
    for (const iss of [undefined, 'https://passbeam.example.com/oidc']) {
      expect(await verdict(signToken(claims({ iss }), others.rsa as TestKey))).toBe('not asked');
    }
  });

  it('row 3: of entries with one issuer, audience and client choose', async () => {
    const ios = trusting({ name: 'ios', clientIds: ['ios'] });
    const android = trusting({ name: 'android', clientIds: ['android'] });
    const partner = trusting({ name: 'partner', audiences: ['partner'] });
    const { check } = openChecks([ios, android, partner]);
    const named = async (part: object) => {
      const answer = await check(signToken(claims(part), rsa), { qrcodeId: 'c' });
      return answer.refusal === null ? answer.entry.name : `${answer.refusal.word} ${answer.refusal.entryName}`;
    };
    expect(await named({ azp: 'ios' })).toBe('ios');
    expect(await named({ azp: 'android' })).toBe('android');
    expect(await named({ aud: 'partner', azp: 'android' })).toBe('partner');
    expect(await named({ azp: 'web' })).toBe('wrong_client ios');
    expect(await named({ aud: 'nobody' })).toBe('wrong_audience ios');
  });

  it.each([
    ['at_hash', { at_hash: 'x' }, {}],
    ['c_hash', { c_hash: 'x' }, {}],
    ['events', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, {}],
    ['a logout token', {}, { typ: 'logout+jwt' }],
    ['a security event', {}, { typ: 'secevent+jwt' }],
    ['a proof of possession', {}, { typ: 'dpop+jwt' }],
  ])('row 4: %s shows that it is no access token', async (_, part, header) => {
    expect(await verdict(signToken(claims(part), rsa, header))).toBe('wrong_type');
  });

  it.each([
    ['at+jwt', ['at+jwt'], 'accepted'],
    ['application/at+jwt', ['at+jwt'], 'accepted'],
    ['AT+JWT', ['at+jwt'], 'accepted'],
    ['jwt', ['JWT', null], 'accepted'],
    [undefined, ['JWT', null], 'accepted'],
    [undefined, ['at+jwt'], 'wrong_type'],
    ['JWT', ['at+jwt'], 'wrong_type'],
    ['at+jwt', ['JWT', null], 'wrong_type'],
  ])('row 4: typ %s where %j is asked is %s', async (typ, types, wanted) => {
    expect(await verdict(signToken(goodClaims, rsa, { typ }), { types })).toBe(wanted);
  });

  it('row 4: a nonce is no mark, and an ID token is no at+jwt', async () => {
    expect(await verdict(signToken(claims({ nonce: 'n' }), rsa))).toBe('accepted');
    expect(await verdict(signToken(goodClaims, rsa, { typ: 'at+jwt' }), { kind: 'id' })).toBe('wrong_type');
  });

  it.each([[['qr']], ['qr'], [['pwd', 'qr']], [[...Array(9).fill('pwd'), 'qr']]])(
    'row 5: a login that came of a scan (amr %j) approves nothing',
    async (amr) => {
      expect(await verdict(signToken(claims({ amr }), rsa))).toBe('born_of_scan');
    },
  );

  it('row 7: keys and addresses in the header are ignored, and a kid is looked up and nothing else', async () => {
    const intruder = others.rsa as TestKey;
    const header = { jwk: intruder.jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/x', x5c: ['MII'] };
    const options = {
      resolve: async () => {
        throw new Error('asked for an address');
      },
    };
    const { verdict, logged } = openChecks([trusting()], options);
    expect(await verdict(signToken(goodClaims, intruder, header))).toBe('bad_signature');
    expect(await verdict(signToken(goodClaims, rsa, header))).toBe('accepted');
    for (const kid of ['../../etc/passwd', 'https://evil.example/key', "' or 1=1", '__proto__', 'k'.repeat(256)]) {
      expect(await verdict(signToken(goodClaims, rsa, { kid }))).toBe('unknown_key');
    }
    expect(await verdict(signToken(goodClaims, rsa, { kid: 'k'.repeat(257) }))).toBe('malformed');
    expect(await verdict(signToken(goodClaims, rsa, { crit: ['exp'], exp: 1 }))).toBe('malformed');
    expect(logged).toEqual([]);
  });

  it('row 12: a token that lives too long, and one bound to another code', async () => {
    const lasting = { iat: nowSeconds, exp: nowSeconds + 86_400 };
    expect(await verdict(signToken(claims(lasting), rsa))).toBe('accepted');
    expect(await verdict(signToken(claims({ ...lasting, exp: lasting.exp + 1 }), rsa))).toBe('too_long_lived');
    const endless = { ...without('iat'), exp: nowSeconds + 86_401 };
    expect(await verdict(signToken(endless, rsa))).toBe('too_long_lived');
    expect(await verdict(signToken(claims({ qrcode_id: 'code-1' }), rsa), { bindsCode: true })).toBe('accepted');
    expect(await verdict(signToken(claims({ qrcode_id: 'code-2' }), rsa), { bindsCode: true })).toBe('wrong_code');
    expect(await verdict(signToken(goodClaims, rsa), { bindsCode: true })).toBe('wrong_code');
  });

  it.each([
    ['exp 29 s ago', { exp: nowSeconds - 29 }, 'accepted'],
    ['exp 30 s ago', { exp: nowSeconds - 30 }, 'expired'],
    ['nbf 30 s ahead', { nbf: nowSeconds + 30 }, 'accepted'],
    ['nbf 31 s ahead', { nbf: nowSeconds + 31 }, 'not_yet_valid'],
    ['iat 30 s ahead', { iat: nowSeconds + 30 }, 'accepted'],
    ['iat 31 s ahead', { iat: nowSeconds + 31 }, 'not_yet_valid'],
    ['no exp', { exp: undefined }, 'required_claim'],
    ['exp as a text', { exp: String(nowSeconds + 60) }, 'required_claim'],
    ['exp null', { exp: null }, 'required_claim'],
    ['nbf as a text', { nbf: '0' }, 'required_claim'],
    ['iat as a text', { iat: '0' }, 'required_claim'],
    ['no iat', { iat: undefined }, 'accepted'],
  ])('row 13: %s', async (_, part, wanted) => {
    expect(await verdict(signToken(claims(part), rsa))).toBe(wanted);
  });

  it('row 13: no tolerance means none', async () => {
    const part = { clockToleranceSeconds: 0 };
    expect(await verdict(signToken(claims({ exp: nowSeconds }), rsa), part)).toBe('expired');
    expect(await verdict(signToken(claims({ exp: nowSeconds + 1 }), rsa), part)).toBe('accepted');
    expect(await verdict(signToken(claims({ nbf: nowSeconds + 1 }), rsa), part)).toBe('not_yet_valid');
  });

  it.each([[42], [''], [null], [undefined], [['a']], [{ a: 1 }], [true], ['a\nb'], ['a\u0085'], ['x'.repeat(256)]])(
    'row 14: the subject %j is nobody',
    async (sub) => {
      expect(await verdict(signToken(claims({ sub }), rsa))).toBe('no_subject');
    },
  );

  it('row 14: a subject is handed on as it is, byte by byte', async () => {
    const { check } = openChecks([trusting()]);
    const text = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }).filter((sub) => !/\p{Cc}/u.test(sub));
    const subjects = fc.oneof(text, fc.constantFrom('A', 'a', '42', 'é', 'e\u0301', 'a\u200b', ' a', 'x'.repeat(255)));
    await fc.assert(
      fc.asyncProperty(subjects, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), async (sub, extra) => {
        const answer = await check(signToken({ ...extra, ...goodClaims, sub }, rsa), { qrcodeId: 'c' });
        if (answer.refusal === null) expect(answer.checked).toMatchObject({ subject: sub, issuer: goodClaims.iss });
        else expect(answer.refusal.word).not.toBe('no_subject');
      }),
      { numRuns: 100 },
    );
  });

  it('row 15: a claim given twice is refused although the signature is good', async () => {
    const payload = JSON.stringify(goodClaims).replace('{', '{"sub":"victim",');
    expect(await verdict(signTexts('{"alg":"RS256","kid":"rsa"}', payload, rsa))).toBe('malformed');
  });

  it('1.7: an encrypted token, and one bound to a key', async () => {
    expect(await verdict('a.b.c.d.e')).toBe('encrypted');
    expect(await verdict(signToken(claims({ cnf: { jkt: 'x' } }), rsa))).toBe('bound_to_key');
  });
});

describe('required claims (1.2)', () => {
  it.each<[JwtEntry['requiredClaims'], object, boolean]>([
    [{ app: 'ios' }, { app: 'ios' }, true],
    [{ app: 'ios' }, { app: 'IOS' }, false],
    [{ app: 'ios' }, {}, false],
    [{ app: ['ios', 'android'] }, { app: 'android' }, true],
    [{ app: ['ios', 'android'] }, { app: 'web' }, false],
    [{ roles: 'scanner' }, { roles: ['user', 'scanner'] }, true],
    [{ roles: 'scanner' }, { roles: ['scanners'] }, false],
    [{ level: 2 }, { level: 2 }, true],
    [{ level: 2 }, { level: '2' }, false],
    [{ verified: true }, { verified: true }, true],
    [{ verified: true }, { verified: false }, false],
    [{ verified: true }, { verified: 'yes' }, true],
    [{ org: true }, { org: '' }, false],
    [{ org: true }, { org: null }, false],
    [{ org: true }, { org: [] }, false],
    [{ org: true }, { org: {} }, false],
    [{ org: true }, { org: 0 }, true],
    [{ anonymous: false }, { anonymous: false }, true],
    [{ anonymous: false }, {}, false],
    [{ 'https://example.com/app': 'ios' }, { 'https://example.com/app': 'ios' }, true],
    [{ toString: true }, {}, false],
    [{ a: 'x', b: 'y' }, { a: 'x' }, false],
  ])('%j against %j', async (requiredClaims, part, isGood) => {
    expect(await verdict(signToken(claims(part), rsa), { requiredClaims })).toBe(
      isGood ? 'accepted' : 'required_claim',
    );
  });
});

describe('what a refusal tells (1.8)', () => {
  const refusal = async (token: string, part: Partial<JwtEntry> = {}) =>
    (await openChecks([trusting(part)]).check(token, { qrcodeId: 'c' })).refusal;

  it('names claim and expectation when the signature held, never a value of the person', async () => {
    expect(await refusal(signToken(claims({ aud: 'secret-project', email: 'alice@example.com' }), rsa))).toEqual({
      word: 'wrong_audience',
      entryName: 'company',
      isSigned: true,
      claim: 'aud',
      expected: 'https://login.example.com',
      issuer: 'https://auth.example.com',
    });
    expect(await refusal(signToken(goodClaims, rsa), { requiredClaims: { app: ['ios', 'android'] } })).toMatchObject({
      claim: 'app',
      expected: 'ios or android',
      isSigned: true,
    });
  });

  it('calls nothing signed whose signature did not hold', async () => {
    const forged = claims({ aud: 'x', exp: 1, sub: 42 });
    expect(await refusal(signToken(forged, others.rsa as TestKey))).toMatchObject({
      word: 'bad_signature',
      isSigned: false,
    });
    expect(await refusal(signToken(forged, rsa, { kid: 'x' }))).toMatchObject({ word: 'unknown_key', isSigned: false });
  });

  it('cuts an issuer that nobody knows', async () => {
    const told = await refusal(signToken(claims({ iss: 'x'.repeat(500) }), rsa));
    expect(told).toMatchObject({ word: 'unknown_issuer', issuer: 'x'.repeat(128), entryName: null });
  });

  it('holds no part of the token', async () => {
    const token = signToken(claims({ marker: 'm4rk3r', aud: 'x' }), rsa);
    const told = JSON.stringify([await refusal(token), await refusal(`${token}x`), await refusal(`x${token}`)]);
    for (const part of ['m4rk3r', 'person-1', ...token.split('.')]) expect(told).not.toContain(part);
  });
});
