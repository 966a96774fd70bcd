import { constants, publicEncrypt } from 'node:crypto';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';
import { newEvent } from '../core/audit/event.ts';
import { after } from '../core/authorization/interaction.ts';
import type { UserImport } from '../core/management/imports/import.ts';
import { newReader } from '../core/management/imports/records.ts';
import { callSigned } from '../http/routes/management/signed-call.fixture.ts';
import { aLink, aLogin, anAccount } from '../stores/conformance/administrators.ts';
import {
  aLoginSession,
  anAuthorizationCode,
  anInteraction,
  anSsoLogin,
  aRoom,
} from '../stores/conformance/builders.ts';
import { anImport } from '../stores/conformance/user-imports.ts';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';

export type Served = Pick<TestPassbeam, 'app' | 'clock' | 'pool' | 'v3'>;

export const siteSecret = 'site-secret-that-is-long-enough-to-be-one';
export const rotatedSecret = 'rotated-secret-that-is-long-enough-to-be-one';

/**
 * The tokens, keys and passwords that people, applications and administrators hold from before the move, and the answers
 * they got.
 */
export type Held = Awaited<ReturnType<typeof liveOnSqlite>>;

/** Runs a server on a file until every table has a row, and stops it. */
export async function liveOnSqlite(dataDir: string) {
  const passbeam = await openTestPassbeam(
    { RATE_LIMITS: 'off', DATA_DIR: dataDir },
    { databasePath: join(dataDir, 'passbeam.db') },
  );
  const { v3, directory, stores, secrets, clock, pool, alice } = passbeam;
  await passbeam.addUser({ username: 'bob', nickname: '鲍勃 😀' });
  await passbeam.setStrategy({ qrcodeExpiresIn: 90 });
  const level = { targetType: 'USER', key: 'level', label: 'Level', dataType: 'NUMBER' };
  await manage(passbeam, 'set-custom-fields', { list: [level] });
  await administer(passbeam);
  await importPeople(passbeam);
  const { userId } = await manage(passbeam, 'create-user', { username: 'gone' });
  await manage(passbeam, 'delete-users-batch', { userIds: [userId] });
  await endToldLogin(passbeam);
  const [accessKey] = await manage(passbeam, 'create-access-key', { type: 'userpool' });

  const [kept, revoked] = [await signInForTokens(passbeam), await signInForTokens(passbeam)];
  const machine = await post(passbeam, '/oidc/token', { grant_type: 'client_credentials', ...site(siteSecret) });
  for (const { access_token: token } of [revoked, machine]) {
    await post(passbeam, '/oidc/token/revocation', { token, ...site(siteSecret) });
  }
  const tv = await passbeam.addApplication({ id: 'tv', tokenEndpointAuthMethod: 'none', signsInDevices: true });
  await post(passbeam, '/oidc/device/auth', { client_id: tv.id });
  const usedTicket = await scanToLogin(passbeam, siteSecret);
  await v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
  await directory.putApplication({ ...passbeam.site, secret: rotatedSecret });
  await passwordSignIn(passbeam, 'bob', 'wrong');
  const sentAt = clock.now();
  await stores.uses.remember('used', { by: 'caller', at: sentAt });
  await stores.identities.bind(
    {
      ...{ userPoolId: pool.id, issuer: 'https://auth.example.com', subject: 'alice', userId: alice.id },
      ...{ entryName: 'company', firstSeenAt: sentAt, lastSeenAt: sentAt, claimsIssuedAt: null },
    },
    newEvent(secrets, 'user.linked', null),
  );
  await stores.passcodes.put({ slotHash: 'slot', passcodeHash: 'code', sentAt, expiresAt: sentAt + 300_000 }, 0);
  const interaction = anInteraction();
  await stores.interactions.insert(interaction);
  const consent = { userId: alice.id, applicationId: 'site', scope: 'openid', givenAt: sentAt };
  const next = after(interaction, { consentedScope: 'openid' });
  await stores.interactions.replace(next, { consent, code: anAuthorizationCode() });
  const flow = { idHash: next.idHash, version: next.version + 1, state: JSON.stringify(next.state) };
  await stores.ssoLogins.open({ login: anSsoLogin({ userId: alice.id }), endsId: null, flow }, []);
  // A NUL, which PostgreSQL's text cannot hold.
  await stores.audit.append(newEvent(secrets, 'qr.created', { ip: null, userAgent: 'a\0b', requestId: null }));

  const { rsa, sm2: ofSm2 } = (await v3('GET', 'system')).body;
  const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING };
  const answers = await answersOf(passbeam);
  await passbeam.close();
  return {
    accessToken: kept.access_token as string,
    revokedToken: revoked.access_token as string,
    refreshToken: kept.refresh_token as string,
    usedTicket,
    encryptedPasswords: {
      rsa: publicEncrypt(key, Buffer.from(testPassword)).toString('base64'),
      sm2: sm2.doEncrypt(testPassword, ofSm2.publicKey),
    },
    aliceId: alice.id,
    accessKey: { id: accessKey.accessKeyId as string, secret: accessKey.accessKeySecret as string },
    pool,
    answers,
  };
}

/** The server's answers to what strangers and administrators may ask. */
export async function answersOf(served: Served): Promise<Record<string, unknown>> {
  const { rsa, sm2: ofSm2 } = (await served.v3('GET', 'system')).body;
  const answers: Record<string, unknown> = {
    keys: (await served.app.inject('/oidc/.well-known/jwks.json')).json(),
    'keys of passwords': [rsa, ofSm2],
  };
  const lists = ['list-users', 'list-applications', 'get-security-settings', 'list-access-key', 'get-admin-audit-logs'];
  for (const path of lists) {
    const isPost = path.endsWith('logs');
    answers[path] = (await callSigned(served, isPost ? 'POST' : 'GET', path)).body.data;
  }
  const query = { targetType: 'USER' };
  answers['get-custom-fields'] = (await callSigned(served, 'GET', 'get-custom-fields', { query })).body.data;
  answers['get-user-action-logs'] = (await callSigned(served, 'POST', 'get-user-action-logs')).body.data;
  return answers;
}

export const passwordSignIn = (served: Served, username: string, password: string, options?: object) =>
  served.v3('POST', 'signin', {
    app: 'phone',
    body: { connection: 'PASSWORD', passwordPayload: { username, password }, ...(options && { options }) },
  });

export const site = (secret: string) => ({ client_id: 'site', client_secret: secret });

export async function post(served: Served, url: string, fields: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (
    await served.app.inject({ method: 'POST', url, headers, payload: String(new URLSearchParams(fields)) })
  ).json();
}

const signInForTokens = (served: Served) =>
  post(served, '/oidc/token', {
    grant_type: 'password',
    username: 'alice',
    password: testPassword,
    scope: 'openid profile offline_access',
    ...site(siteSecret),
  });

export const exchange = (served: Served, ticket: string, secret: string) =>
  served.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ticket, ...site(secret) } });

/** Logs in by a scan; returns the ticket, which is used up. */
export async function scanToLogin(served: Served, secret: string): Promise<string> {
  const { v3 } = served;
  const { access_token: token } = (await passwordSignIn(served, 'alice', testPassword)).body.data;
  const code = await v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
  const { qrcodeId } = code.body.data;
  for (const action of ['SCAN', 'CONFIRM']) {
    await v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
  }
  const headers = { cookie: String(code.headers['set-cookie']).split(';')[0] ?? '' };
  const { ticket } = (await v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers })).body.data;
  const exchanged = await exchange(served, ticket, secret);
  if (exchanged.body.statusCode !== 200) throw new Error(`no login: ${exchanged.text}`);
  return ticket;
}

async function manage(served: Served, path: string, body: Record<string, unknown>) {
  const reply = await callSigned(served, 'POST', path, { body });
  if (reply.body.statusCode !== 200) throw new Error(`${path} was refused: ${reply.text}`);
  return reply.body.data;
}

/** An import of people that is paused after its first row. */
async function importPeople({ stores, secrets, clock }: TestPassbeam): Promise<void> {
  const { imports, leases } = stores;
  // So that the node itself leaves the rows alone.
  await leases.take({ name: 'import:pool1', holder: 'a node', ms: 60_000 }, clock.now());
  const event = () => newEvent(secrets, 'admin.user_import_begun', null, { userPoolId: 'pool1' });
  const made = anImport({ userPoolId: 'pool1', touchedAt: clock.now() });
  await imports.insert(made, newReader, event());
  const from: UserImport = { ...made, state: 'running', parts: 1, rows: 2, batches: 1 };
  const rows = ['Ann', 'Bob'].map((name, index) => ({ row: index + 1, line: index + 2, values: { username: name } }));
  await imports.stage(from, newReader, [rows], event());
  const refusal = { row: 1, line: 2, field: 'username', code: 'user_exists', reason: null } as const;
  const next = { ...from, offset: 1, refused: 1 };
  await imports.settle({ from, next, people: [], refusals: [refusal], seen: [{ key: 'a key', line: 2 }], end: null });
  const paused = { ...next, state: 'paused' as const, touchedAt: clock.now() };
  if (!(await imports.move(paused, ['running'], event()))) throw new Error('the import was not paused');
}

/** A login that ended, of which its application is still to be told. */
async function endToldLogin({ addApplication, stores, secrets, clock, alice }: TestPassbeam): Promise<void> {
  const told = await addApplication({ id: 'told', backchannelLogoutUri: 'https://told.example/logged-out' });
  const facts = { userPoolId: told.userPoolId, applicationId: told.id, userId: alice.id };
  const login = aLoginSession({ ...facts, expiresAt: clock.now() + 60_000 });
  await stores.loginSessions.insert(login, newEvent(secrets, 'session.created', null, facts), aRoom());
  await stores.loginSessions.revoke(login.id, clock.now(), newEvent(secrets, 'session.revoked', null, facts));
}

/** Scans that were counted, a file that was applied, and an administrator who signed in at the console. */
async function administer({ stores, secrets, clock }: TestPassbeam): Promise<void> {
  const lease = { name: 'statistics', holder: 'a node', ms: 60_000 };
  await stores.leases.take(lease, clock.now());
  const count = { userPoolId: 'pool1', applicationId: 'site', at: 60_000, what: 'created', n: 3 };
  const place = await stores.statistics.place();
  await stores.statistics.add([count], place?.seq ?? null, place ?? { seq: 1, at: 60_000 }, lease);
  await stores.appliedFiles.add({ digest: 'digest', node: 'a node' });
  await stores.refusedOriginStore.add('pool1', [{ origin: 'https://forgotten.example', n: 1, lastAt: 1 }]);
  const account = anAccount({ totpSecret: 'JBSWY3DP', pendingTotpSecret: 'KRSXG5A' });
  await stores.administrators.write(account, { census: await stores.administrators.census() }, null);
  await stores.administrators.putSetUpLink(aLink(), newEvent(secrets, 'administrator.changed', null));
  await stores.consoleLogins.insert(aLogin(account.id, { expiresAt: clock.now() + 60_000 }), null);
}
