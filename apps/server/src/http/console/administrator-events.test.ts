import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { join, setUpOwner } from './browser.fixture.ts';

/** What administrators do to administrators is of no pool. Owners of all pools read it, and nobody else. */
let passbeam: TestPassbeam;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
let localOwner: Awaited<ReturnType<typeof join>>;
const name = 'list-administrator-events';

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  owner = await setUpOwner(passbeam);
  localOwner = await join(passbeam, owner.browser, 'lola', [{ userPoolId: 'pool1', role: 'owner' }]);
});
afterAll(() => passbeam?.close());

interface Listed {
  type: string;
  administratorId: string | null;
  outcome: string;
  detail: Record<string, unknown>;
}
const list = async (body: object = {}): Promise<Listed[]> => (await owner.browser.manage(name, body)).data.list;

it('shows owners of all pools who did what to whom, the newest first', async () => {
  const invited = (await list()).find(({ type }) => type === 'administrator.invited');
  expect(invited).toMatchObject({ outcome: 'success', detail: { changedId: localOwner.id } });
  const types = (await list()).map(({ type }) => type);
  expect(types.indexOf('administrator.joined')).toBeLessThan(types.indexOf('administrator.set_up'));
  expect((await list({ order: 'oldest' })).map(({ type }) => type)).toEqual(types.toReversed());
});

it('filters by type, by who acted and by outcome, and goes on by cursor', async () => {
  const all = await list();
  const of = localOwner.id;
  expect(await list({ administratorId: of })).toEqual(all.filter(({ administratorId }) => administratorId === of));
  expect(await list({ types: ['administrator.invited'] })).toHaveLength(1);
  const guess = { signInName: 'lola', password: 'no such password' };
  await localOwner.browser.call('sign-in', guess);
  expect((await list({ outcome: 'failure' })).map(({ type }) => type)).toEqual(['administrator.sign_in_failed']);
  const { data } = await owner.browser.manage(name, { limit: 1, order: 'oldest' });
  expect(await list({ limit: 1, order: 'oldest', cursor: data.nextCursor })).toEqual([all.toReversed()[1]]);
});

it('tells of administrators alone', async () => {
  for (const types of [['user.created'], ['qr.*'], ['administrator.invited', 'limit.hit']]) {
    expect(await owner.browser.manage(name, { types })).toMatchObject({ statusCode: 400 });
  }
});

it('is out of reach of the owner of one pool, of keys, of the secret of a pool and of strangers', async () => {
  for (const pool of ['pool1', 'pool2']) {
    const answer = await localOwner.browser.manage(name, {}, pool);
    expect(answer.statusCode).toBe(403);
    expect(answer.data?.list).toBeUndefined();
  }
  const key = (await callSigned(passbeam, 'POST', 'create-access-key', { body: {} })).body.data[0];
  for (const signing of [passbeam.pool, { id: key.accessKeyId, secret: key.accessKeySecret }]) {
    const { body } = await callSigned(passbeam, 'POST', name, { key: signing, body: {} });
    expect(body).toMatchObject({ statusCode: 403, apiCode: 1001 });
    expect(body.data?.list).toBeUndefined();
  }
  expect((await passbeam.v3('POST', name, { body: {} })).body).toMatchObject({ statusCode: 401 });
  // And no list of a pool shows them, whoever asks.
  const { data } = await owner.browser.manage('list-audit-events', { types: ['administrator.*'] }, 'pool1');
  expect(data.list).toEqual([]);
});

it('a secret that is shown leaves an event that names who looked, and holds no secret', async () => {
  passbeam.pass(30);
  const proof = { password: owner.password, totp: owner.browser.codeOf(owner.secret) };
  expect((await owner.browser.call('fresh-proof', proof)).data.step).toBe('done');
  const application = (await owner.browser.manage('list-applications', undefined, 'pool1')).data.list[0];
  const about = `appId=${application.appId}`;
  const { data } = await owner.browser.manage(`get-application-secret?${about}`, undefined, 'pool1');
  expect(data.secret).toEqual(expect.any(String));
  await owner.browser.manage('show-next-application-secret', { appId: application.appId }, 'pool1');
  await owner.browser.manage('show-next-userpool-secret', {}, 'pool1');
  const types = ['admin.application_secret_shown', 'admin.userpool_secret_shown'];
  const found = (await owner.browser.manage('list-audit-events', { types, order: 'oldest' }, 'pool1')).data.list;
  expect(found).toMatchObject([
    { type: types[0], appId: application.appId, administratorName: expect.any(String) },
    { type: types[0], appId: application.appId, detail: { which: 'next' } },
    { type: types[1], appId: null, detail: { which: 'next' } },
  ]);
  expect(JSON.stringify(found)).not.toContain(data.secret);
});
