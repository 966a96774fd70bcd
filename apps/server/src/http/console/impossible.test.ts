import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newEvent } from '../../core/audit/event.ts';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { createConsoleBrowser, join, setUpOwner } from './browser.fixture.ts';

/** What must be impossible for whoever is no owner at the console, each named after what is right instead. */
let passbeam: TestPassbeam;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
let viewer: Awaited<ReturnType<typeof join>>;
let operator: Awaited<ReturnType<typeof join>>;
let localOwner: Awaited<ReturnType<typeof join>>;

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  owner = await setUpOwner(passbeam);
  viewer = await join(passbeam, owner.browser, 'vera', [{ userPoolId: 'pool1', role: 'viewer' }]);
  operator = await join(passbeam, owner.browser, 'otto', [{ userPoolId: 'pool1', role: 'operator' }]);
  localOwner = await join(passbeam, owner.browser, 'lola', [{ userPoolId: 'pool1', role: 'owner' }]);
});
afterAll(() => passbeam?.close());

async function prove(who: { browser: ReturnType<typeof createConsoleBrowser>; password: string; secret: string }) {
  passbeam.pass(30);
  const { data } = await who.browser.call('fresh-proof', {
    password: who.password,
    totp: who.browser.codeOf(who.secret),
  });
  expect(data.step).toBe('done');
}
const refused = { statusCode: 403, apiCode: 1001 };
const all = [{ userPoolId: '*', role: 'owner' }];

describe('administrators', () => {
  it.each(['invite-administrator', 'update-administrator', 'remove-administrator', 'renew-administrator-link'])(
    'are out of reach of keys and of the secret of a pool: %s',
    async (name) => {
      const key = (await callSigned(passbeam, 'POST', 'create-access-key', { body: {} })).body.data[0];
      const body = { administratorId: viewer.id, name: 'x', signInName: 'xx', grants: all };
      for (const signing of [passbeam.pool, { id: key.accessKeyId, secret: key.accessKeySecret }]) {
        expect((await callSigned(passbeam, 'POST', name, { key: signing, body })).body).toMatchObject(refused);
      }
      expect((await passbeam.v3('POST', name, { body })).body).toMatchObject({ statusCode: 401 });
    },
  );

  it('are not people of a pool: nobody signs in as one elsewhere', async () => {
    const body = { connection: 'PASSWORD', passwordPayload: { username: 'ada', password: owner.password } };
    expect((await passbeam.v3('POST', 'signin', { body })).body.statusCode).not.toBe(200);
  });

  it.each([
    ['a viewer', () => viewer],
    ['an operator', () => operator],
  ])('are managed by owners, not by %s', async (_name, who) => {
    await prove(who());
    const { browser } = who();
    expect(await browser.manage('list-administrators')).toMatchObject(refused);
    const raise = { administratorId: who().id, grants: all };
    expect(await browser.manage('update-administrator', raise)).toMatchObject(refused);
    const invited = { name: 'x', signInName: 'helper', grants: [{ userPoolId: 'pool1', role: 'viewer' }] };
    expect(await browser.manage('invite-administrator', invited)).toMatchObject(refused);
    expect(await browser.manage('list-administrator-sessions', undefined, 'pool1')).toMatchObject({ statusCode: 400 });
  });

  it('are managed by the owner of a pool within that pool alone', async () => {
    await prove(localOwner);
    const { browser } = localOwner;
    const { list } = (await browser.manage('list-administrators')).data;
    expect(list.map(({ signInName }: { signInName: string }) => signInName).sort()).toEqual(['lola', 'otto', 'vera']);
    const me = (await owner.browser.call('me')).data.administrator.administratorId;
    expect(await browser.manage('remove-administrator', { administratorId: me })).toMatchObject(refused);
    for (const grants of [all, [{ userPoolId: 'pool2', role: 'viewer' }]]) {
      expect(await browser.manage('update-administrator', { administratorId: viewer.id, grants })).toMatchObject(
        refused,
      );
      expect(await browser.manage('invite-administrator', { name: 'x', signInName: 'helper', grants })).toMatchObject(
        refused,
      );
    }
    const raised = { administratorId: localOwner.id, grants: all };
    expect(await browser.manage('update-administrator', raised)).toMatchObject(refused);
  });

  it('keep the last owner of everything: not removed, not demoted, not suspended', async () => {
    await prove(owner);
    const { administratorId } = (await owner.browser.call('me')).data.administrator;
    const last = { statusCode: 409, apiCode: 1353 };
    expect(await owner.browser.manage('remove-administrator', { administratorId })).toMatchObject(last);
    const second = await join(passbeam, owner.browser, 'second', all);
    await prove(second);
    const demote = { administratorId, grants: [{ userPoolId: '*', role: 'viewer' }] };
    const demoteBack = { administratorId: second.id, grants: [{ userPoolId: '*', role: 'viewer' }] };
    const [one, other] = await Promise.all([
      second.browser.manage('update-administrator', demote),
      owner.browser.manage('update-administrator', demoteBack),
    ]);
    const codes = [one.statusCode, other.statusCode].sort();
    expect(codes[0]).toBe(200);
    expect(codes[1]).not.toBe(200);
    const [stays, left] = one.statusCode === 200 ? [second, owner] : [owner, second];
    const staying = (await stays.browser.call('me')).data.administrator;
    expect(staying.grants).toEqual(all);
    expect((await left.browser.call('me')).statusCode).toBe(401);
    const suspend = { administratorId: staying.administratorId, state: 'suspended' };
    expect((await stays.browser.manage('update-administrator', suspend)).statusCode).not.toBe(200);
    const back = { administratorId: stays === second ? administratorId : second.id, grants: all };
    expect((await stays.browser.manage('update-administrator', back)).statusCode).toBe(200);
    if (stays === second) Object.assign(owner, second);
  });

  it('lose their console logins with another role, and at once', async () => {
    const guest = await join(passbeam, owner.browser, 'guest', [{ userPoolId: 'pool1', role: 'operator' }]);
    await prove(owner);
    expect((await guest.browser.manage('list-applications')).statusCode).toBe(200);
    const grants = [{ userPoolId: 'pool1', role: 'viewer' }];
    await owner.browser.manage('update-administrator', { administratorId: guest.id, grants });
    expect((await guest.browser.manage('list-applications')).statusCode).toBe(401);
  });

  it('are not changed over what somebody else has changed meanwhile', async () => {
    await prove(owner);
    const stale = { administratorId: viewer.id, name: 'Vera', ifVersion: 1 };
    expect(await owner.browser.manage('update-administrator', stale)).toMatchObject({ statusCode: 409, apiCode: 1354 });
  });

  it('accept an invitation once, within a day', async () => {
    await prove(owner);
    const grants = [{ userPoolId: 'pool1', role: 'viewer' }];
    const { data } = await owner.browser.manage('invite-administrator', { name: 'Late', signInName: 'late', grants });
    const accept = { token: data.link.split('#')[1], password: 'a lighthouse in the fog' };
    const browser = createConsoleBrowser(passbeam);
    expect((await browser.call('accept', accept)).data.step).toBe('enrol');
    expect(await browser.call('accept', accept)).toMatchObject({ apiCode: 1351 });
    const again = await owner.browser.manage('renew-administrator-link', {
      administratorId: data.administrator.administratorId,
    });
    passbeam.pass(86_400);
    const late = { ...accept, token: again.data.link.split('#')[1] };
    expect(await browser.call('accept', late)).toMatchObject({ apiCode: 1351 });
    owner = Object.assign(owner, await signInAnew(owner));
    for (const one of [viewer, operator, localOwner]) Object.assign(one, await signInAnew(one));
  });
});

async function signInAnew<
  T extends { browser: ReturnType<typeof createConsoleBrowser>; password: string; secret: string },
>(who: T) {
  const name = (await nameOf(who)) ?? 'ada';
  passbeam.pass(30);
  const browser = createConsoleBrowser(passbeam);
  const totp = browser.codeOf(who.secret);
  await browser.call('sign-in', { signInName: name, password: who.password, totp });
  return { ...who, browser };
}
const nameOf = async (who: object) =>
  who === viewer
    ? 'vera'
    : who === operator
      ? 'otto'
      : who === localOwner
        ? 'lola'
        : (owner as { id?: string }).id
          ? 'second'
          : 'ada';

describe('a console call', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['another origin', { origin: 'https://www.example.com' }],
    ['an origin that CORS allows', { origin: 'https://site.example.com' }],
    ['a neighbour on the same site', { 'sec-fetch-site': 'same-site', origin: undefined }],
    ['a page that browsers call foreign', { 'sec-fetch-site': 'cross-site' }],
    ['nobody knows where', { origin: undefined, 'sec-fetch-site': undefined }],
    ['a form, which cannot mark itself', { 'x-console': undefined }],
    ['the address bar', { 'sec-fetch-site': 'none', origin: undefined, 'x-console': undefined }],
  ])('is nobody from %s', async (_name, headers) => {
    expect((await owner.browser.call('me', {}, headers)).statusCode).toBe(401);
    expect((await owner.browser.manage('list-applications', undefined, 'pool1', headers)).statusCode).toBe(401);
    expect((await owner.browser.manage('list-administrators', undefined, 'pool1', headers)).statusCode).toBe(401);
  });

  it('is no form post', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await owner.browser.send('POST', '/console/api/sign-out', {}, form);
    expect(reply.http).toBe(415);
    expect((await owner.browser.call('me')).statusCode).toBe(200);
  });

  it('never gets a reply that CORS opens to another origin with credentials', async () => {
    const headers = { 'x-console': '1', origin: 'https://www.example.com', 'content-type': 'application/json' };
    const reply = await passbeam.app.inject({ method: 'POST', url: '/console/api/me', headers, payload: '{}' });
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('is who a key says, when a key signs it: the cookie beside it counts for nothing', async () => {
    const asked = { name: 'x', signInName: 'xx', grants: all };
    const cookie = { authorization: 'not a token', 'x-console': '1' };
    expect(await owner.browser.manage('invite-administrator', asked, 'pool1', cookie)).toMatchObject(refused);
    expect((await owner.browser.manage('list-applications', undefined, 'pool1', cookie)).statusCode).toBe(401);
  });

  it.each([
    ['an access token of a person', () => passbeam.signIn()],
    [
      'a management token',
      async () => {
        const { id: accessKeyId, secret: accessKeySecret } = passbeam.pool;
        return (await passbeam.v3('POST', 'get-management-token', { body: { accessKeyId, accessKeySecret } })).body.data
          .access_token;
      },
    ],
  ])('is nobody by %s, as cookie or as token', async (_name, token) => {
    const browser = createConsoleBrowser(passbeam);
    browser.setCookie(`console=${await token()}`);
    expect((await browser.call('me')).statusCode).toBe(401);
    const headers = { authorization: `Bearer ${await token()}` };
    expect((await browser.call('me', {}, headers)).statusCode).toBe(401);
  });

  it('is no token elsewhere: a cookie of the console opens no call of people', async () => {
    const token = owner.browser.cookie()?.split('=')[1] ?? '';
    expect((await passbeam.v3('GET', 'get-profile', { token })).body.statusCode).toBe(401);
    expect((await passbeam.v3('GET', 'list-applications', { app: null, token })).body.statusCode).toBe(401);
  });

  it('acts on a pool that it names and has a role in, whatever the address says', async () => {
    expect(await viewer.browser.manage('list-applications', undefined, 'pool2')).toMatchObject(refused);
    expect(await viewer.browser.manage('list-applications', undefined, 'nowhere')).toMatchObject(refused);
    const unnamed = await viewer.browser.send('GET', '/api/v3/list-applications');
    expect(unnamed.body).toMatchObject({ statusCode: 400 });
  });

  it('changes nothing and shows no secret to a viewer', async () => {
    for (const [name, body] of [
      ['create-user', { username: 'mallory' }],
      ['update-application', { appId: 'site', appName: 'Mine' }],
      ['update-security-settings', { registerDisabled: true }],
      ['create-access-key', {}],
      ['get-application-secret?appId=site', undefined],
    ] as const) {
      expect(await viewer.browser.manage(name, body)).toMatchObject(refused);
    }
  });

  it('wants a fresh proof for what can do the most harm, and none for the rest', async () => {
    passbeam.pass(5 * 60);
    expect(await owner.browser.manage('get-application-secret?appId=site')).toMatchObject({
      statusCode: 401,
      apiCode: 1350,
      data: { maxAge: 300 },
    });
    expect((await owner.browser.manage('list-applications')).statusCode).toBe(200);
    const on = { qrcodeLoginStrategy: { allowExchangeUserInfoFromBrowser: true } };
    expect(await owner.browser.manage('update-security-settings', on)).toMatchObject({ apiCode: 1350 });
    await prove(owner);
    expect((await owner.browser.manage('get-application-secret?appId=site')).statusCode).toBe(200);
    expect((await owner.browser.manage('update-security-settings', on)).statusCode).toBe(200);
  });

  it('leaves an event that names the administrator, the login and the address, with every write', async () => {
    const { data } = await operator.browser.manage('create-user', { username: 'nora' });
    expect(data.username).toBe('nora');
    const [event] = await passbeam.stores.audit.list({ type: 'admin.user_created', limit: 1 });
    const { administrator, login } = (await operator.browser.call('me')).data;
    expect(event).toMatchObject({ userId: data.userId, ip: '127.0.0.1' });
    expect(event?.detail).toMatchObject({
      administratorId: administrator.administratorId,
      administratorName: 'otto',
      consoleLoginId: login.loginId,
    });
  });

  it('writes no token, cookie or code into the audit log', async () => {
    const kept = JSON.stringify(await passbeam.stores.audit.list({ limit: 1000 }));
    for (const secret of [
      owner.secret,
      owner.recoveryCodes[0],
      owner.password,
      owner.browser.cookie()?.split('=')[1],
    ]) {
      expect(kept).not.toContain(secret);
    }
  });
});

describe('the linked person', () => {
  async function scan(action: 'SCAN' | 'CONFIRM', qrcodeId: string, token: string) {
    return (await passbeam.v3('POST', 'change-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } }))
      .body;
  }
  async function linked() {
    await prove(owner);
    const token = await passbeam.signIn('alice', passbeam.phoneApp);
    const { code } = (await owner.browser.call('link-person', { userPoolId: 'pool1' })).data;
    expect(code).toMatchObject({ status: 'PENDING', url: expect.stringContaining('/qr/') });
    await scan('SCAN', code.qrcodeId, token);
    expect((await owner.browser.call('link-status')).data.code).toMatchObject({ status: 'SCANNED' });
    await scan('CONFIRM', code.qrcodeId, token);
    expect((await owner.browser.call('link-status')).data.code.status).toBe('AUTHORIZED');
    return token;
  }
  const signInName = async () => (await owner.browser.call('me')).data.administrator.signInName;
  async function scanIn(token: string) {
    const browser = createConsoleBrowser(passbeam);
    const begun = await browser.call('sign-in', { signInName: await signInName(), password: owner.password });
    const { code } = (await browser.call('scan')).data;
    await scan('SCAN', code.qrcodeId, token);
    await scan('CONFIRM', code.qrcodeId, token);
    return { browser, begun, qrcodeId: code.qrcodeId as string };
  }

  it('proves the second factor by a scan, after the password', async () => {
    const token = await linked();
    const { browser, begun } = await scanIn(token);
    expect(begun.data.ways).toContain('scan');
    expect((await browser.call('scan-status')).data.step).toBe('done');
    expect((await browser.manage('list-applications')).statusCode).toBe(200);
  });

  it('alone gives no login: whoever has no password has no code to show', async () => {
    expect((await createConsoleBrowser(passbeam).call('scan')).statusCode).toBe(401);
  });

  it('is asked by a code that no call follows or exchanges', async () => {
    const token = await linked();
    const { qrcodeId } = await scanIn(token);
    const poll = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
    expect(poll.body.data).toMatchObject({ status: 'EXPIRED' });
    expect(poll.text).not.toContain('ticket');
    for (const app of ['passbeam-console:pool1', 'site']) {
      const gene = await passbeam.v3('POST', 'gene-qrcode', { app, body: { type: 'MOBILE_APP' } });
      expect(gene.body.statusCode).toBe(app === 'site' ? 200 : 404);
    }
    const listed = (await callSigned(passbeam, 'GET', 'list-applications')).body.data.list;
    expect(JSON.stringify(listed)).not.toContain('passbeam-console');
  });

  it('proves nothing when somebody else of the pool scans', async () => {
    await linked();
    await passbeam.addUser({ username: 'eve' });
    const { browser } = await scanIn(await passbeam.signIn('eve', passbeam.phoneApp));
    expect(await browser.call('scan-status')).toMatchObject(refused);
    expect((await browser.call('me')).data.step).toBe('secondFactor');
  });

  it.each([
    ['another change of the account was first', () => Promise.resolve('stale' as const)],
    ['the store does not answer', () => Promise.reject(new Error('away'))],
  ])('is linked at the next look when %s, and nobody is signed out', async (_, write) => {
    await prove(owner);
    await owner.browser.call('unlink-person');
    const token = await passbeam.signIn('alice', passbeam.phoneApp);
    const { code } = (await owner.browser.call('link-person', { userPoolId: 'pool1' })).data;
    await scan('SCAN', code.qrcodeId, token);
    await scan('CONFIRM', code.qrcodeId, token);
    vi.spyOn(passbeam.stores.administrators, 'write').mockImplementationOnce(write);
    expect((await owner.browser.call('link-status')).statusCode).not.toBe(200);
    expect((await owner.browser.call('me')).data.secondFactor.linkedPerson).toBeNull();
    const cookie = owner.browser.cookie();
    expect((await owner.browser.call('link-status')).data.code.status).toBe('AUTHORIZED');
    expect(owner.browser.cookie()).not.toBe(cookie);
    expect((await owner.browser.call('me')).data.secondFactor.linkedPerson).toMatchObject({
      userId: passbeam.alice.id,
    });
  });

  it('is linked no more once an operator of the pool touched them', async () => {
    const token = await linked();
    await callSigned(passbeam, 'POST', 'update-user', { body: { userId: passbeam.alice.id, nickname: 'Al' } });
    const { browser } = await scanIn(token);
    expect(await browser.call('scan-status')).toMatchObject(refused);
    expect((await owner.browser.call('me')).data.secondFactor.linkedPerson).toBeNull();
  });

  it('is linked no more once their password is another one', async () => {
    await linked();
    const user = await passbeam.stores.users.find(passbeam.alice.id);
    if (user === null) throw new Error('alice is gone');
    const next = { ...user, passwordLastSetAt: passbeam.clock.now(), version: user.version + 1 };
    await passbeam.stores.users.update(next, newEvent(passbeam.secrets, 'user.password_changed', null));
    const { browser } = await scanIn(await passbeam.signIn('alice', passbeam.phoneApp));
    expect(await browser.call('scan-status')).toMatchObject(refused);
  });
});
